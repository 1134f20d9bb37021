#include "admin/console.h"

#include <algorithm>
#include <set>

#include "admin/messages.h"
#include "admin/table.h"
#include "admin/verbs.h"

namespace shaddock::admin {
namespace {

constexpr net::Duration kLookAgain{20};

bool is_master(const Record& record) { return record.is_master(); }

std::string count_of_servers(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " server" : " servers");
}

}  // namespace

Console::Console(net::Host& host, Logger log, const Folders& folders, std::string environment,
                 Print print)
    : host_(host),
      log_(std::move(log)),
      records_(host, folders.run),
      environment_(std::move(environment)),
      print_(std::move(print)),
      connect_limit_(host.loop.timers(), [this] { unreachable(); }),
      look_(host.loop.timers(), [this] { wait_until_gone(); }),
      rpc_(host.loop) {}

Console::~Console() { here_.reset(); }

void Console::list(OnEnd on_end) {
  on_end_ = std::move(on_end);
  living_ = records_.living();
  if (nothing_runs(1)) return;
  reach_master([this](cluster::Link& link) { ask_for_list(link); }, [this] { list_records(); });
}

void Console::start(std::vector<std::string> ids, OnEnd on_end) {
  on_end_ = std::move(on_end);
  ids_ = std::move(ids);
  living_ = records_.living();
  if (nothing_runs(1)) return;
  reach_master([this](cluster::Link& link) { ask_to_start(link); }, [this] { end(1); });
}

void Console::stop(std::vector<std::string> ids, OnEnd on_end) {
  on_end_ = std::move(on_end);
  ids_ = std::move(ids);
  living_ = records_.living();
  if (nothing_runs(0)) return;
  reach_master([this](cluster::Link& link) { ask_to_stop(link); }, [this] { stop_records(); });
}

bool Console::nothing_runs(int code) {
  if (!living_.empty()) return false;
  print_("nothing is running in environment " + environment_);
  end(code);
  return true;
}

void Console::reach_master(Function<void(cluster::Link&)> with_link, Function<void()> without) {
  with_link_ = std::move(with_link);
  without_ = std::move(without);
  const auto master = std::find_if(living_.begin(), living_.end(), is_master);
  if (master == living_.end()) {
    print_("the master is not running");
    return without_();
  }
  auto secret = records_.secret(master->secret_file);
  if (!secret) return unreachable();
  cluster::Identity self;
  self.role = cluster::Role::console;
  self.id = "console-" + std::to_string(host_.processes.self().pid);
  self.incarnation = host_.processes.self().start_time;
  endpoint_ = std::make_unique<cluster::Endpoint>(host_, log_, std::move(self), *secret,
                                                  static_cast<cluster::Receiver&>(*this));
  connect_limit_.start(kConnectLimit);
  endpoint_->dial(master->id, master->master);
}

void Console::unreachable() {
  print_("the master does not answer");
  host_.loop.defer([this, here = std::weak_ptr<bool>(here_)] {
    if (here.expired()) return;
    endpoint_.reset();
    without_();
  });
}

void Console::on_link_up(cluster::Link& link) {
  if (link.peer().role != cluster::Role::master) return link.close("not the master");
  if (!connect_limit_.active()) return;
  connect_limit_.stop();
  with_link_(link);
}

void Console::ask_for_list(cluster::Link& link) {
  const Nothing nothing;
  rpc_.call(&link, verb::kConsoleList, type_of<Nothing>(), &nothing, {kAnswerLimit},
            [this, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
              if (here.expired()) return;
              ListMessage message;
              if (!answer || !cluster::decode_msgpack(*answer, type_of<ListMessage>(), &message))
                return unreachable();
              print_(format_table(message.rows));
              end(0);
            });
}

void Console::list_records() {
  std::vector<RowMessage> rows;
  for (const Record& record : living_) {
    RowMessage row;
    row.id = record.id;
    row.type = record.type;
    row.frontend = record.frontend;
    row.pid = record.process.pid;
    row.state = record.is_master() ? "no answer" : "alive";
    rows.push_back(std::move(row));
  }
  print_(format_table(rows));
  end(0);
}

