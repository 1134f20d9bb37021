#include <algorithm>
#include <csignal>

#include "admin/join_rules.h"
#include "admin/master.h"
#include "admin/master_stopping.h"
#include "admin/verbs.h"

// Servers that were joined by hand: no process of this master's, so it goes by their links. They
// are in the view as others are, and out of it when they have left, or have been away for too long.
namespace shaddock::admin {

bool Master::by_hand(const std::string& id) const {
  const Registry::Member* member = registry_->find(id);
  return member != nullptr && member->by_hand;
}

// Nothing when that server may come in, as far as its words go.
std::string Master::why_not_let_in(const ServerInfo& server) const {
  if (std::string wrong = wrong_with_entry(server); !wrong.empty()) return wrong;
  const net::Address address{settings_.address.host, endpoint_->address().port};
  if (std::string wrong = wrong_with_secret(server, address, !settings_.secret_file.empty());
      !wrong.empty())
    return wrong;
  if (!by_hand(server.id) && joined_.size() >= JoinedServers::kMost)
    return "too many servers were joined by hand";
  std::vector<ServerInfo> others;
  for (const Registry::Member& member : registry_->members()) others.push_back(member.info);
  return wrong_with_ports(server, others, settings_.id, address);
}

void Master::join_server(const JoinMessage& message, cluster::IncomingCall call) {
  ServerInfo server = to_info(message.server);
  if (stopping_) return call.fail(Error(code::kDraining, "the cluster is being stopped"));
  const Registry::Member* member = registry_->find(server.id);
  const Record* before = stray(server.id);
  if (server.id == settings_.id || before != nullptr || (member != nullptr && member->pid != 0))
    return call.fail(Error(kIdTaken, server.id + " runs already"));
  if (member != nullptr && !member->by_hand)
    return call.fail(Error(
        code::kFailed, server.id + " is in servers.json: start it with `start " + server.id + '`'));
  if (std::string wrong = why_not_let_in(server); !wrong.empty())
    return call.fail(Error(code::kFailed, std::move(wrong)));
  auto incarnation = records_.reserve_incarnations(1);
  if (!incarnation) return call.fail(Error(code::kNoServer, incarnation.error().text));
  server.incarnation = *incarnation;
  registry_->remove(server.id);
  let_in(server, message.pid);
  log_.info("let in", {{"server", server.id}, {"incarnation", server.incarnation}});
  AdmittedMessage admitted;
  admitted.incarnation = server.incarnation;
  answer(call, admitted);
}

// It has until the limit to register.
void Master::let_in(const ServerInfo& server, int pid) {
  registry_->add(server, true);
  registry_->spawned(server.id, server.incarnation, pid);
  absent_.expect(server.id, settings_.away_limit);
  if (auto written = joined_.put(server, pid); !written) log_.error(written.error().text);
  view_changed();
}

// One that comes back: its link was lost, or it has found this master when the one before had gone.
// Whether it may be that server is for Registry::join() to say.
Result<void> Master::let_back_in(const RegisterMessage& message, const cluster::Identity& caller) {
  ServerInfo server = to_info(*message.entry);
  const Registry::Member* member = registry_->find(server.id);
  if (server.id != caller.id || (member != nullptr && !member->by_hand))
    return Error(code::kFailed, caller.id + " is in servers.json now");
  if (member != nullptr && (member->pid != 0 || member->info.incarnation > caller.incarnation))
    return {};
  if (std::string wrong = why_not_let_in(server); !wrong.empty())
    return Error(code::kFailed, std::move(wrong));
  server.incarnation = caller.incarnation;
  if (member == nullptr) {
    let_in(server, message.pid);
  } else {
    registry_->spawned(server.id, server.incarnation, message.pid);
  }
  return {};
}

// Before any of them has come: those that are linked to it go on.
void Master::expect_joined() {
  for (const JoinedServers::Entry& entry : joined_.load()) {
    const ServerInfo& server = entry.server;
    if (!registry_->add(server, true)) {
      static_cast<void>(joined_.remove(server.id));
      continue;
    }
    registry_->adopted(server.id, server.incarnation, entry.pid);
    absent_.expect(server.id, settings_.away_limit);
    log_.info("expected back", {{"server", server.id}});
  }
}

void Master::leave(const cluster::Identity& caller) {
  const Registry::Member* member = registry_->find(caller.id);
  if (member == nullptr || !member->by_hand || member->info.incarnation != caller.incarnation)
    return;
  log_.info("leaves", {{"server", caller.id}});
  registry_->stopped(caller.id);
  view_changed();
}

// Its link has ended, which it may have survived.
void Master::joined_server_lost(cluster::Link& link) {
  const std::string id = link.peer().id;
  const Registry::Member& member = *registry_->find(id);
  if (member.stopped || stopping_) return joined_server_gone(id, "has left");
  if (link.suspected())
    registry_->hangs(id);
  else
    registry_->ended(id, false, "its link was lost");
  log_.warn("lost, was joined by hand", {{"server", id}, {"silent", link.suspected()}});
  settings_.print(id + (link.suspected() ? " does not answer" : " is lost") +
                  ", it was joined by hand");
  absent_.expect(id, settings_.away_limit);
  view_changed();
}

void Master::joined_server_gone(const std::string& id, std::string_view why) {
  if (!by_hand(id)) return;
  absent_.calm(id);
  signalled_.erase(id);
  registry_->remove(id);
  if (auto written = joined_.remove(id); !written) log_.error(written.error().text);
  log_.info("gone, was joined by hand", {{"server", id}, {"why", why}});
  settings_.print(id + ' ' + std::string(why));
  view_changed();
  for (std::size_t i = 0; i < stops_.size(); ++i) stops_[i]->sequence.gone(id);
  forget_done_stops();
}

// Of a process that this master did not start it knows what the record in its folder says.
bool Master::signal(const std::string& id, int number) {
  if (!by_hand(id)) return supervisor_.signal(id, number);
  const auto record = records_.find(id);
  return record && record->incarnation == registry_->find(id)->info.incarnation &&
         host_.processes.signal(record->process, number);
}

// Nobody tells when it ends.
void Master::give_up_joined(const std::string& id) {
  host_.loop.defer([this, id, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired()) joined_server_gone(id, "has not left in time");
  });
}

}  // namespace shaddock::admin
