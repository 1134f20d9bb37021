#include "server/pending_leaves.h"

#include <utility>
#include <vector>

#include "server/joins.h"

namespace shaddock::server {

PendingLeaves::Key PendingLeaves::key(std::string_view server, std::string_view route,
                                      std::string_view argument) {
  Key key(server);
  key.append(1, '\n').append(route).append(1, '\n').append(argument);
  return key;
}

void PendingLeaves::ended(std::shared_ptr<detail::FrontendState> session, Leave leave,
                          const cluster::LinkHandle& place) {
  Key name = key({}, leave.route, leave.argument);
  Waiting waiting{0, std::move(leave), std::move(session), {}, 0, false};
  if (place) waiting.server = place.peer().id, waiting.incarnation = place.peer().incarnation;
  add(std::move(name), std::move(waiting), place.get());
}

void PendingLeaves::moved(Leave leave, const cluster::LinkHandle& place) {
  const cluster::Identity& peer = place.peer();
  Key name = key(peer.id, leave.route, leave.argument);
  add(std::move(name), {0, std::move(leave), nullptr, peer.id, peer.incarnation, false},
      place.get());
}

void PendingLeaves::add(Key key, Waiting waiting, cluster::Link* link) {
  if (closed_) return;
  if (const auto at = waiting_.find(key); at != waiting_.end()) forget(at);
  if (waiting_.size() >= kMost) forget(waiting_.find(by_age_.begin()->second));
  waiting.number = ++last_;
  by_age_[last_] = key;
  Waiting& added = waiting_.emplace(key, std::move(waiting)).first->second;
  if (link != nullptr && link->open())
    send(key, added, *link);
  else if (!look(key, added))
    forget(waiting_.find(key));
}

void PendingLeaves::joins(std::string_view leave, std::string_view depart,
                          std::string_view argument, cluster::Link& link) {
  if (waiting_.empty()) return;
  if (const auto at = waiting_.find(key({}, leave, argument)); at != waiting_.end()) {
    if (!at->second.asked) send(at->first, at->second, link);
    forget(at);
  }
  if (const auto at = waiting_.find(key(link.peer().id, depart, argument)); at != waiting_.end())
    forget(at);
}

void PendingLeaves::send(const Key& key, Waiting& waiting, cluster::Link& link) {
  waiting.asked = true;
  parts_.rpc.call(&link, waiting.leave.route, std::string_view(waiting.leave.argument),
                  {parts_.limit, 0},
                  [this, alive = std::weak_ptr<bool>(alive_), key,
                   number = waiting.number](Result<std::string_view> result) {
                    if (!alive.expired() && !closed_) on_answer(key, number, result);
                  });
}

void PendingLeaves::on_answer(const Key& key, std::uint64_t number,
                              const Result<std::string_view>& result) {
  const auto at = waiting_.find(key);
  if (at == waiting_.end() || at->second.number != number) return;
  if (result.ok() || !may_work_later(result.error())) return forget(at);
  at->second.asked = false;
  parts_.look_again();
}

void PendingLeaves::servers_changed() {
  if (closed_) return;
  std::vector<Key> all;
  for (const auto& [number, key] : by_age_) all.push_back(key);
  for (const Key& key : all) {
    const auto at = waiting_.find(key);
    if (at != waiting_.end() && !at->second.asked && !look(key, at->second)) forget(at);
  }
}

// False: there is nothing to tell any more.
bool PendingLeaves::look(const Key& key, Waiting& waiting) {
  const ServerInfo* const server = parts_.mesh.directory().find(waiting.server);
  cluster::Link* link = server != nullptr ? parts_.mesh.link(*server) : nullptr;
  const bool same = link == nullptr || link->peer().incarnation == waiting.incarnation;
  if (waiting.session != nullptr) {
    cluster::Link* const home = parts_.wanted(waiting.session, waiting.leave);
    // Nobody may be known to be its home, and it be linked all the same.
    if (home != nullptr || !same) link = home;
  } else if (server == nullptr || server->state == ServerInfo::State::failed || !same) {
    return false;
  }
  if (link == nullptr || link->refusal() != 0) return true;
  if (link->overloaded())
    parts_.look_again();
  else
    send(key, waiting, *link);
  return true;
}

void PendingLeaves::forget(std::map<Key, Waiting>::iterator at) {
  by_age_.erase(at->second.number);
  waiting_.erase(at);
}

}  // namespace shaddock::server
