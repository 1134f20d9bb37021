#include <algorithm>

#include "admin/log_forwarder.h"
#include "admin/master_starting.h"
#include "admin/master_stopping.h"
#include "admin/stats_round.h"
#include "admin/text_tail.h"
#include "admin/verbs.h"

// What the master is told and asked: by servers, and by the console.
namespace shaddock::admin {
namespace {

constexpr net::Duration kStatsLimit{1000};
constexpr std::uint64_t kLongestStop = 3'600'000;  // that a server may ask for

}  // namespace

void Master::add_remotes() {
  using cluster::IncomingCall;
  add_verb<RegisterMessage>(remotes_, verb::kRegister,
                            [this](RegisterMessage& message, IncomingCall call) {
                              register_server(message, std::move(call));
                            });
  add_verb<Nothing>(remotes_, verb::kReady, [this](Nothing&, IncomingCall call) {
    server_ready(call.caller());
    call.answer();
  });
  add_verb<Nothing>(remotes_, verb::kLeave, [this](Nothing&, IncomingCall call) {
    leave(call.caller());
    call.answer();
  });
  add_verb<LogMessage>(remotes_, verb::kLog, [this](LogMessage& message, IncomingCall call) {
    show_log(call.caller(), message);
    call.answer();
  });
  add_verb<ListRequest>(
      remotes_, verb::kConsoleList,
      [this](ListRequest& request, IncomingCall call) { list(request, std::move(call)); });
  add_verb<UsersRequest>(
      remotes_, verb::kConsoleUsers,
      [this](UsersRequest& request, IncomingCall call) { list_users(request, std::move(call)); });
  add_verb<Nothing>(remotes_, verb::kConsolePlan, [this](Nothing& nothing, IncomingCall call) {
    show_plan(nothing, std::move(call));
  });
  add_orders();
}

void Master::register_server(const RegisterMessage& message, cluster::IncomingCall call) {
  const cluster::Identity& caller = call.caller();
  // A refusal would end it at once, with what it has in hand.
  if (const Record* ending = stray(caller.id);
      ending != nullptr && ending->incarnation == caller.incarnation)
    return call.fail(Error(code::kDraining, caller.id + " is being stopped"));
  if (message.entry) {
    if (auto back = let_back_in(message, caller); !back) {
      log_.warn("refused", {{"server", caller.id}, {"why", back.error().text}});
      return call.fail(back.error());
    }
  }
  if (auto joined = registry_->join(caller.id, caller.incarnation, message.pid); !joined) {
    log_.warn("refused", {{"server", caller.id}, {"why", joined.error().text}});
    return call.fail(joined.error());
  }
  registry_->takes_to_stop(caller.id, std::min(message.stop_limit.value_or(0), kLongestStop));
  log_.info("joined", {{"server", caller.id}, {"pid", message.pid}});
  hang_watch_.calm(caller.id);
  absent_.calm(caller.id);
  cluster::Link* link = endpoint_->find(caller.id);
  call.answer();
  if (link != nullptr) send_view(*link);
  view_changed();
}

void Master::server_ready(const cluster::Identity& caller) {
  const Registry::Member* member = registry_->find(caller.id);
  const bool fresh = member != nullptr && member->fresh;
  if (!registry_->ready(caller.id, caller.incarnation)) return;
  log_.info("ready", {{"server", caller.id}});
  if (complete_)
    settings_.print(caller.id + (by_hand(caller.id) ? " has joined"
                                 : fresh            ? " is up"
                                                    : " is up again"));
  view_changed();
  start_is_ready(caller.id);
  check_complete();
}

void Master::show_log(const cluster::Identity& caller, const LogMessage& message) {
  if (!settings_.shows_warnings) return;
  if (message.lost > 0)
    settings_.print(caller.id + ": " + std::to_string(message.lost) + " lines are only in its log");
  for (const std::string& line : last_lines(message.line, 1, LogForwarder::kLongest))
    settings_.print(line);
}

bool Master::joined(const cluster::Link& link) const {
  if (link.peer().role != cluster::Role::server) return false;
  const Registry::Member* member = registry_->find(link.peer().id);
  return member != nullptr && member->joined && member->info.incarnation == link.peer().incarnation;
}

void Master::send_view(cluster::Link& link) {
  const ViewMessage message = to_message(registry_->view());
  rpc_.notify(&link, verb::kView, type_of<ViewMessage>(), &message);
}

// Many changes of one turn leave as one view.
void Master::view_changed() {
  if (view_is_due_) return;
  view_is_due_ = true;
  host_.loop.defer([this, here = std::weak_ptr<bool>(here_)] {
    if (here.expired()) return;
    view_is_due_ = false;
    if (!endpoint_ || registry_->number() == view_sent_) return;
    view_sent_ = registry_->number();
    endpoint_->for_each([this](cluster::Link& link) {
      if (joined(link)) send_view(link);
    });
  });
}

RowMessage Master::own_row() const {
  RowMessage row;
  row.id = settings_.id;
  row.type = "master";
  row.state = stopping_ ? "stopping" : complete_ ? "up" : "starting";
  row.pid = host_.processes.self().pid;
  StatsMessage stats;
  stats.pid = row.pid;
  stats.resident_bytes = host_.processes.usage().resident_bytes;
  stats.uptime_ms = static_cast<std::uint64_t>((host_.loop.now() - born_).count());
  row.stats = stats;
  return row;
}

void Master::list(const ListRequest& request, cluster::IncomingCall call) {
  std::vector<RowMessage> rows;
  for (const Registry::Member& member : registry_->members()) {
    RowMessage row;
    row.id = member.info.id;
    row.type = member.info.type;
    row.frontend = member.info.frontend;
    row.state = state_name(member);
    row.pid = member.pid;
    if (member.by_hand) row.by_hand = true;
    if (member.stop_limit != 0) row.stop_limit = member.stop_limit;
    if (!member.note.empty()) row.note = member.note;
    rows.push_back(std::move(row));
  }
  auto tell = [own = own_row(), call = std::move(call)](std::vector<RowMessage> filled) mutable {
    filled.push_back(std::move(own));
    ListMessage message;
    message.rows = std::move(filled);
    answer(call, message);
  };
  if (!request.stats) return tell(std::move(rows));
  ask_for_stats(*endpoint_, rpc_, std::move(rows), kStatsLimit, std::move(tell));
}

void Master::stop_servers(const StopMessage& message, cluster::IncomingCall call) {
  log_.info("console stops", {{"console", call.caller().id}, {"ids", message.ids.size()}});
  const auto& ids = message.ids;
  if (ids.empty() || std::find(ids.begin(), ids.end(), settings_.id) != ids.end()) {
    call.answer();
    return stop();
  }
  std::vector<StopTarget> targets;
  for (const std::string& id : ids) {
    const Registry::Member* member = registry_->find(id);
    if (member == nullptr) return call.fail(Error(code::kFailed, "there is no server " + id));
    targets.push_back(stop_target(*member));
  }
  stop_some(std::move(targets), std::move(call));
}

// Clients have no business here, and nobody forwards anything to a master.
void Master::on_request(cluster::Link& link, const cluster::Frame&) {
  link.close("a request to the master");
}
void Master::on_push(cluster::Link& link, const cluster::Frame&) {
  link.close("a push to the master");
}
void Master::on_session_closed(cluster::Link& link, cluster::SessionId) {
  link.close("a session at the master");
}

void Master::on_call(cluster::Link& link, const cluster::Frame& frame) {
  const std::vector<std::string> routes = remotes_.routes();
  if (frame.route < routes.size() && !allowed(routes[frame.route], link.peer().role))
    log_.warn("not allowed", {{"verb", routes[frame.route]}, {"peer", link.peer().id}});
  remotes_.dispatch(cluster::IncomingCall(link, frame), frame.route);
}

}  // namespace shaddock::admin