bool Console::wanted(const Record& record) const {
  return ids_.empty() || std::find(ids_.begin(), ids_.end(), record.id) != ids_.end();
}

void Console::ask_to_start(cluster::Link& link) {
  StartMessage message;
  message.ids = ids_;
  rpc_.call(&link, verb::kConsoleStart, type_of<StartMessage>(), &message, {kAnswerLimit},
            [this, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
              if (here.expired()) return;
              if (!answer && answer.error().code != code::kFailed) return unreachable();
              const std::size_t servers = std::set(ids_.begin(), ids_.end()).size();
              print_(answer ? "started " + count_of_servers(servers) : answer.error().text);
              end(answer ? 0 : 1);
            });
}

void Console::ask_to_stop(cluster::Link& link) {
  StopMessage message;
  message.ids = ids_;
  for (const Record& record : living_)
    if (record.is_master() && wanted(record)) ids_.clear();  // a master stops with all it started
  rpc_.call(&link, verb::kConsoleStop, type_of<StopMessage>(), &message, {kAnswerLimit},
            [this, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
              if (here.expired()) return;
              if (!answer && answer.error().code == code::kFailed) {
                print_(answer.error().text);
                return end(1);
              }
              // Also when the answer was lost: the master may be gone already.
              give_up_ = host_.loop.now() + kStopLimit;
              look_.start(net::Duration(0));
            });
}

void Console::wait_until_gone() {
  const bool gone = std::none_of(living_.begin(), living_.end(), [this](const Record& record) {
    return wanted(record) && lives(record);
  });
  if (gone) return stopped({});
  if (host_.loop.now() < give_up_) return look_.start(kLookAgain);
  print_("the master does not stop them");
  stop_records();
}

// A server in the master's process is gone when its record is.
bool Console::lives(const Record& record) const {
  if (!host_.processes.alive(record.process)) return false;
  if (record.is_master() || !shares_process(record)) return true;
  const auto now = records_.find(record.id);
  return now && now->incarnation == record.incarnation;
}

// With one that is not to be stopped.
bool Console::shares_process(const Record& record) const {
  return std::any_of(living_.begin(), living_.end(), [&](const Record& other) {
    return other.id != record.id && other.process == record.process && !wanted(other);
  });
}

void Console::stop_records() {
  for (const Record& record : living_)
    if (wanted(record) && shares_process(record)) {
      print_(record.id + " shares its process with others: only `stop` without ids ends it");
      return end(1);
    }
  std::vector<Record> records;
  std::copy_if(living_.begin(), living_.end(), std::back_inserter(records),
               [this](const Record& record) { return wanted(record); });
  by_pid_ = std::make_unique<StopByPid>(host_, std::move(records), print_,
                                        [this](std::vector<std::string> left) { stopped(left); });
  by_pid_->start();
}

void Console::stopped(const std::vector<std::string>& left) {
  std::size_t servers = 0;
  for (const Record& record : living_) {
    if (!wanted(record) || std::find(left.begin(), left.end(), record.id) != left.end()) continue;
    records_.remove(record.id, record.incarnation);  // not another life's, that began meanwhile
    servers += record.is_master() ? 0 : 1;
  }
  for (const std::string& id : left) print_(id + " could not be ended");
  print_("stopped " + count_of_servers(servers));
  end(left.empty() ? 0 : 1);
}

void Console::end(int code) {
  host_.loop.defer([this, code, here = std::weak_ptr<bool>(here_)] {
    if (here.expired() || !on_end_) return;
    endpoint_.reset();
    auto on_end = std::move(on_end_);
    on_end(code);
  });
}

void Console::on_request(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Console::on_call(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Console::on_push(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Console::on_session_closed(cluster::Link& link, cluster::SessionId) { link.close("unasked"); }

}  // namespace shaddock::admin
