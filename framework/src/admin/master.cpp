#include "admin/master.h"

#include <algorithm>
#include <csignal>
#include <ctime>

#include "admin/master_starting.h"
#include "admin/master_stopping.h"
#include "admin/master_topology.h"
#include "admin/observer_key.h"
#include "admin/phrases.h"

namespace shaddock::admin {
namespace {

constexpr std::size_t kShownLines = 5;

// Of the codes of a server only those that say something about the whole start are the master's.
int code_of(const net::Exit& exit) {
  const bool telling = exit.signal == 0 && exit.status >= exit_code::kConfiguration &&
                       exit.status <= exit_code::kNotReady;
  return telling ? exit.status : exit_code::kOther;
}

std::string time_text(std::int64_t milliseconds) {
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::int64_t wall_milliseconds(const net::Loop& loop) {
  using std::chrono::duration_cast, std::chrono::milliseconds;
  return duration_cast<milliseconds>(loop.wall_clock().time_since_epoch()).count();
}

}  // namespace

Master::Master(net::Host& host, Logger log, MasterSettings settings)
    : host_(host),
      log_(std::move(log)),
      settings_(std::move(settings)),
      audit_(host, log_, settings_.folders.logs + "/audit.log"),
      records_(host, settings_.folders.run),
      born_(host.loop.now()),
      since_(wall_milliseconds(host.loop)),
      outputs_(host.files, settings_.folders),
      supervisor_(host, *this),
      hang_watch_(host.loop.timers(), [this](const std::string& id) { kill_hung(id); }),
      joined_(host.files, settings_.folders.run + "/joined"),
      absent_(host.loop.timers(),
              [this](const std::string& id) { joined_server_gone(id, "was away for too long"); }),
      rpc_(host.loop),
      ready_limit_(host.loop.timers(), [this] { not_ready_in_time(); }) {
  add_remotes();
}

Master::~Master() { here_.reset(); }

Result<void> Master::start(Function<void(int)> on_end) {
  if (auto claimed = claim(); !claimed) return claimed;
  auto secret = records_.secret(settings_.secret_file);
  if (!secret)
    return Error(settings_.secret_file.empty() ? exit_code::kOther : exit_code::kConfiguration,
                 secret.error().text);
  if (auto opened = open(*secret); !opened) return opened;
  on_end_ = std::move(on_end);
  for (const int number : {SIGINT, SIGTERM, SIGHUP})
    host_.processes.on_signal(number, [this, here = std::weak_ptr<bool>(here_)] {
      if (!here.expired()) stop();
    });
  begin();
  return {};
}

// After this no other master of the environment can run, and it is known which servers of an
// earlier one do.
Result<void> Master::claim() {
  if (auto made = records_.make_folder(); !made) return Error(exit_code::kOther, made.error().text);
  auto lock = records_.lock();
  if (!lock) return Error(exit_code::kOther, lock.error().text);
  if (!*lock) return Error(exit_code::kRunsAlready, who_runs());
  lock_ = std::move(*lock);
  before_ = records_.find(settings_.id);
  survivors_ = records_.forget_ended();
  std::erase_if(survivors_, [](const Record& record) { return record.is_master(); });
  const std::uint64_t count = settings_.servers.size() + 1;
  auto first = records_.reserve_incarnations(count);
  if (!first) return Error(exit_code::kOther, first.error().text);
  incarnation_ = *first;
  next_incarnation_ = *first + 1;
  last_incarnation_ = *first + count - 1;
  registry_.emplace(settings_.servers, incarnation_ << 32);
  return {};
}

std::string Master::who_runs() {
  std::string text = "already running: " + settings_.id;
  if (const auto record = records_.find(settings_.id))
    text += ", pid " + std::to_string(record->process.pid) + ", since " + time_text(record->since);
  return text;
}

Result<void> Master::open(const std::string& secret) {
  cluster::Identity self;
  self.role = cluster::Role::master;
  self.id = settings_.id;
  self.incarnation = incarnation_;
  self.build = settings_.build;
  self.remotes = remotes_.routes();
  endpoint_ = std::make_unique<cluster::Endpoint>(host_, log_.topic("link"), std::move(self),
                                                  secret, static_cast<cluster::Receiver&>(*this));
  if (auto listening = endpoint_->listen(settings_.address); !listening) {
    const Error& error = listening.error();
    const bool taken = error.code == net::Network::kPortTaken;
    return Error(taken ? exit_code::kPortTaken : exit_code::kOther,
                 settings_.id + ": " + error.text);
  }
  if (auto written = write_observer_key(host_.files, settings_.folders.run, secret); !written)
    return Error(exit_code::kOther, written.error().text);
  if (auto made = host_.files.make_folder(settings_.folders.logs, 0755); !made)
    return Error(exit_code::kOther, made.error().text);
  if (auto written = write_record(""); !written)
    return Error(exit_code::kOther, written.error().text);
  return {};
}

Result<void> Master::write_record(std::string note) {
  Record record;
  record.id = settings_.id;
  record.type = "master";
  record.process = host_.processes.self();
  record.incarnation = incarnation_;
  record.master = {settings_.address.host, endpoint_->address().port};
  record.since = since_;
  record.secret_file = settings_.secret_file;
  record.note = std::move(note);
  record.lifeline = settings_.lifeline;
  return records_.write(record);
}

Result<net::Command> Master::command_for(const std::string& id) {
  if (next_incarnation_ > last_incarnation_) {
    auto reserved = records_.reserve_incarnations(1);
    if (!reserved) return reserved.error();
    next_incarnation_ = last_incarnation_ = *reserved;
  }
  if (const ServerInfo* entry = entry_of(id)) {
    if (fingerprint(*entry) != fingerprint(registry_->find(id)->info)) registry_->change(*entry);
    in_force_[id] = fingerprint_of(id);
  }
  net::Command command;
  command.program = host_.processes.program();
  command.arguments = settings_.arguments(id, next_incarnation_);
  command.output_file = outputs_.begin(id);
  command.lifeline = settings_.lifeline;
  return command;
}

void Master::on_started(const std::string& id, const net::ProcessId& process) {
  registry_->spawned(id, next_incarnation_++, process.pid);
  view_changed();
  if (complete_ || adopting_) hang_watch_.expect(id, settings_.ready_limit);
}

void Master::on_ended(const std::string& id, const ServerEnd& end,
                      std::optional<RestartPolicy::Plan> plan) {
  const net::Exit& exit = end.exit;
  if (registry_->find(id) == nullptr) return;
  records_.remove(id, registry_->find(id)->info.incarnation);
  hang_watch_.calm(id);
  signalled_.erase(id);
  registry_->ended(id, plan && plan->failed, note_of(id, end));
  view_changed();
  if (plan) {
    show_restart(id, end, *plan);
  } else if (!complete_ && !registry_->find(id)->stopped && (exit.status != 0 || !stopping_)) {
    show_end(id, exit);
    fail(code_of(exit), id + ' ' + describe(exit) + " before the cluster was ready");
  }
  start_has_ended(id, end);
  for (std::size_t i = 0; i < stops_.size(); ++i) stops_[i]->sequence.gone(id);
  forget_done_stops();
}

// What stands in the output then is of the process before.
std::string Master::note_of(const std::string& id, const ServerEnd& end) const {
  if (!end.not_made.empty()) return end.not_made;
  std::string note = describe(end.exit);
  for (const std::string& line : outputs_.last_lines(id, 1)) note += ": " + line;
  return note;
}

void Master::show_end(const std::string& id, const net::Exit& exit) {
  const auto lines = outputs_.last_words(id, kShownLines);
  settings_.print(id + ' ' + describe(exit) + (lines.empty() ? "" : ", saying at last:"));
  for (const std::string& line : lines) settings_.print("  " + line);
}

void Master::show_restart(const std::string& id, const ServerEnd& end,
                          const RestartPolicy::Plan& plan) {
  const std::string when = std::to_string(plan.delay.count());
  log_.warn("server ended", {{"server", id},
                             {"status", end.exit.status},
                             {"signal", end.exit.signal},
                             {"not_made", end.not_made},
                             {"failed", plan.failed},
                             {"again_ms", plan.delay.count()}});
  settings_.print(id + ' ' + (end.not_made.empty() ? describe(end.exit) : end.not_made) +
                  (plan.failed ? " too often: FAILED, tried again" : ", started again") + " in " +
                  when + " ms");
  if (!end.not_made.empty()) return;
  for (const std::string& line : outputs_.last_lines(id, 1)) settings_.print("  " + line);
}

void Master::check_complete() {
  if (!complete_ && !stopping_ && registry_->all_ready()) complete();
}

void Master::complete() {
  complete_ = true;
  ready_limit_.stop();
  supervisor_.restart_what_ends();
  announce();
  begin_topology();
}

void Master::announce() {
  const auto took = host_.loop.now() - born_;
  const auto missing = registry_->missing();
  std::string line = "ready: " + std::to_string(settings_.servers.size() - missing.size()) +
                     " servers in " + std::to_string(took.count()) + " ms";
  if (adopted_ != 0) line += ", " + std::to_string(adopted_) + " of them ran already";
  if (!missing.empty()) line += ", not ready: " + join(missing);
  line += page();
  log_.info(line);
  settings_.print(line);
  if (auto written = write_record(line); !written) log_.error(written.error().text);
}

// The first gate is what clients ask first; without one, the first server that takes clients.
std::string Master::page() const {
  const ServerInfo* front = nullptr;
  for (const ServerInfo& server : settings_.servers) {
    if (server.client_port == 0) continue;
    if (server.type == "gate") {
      front = &server;
      break;
    }
    if (front == nullptr) front = &server;
  }
  if (front == nullptr) return {};
  const std::string& host = front->host_for_clients();
  return ", http://" + (host.empty() || host == "0.0.0.0" ? "127.0.0.1" : host) + ':' +
         std::to_string(front->client_port) + '/';
}

void Master::fail(int code, const std::string& reason) {
  if (stopping_) return;
  end_code_ = code;
  log_.error(reason);
  settings_.print(reason);
  settings_.print("the logs are in " + settings_.folders.logs);
  stop();
}

}  // namespace shaddock::admin
