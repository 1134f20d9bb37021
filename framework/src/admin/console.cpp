#include "admin/console.h"

#include <algorithm>

#include "admin/console_asking.h"
#include "admin/observer_key.h"

namespace shaddock::admin {

Console::Console(net::Host& host, Logger log, ConsoleSettings settings)
    : host_(host),
      log_(std::move(log)),
      settings_(std::move(settings)),
      records_(host, settings_.folders.run),
      connect_limit_(host.loop.timers(), [this] { unreachable(); }),
      look_(host.loop.timers(), [this] { wait_until_gone(); }),
      next_watch_(host.loop.timers(), [this] { look_again(); }),
      rpc_(host.loop) {}

Console::~Console() { here_.reset(); }

bool Console::nothing_runs(int code) {
  if (!settings_.credential.empty()) return false;  // the master knows
  living_ = records_.living();
  if (!living_.empty()) return false;
  const std::string text = "nothing is running in environment " + settings_.environment;
  code == exit_code::kFine ? done(text, {{"servers", Json::array()}}) : refuse(code, text);
  return true;
}

void Console::reach_master(Function<void()> with_master, Function<void()> without) {
  with_master_ = std::move(with_master);
  without_ = std::move(without);
  if (!settings_.credential.empty()) {
    const auto key = read_observer_key(host_.files, settings_.credential);
    if (!key) return refuse(exit_code::kConfiguration, key.error().text);
    return dial(cluster::Role::observer, *key, settings_.master_id, settings_.master);
  }
  const auto master = std::find_if(living_.begin(), living_.end(),
                                   [](const Record& record) { return record.is_master(); });
  if (master == living_.end()) {
    said_ = "the master is not running";
    return without_();
  }
  const auto secret = records_.secret(master->secret_file);
  if (!secret) return unreachable();
  dial(cluster::Role::console, *secret, master->id, master->master);
}

void Console::dial(cluster::Role role, const std::string& secret, const std::string& id,
                   const net::Address& address) {
  cluster::Identity self;
  self.role = role;
  self.id = (role == cluster::Role::observer ? "observer-" : "console-") +
            std::to_string(host_.processes.self().pid);
  self.incarnation = host_.processes.self().start_time;
  self.user = settings_.user;
  endpoint_ = std::make_unique<cluster::Endpoint>(host_, log_, std::move(self), secret,
                                                  static_cast<cluster::Receiver&>(*this));
  connect_limit_.start(kConnectLimit);
  master_id_ = id;
  endpoint_->dial(id, address);
}

void Console::unreachable() {
  said_ = "the master does not answer";
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
  with_master_();
}

void Console::ask_for_rows(bool stats, Function<void(Rows)> then) {
  ListRequest request;
  request.stats = stats;
  ask(verb::kConsoleList, request, kAnswerLimit,
      [this, then = std::move(then)](const Answer& answer) mutable {
        ListMessage message;
        if (!answer || !cluster::decode_msgpack(*answer, type_of<ListMessage>(), &message))
          return unreachable();
        then(std::move(message.rows));
      });
}

void Console::choose(Function<void(Rows)> then) {
  ask_for_rows(false, [this, then = std::move(then)](Rows rows) mutable {
    const auto has = [&](const std::string& id) {
      return std::any_of(rows.begin(), rows.end(), [&](auto& row) { return row.id == id; });
    };
    for (const std::string& id : settings_.ids)
      if (!has(id)) return refuse(exit_code::kConfiguration, "there is no server " + id);
    std::erase_if(rows, [this](const RowMessage& row) {
      const auto& ids = settings_.ids;
      if (!ids.empty()) return std::find(ids.begin(), ids.end(), row.id) == ids.end();
      return row.type == "master" || (!settings_.type.empty() && row.type != settings_.type);
    });
    if (rows.empty())
      return refuse(exit_code::kConfiguration, "there is no server of type " + settings_.type);
    then(std::move(rows));
  });
}

// What a call ended with that was not answered.
void Console::refused(const Answer& answer) {
  const Error& error = answer.error();
  if (error.code == code::kFailed) return refuse(exit_code::kOther, error.text);
  if (error.code == code::kBadMessage) return refuse(exit_code::kConfiguration, error.text);
  if (error.code == code::kTimeout) return refuse(exit_code::kNotReady, error.text);
  unreachable();
}

// Beside what is asked for.
void Console::say(std::string_view text) {
  settings_.json ? settings_.complain(text) : settings_.print(text);
}

void Console::done(const std::string& text, Json::Object facts) {
  if (settings_.json) {
    Json answer{{"ok", true}};
    for (auto& [name, value] : facts) answer.set(name, std::move(value));
    settings_.print(answer.dump());
  } else {
    settings_.print(text);
  }
  end(exit_code::kFine);
}

void Console::refuse(int code, const std::string& text) {
  if (settings_.json)
    settings_.print(Json{{"ok", false}, {"exit", code}, {"error", text}}.dump());
  else
    settings_.complain(text);
  end(code);
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
