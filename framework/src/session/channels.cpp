#include "session/channels.h"

#include <algorithm>
#include <utility>

#include "session/moved_session.h"

namespace shaddock::session {

using cluster::PushHeader;
using cluster::PushScope;

namespace {

// The incarnation of the frontend that gave the session its id.
std::uint64_t life_of(SessionId session) { return session >> 32; }

}  // namespace

RoomChannel::RoomChannel(std::string name, Channels& owner)
    : Channel(std::move(name)), owner_(owner) {}

RoomChannel::~RoomChannel() {
  while (!members_.empty()) erase(members_.begin());
}

bool RoomChannel::add(const Session& session) {
  const auto [frontend, id] = owner_.moves_.now(session.frontend(), session.id());
  if (by_session_.contains(id) || owner_.sender_.has_ended(frontend, id)) return false;
  insert(members_.end(), {session.uid(), std::string(frontend), id});
  return true;
}

bool RoomChannel::add(std::string_view uid, std::string_view frontend) {
  if (uid.empty() || frontend.empty()) return false;
  if (const Place place = find_place(uid, frontend); place != members_.end()) {
    belong_to_present_life(*place);
    return false;
  }
  insert(members_.end(), {std::string(uid), std::string(frontend), 0});
  return true;
}

bool RoomChannel::leave(const Session& session) {
  const auto at = by_session_.find(owner_.moves_.now(session.frontend(), session.id()).id);
  if (at == by_session_.end()) return false;
  erase(at->second);
  return true;
}

bool RoomChannel::leave(std::string_view uid, std::string_view frontend) {
  const Place place = find_place(uid, frontend);
  if (place == members_.end()) return false;
  erase(place);
  return true;
}

void RoomChannel::lose(SessionId session, std::vector<Loss>& losses) {
  if (const auto at = by_session_.find(session); at != by_session_.end()) lose(at->second, losses);
}

void RoomChannel::lose_frontend(std::string_view frontend, std::uint64_t incarnation,
                                std::vector<Loss>& losses) {
  for (Place place = members_.begin(); place != members_.end();) {
    const Place next = std::next(place);
    if (place->frontend == frontend && place->incarnation <= incarnation) lose(place, losses);
    place = next;
  }
}

void RoomChannel::lose(Place place, std::vector<Loss>& losses) {
  if (on_lost_) losses.push_back({on_lost_, *place});
  erase(place);
}

void RoomChannel::move_session(const MovedSession& moved, std::vector<Loss>& losses) {
  const auto at = by_session_.find(moved.from);
  if (at == by_session_.end()) return;
  const Place old = at->second;
  if (owner_.ended_after(moved)) return lose(old, losses);
  if (!by_session_.contains(moved.to)) insert(old, {old->uid, moved.frontend, moved.to});
  erase(old);
}

// Where another session of that uid is left it may have been that one which joined: it stays there.
void RoomChannel::move_user(const MovedSession& moved, std::vector<Loss>& losses) {
  const Place old = moved.last ? find_place(moved.uid, moved.old_frontend) : members_.end();
  if (old == members_.end() || moved.frontend == moved.old_frontend) return;  // it has come back
  if (owner_.ended_after(moved)) return lose(old, losses);
  Place there = find_place(moved.uid, moved.frontend);
  if (there == members_.end()) there = insert(old, {moved.uid, moved.frontend, 0});
  there->incarnation = std::max(there->incarnation, life_of(moved.to));
  erase(old);
}

std::vector<Member> RoomChannel::members() const { return {members_.begin(), members_.end()}; }

const Member* RoomChannel::find(std::string_view uid) const {
  const auto at = by_uid_.find(uid);
  return at == by_uid_.end() ? nullptr : &**at;
}

RoomChannel::Place RoomChannel::find_place(std::string_view uid, std::string_view frontend) {
  for (auto [at, end] = by_uid_.equal_range(uid); at != end; ++at) {
    const Member& member = **at;
    if (member.session == 0 && member.frontend == frontend) return *at;
  }
  return members_.end();
}

// A life of the frontend that has not ended yet, as far as is known here, may already have.
void RoomChannel::belong_to_present_life(Joined& user) {
  user.incarnation = std::max(user.incarnation, owner_.sender_.incarnation_of(user.frontend));
}

RoomChannel::Place RoomChannel::insert(Place before, Member member) {
  Group& group = groups_[member.frontend];
  const Place place = members_.insert(before, Joined{std::move(member), 0});
  if (place->session != 0)
    place->incarnation = life_of(place->session);
  else
    belong_to_present_life(*place);
  if (!place->uid.empty()) by_uid_.insert(place);
  if (const SessionId session = place->session; session != 0) {
    by_session_.emplace(session, place);
    group.sessions.push_back(session);
    owner_.channels_of_[session].push_back(this);
  } else {
    group.uids.push_back(place->uid);
  }
  return place;
}

void RoomChannel::erase(Place place) {
  const Member& member = *place;
  for (auto [at, end] = by_uid_.equal_range(std::string_view(member.uid)); at != end; ++at) {
    if (*at != place) continue;
    by_uid_.erase(at);
    break;
  }
  const auto group = groups_.find(member.frontend);
  if (member.session != 0) {
    by_session_.erase(member.session);
    std::erase(group->second.sessions, member.session);
    const auto of = owner_.channels_of_.find(member.session);
    std::erase(of->second, this);
    if (of->second.empty()) owner_.channels_of_.erase(of);
  } else {
    std::erase(group->second.uids, std::string_view(member.uid));
  }
  if (group->second.sessions.empty() && group->second.uids.empty()) groups_.erase(group);
  members_.erase(place);
}

void RoomChannel::push(std::string_view route, const Type& type, const void* message) {
  if (members_.empty()) return;
  PushBody body(owner_.tools_, route, type, message);
  for (const auto& [frontend, group] : groups_) {
    owner_.sender_.send(frontend, PushHeader{PushScope::listed, route, group.sessions, group.uids},
                        body);
  }
}

Channels::Channels(PushSender& sender, const cluster::Directory& directory, Logger log,
                   const protocol::ClientProtocol* protocol)
    : sender_(sender),
      directory_(directory),
      log_(std::move(log)),
      tools_{protocol, buffers_, log_} {}
Channels::~Channels() { channels_.clear(); }

Channel& Channels::open(std::string_view name) {
  auto at = channels_.find(name);
  if (at == channels_.end()) {
    at = channels_
             .emplace(std::string(name), std::make_unique<RoomChannel>(std::string(name), *this))
             .first;
  }
  return *at->second;
}

Channel* Channels::find(std::string_view name) {
  const auto at = channels_.find(name);
  return at == channels_.end() ? nullptr : at->second.get();
}

void Channels::destroy(std::string_view name) {
  if (const auto at = channels_.find(name); at != channels_.end()) channels_.erase(at);
}

void Channels::on_session_closed(SessionId session) {
  moves_.end(session);
  const auto at = channels_of_.find(session);
  if (at == channels_of_.end()) return;
  const std::vector<RoomChannel*> channels = at->second;
  std::vector<RoomChannel::Loss> losses;
  for (RoomChannel* channel : channels) channel->lose(session, losses);
  tell(losses);
}

void Channels::on_session_moved(const MovedSession& heard) {
  moves_.add(heard);
  // It may have gone further since, which was heard of first.
  const auto [frontend, id] = moves_.now(heard.frontend, heard.to);
  MovedSession moved = heard;
  moved.frontend = frontend;
  moved.to = id;
  std::vector<RoomChannel::Loss> losses;
  if (const auto at = channels_of_.find(moved.from); at != channels_of_.end()) {
    const std::vector<RoomChannel*> channels = at->second;
    for (RoomChannel* channel : channels) channel->move_session(moved, losses);
  }
  if (!moved.uid.empty())
    for (auto& [name, channel] : channels_) channel->move_user(moved, losses);
  tell(losses);
}

// Its end, or that of its frontend, was heard of before the move.
bool Channels::ended_after(const MovedSession& moved) const {
  const ServerInfo* const frontend = directory_.find(moved.frontend);
  std::uint64_t present = sender_.incarnation_of(moved.frontend);
  if (frontend != nullptr) present = std::max(present, frontend->incarnation);
  return present > life_of(moved.to) || moves_.ended(moved.to) ||
         sender_.has_ended(moved.frontend, moved.to);
}

void Channels::on_frontend_gone(std::string_view frontend, std::uint64_t incarnation) {
  std::vector<RoomChannel::Loss> losses;
  for (auto& [name, channel] : channels_) channel->lose_frontend(frontend, incarnation, losses);
  tell(losses);
}

void Channels::tell(const std::vector<RoomChannel::Loss>& losses) noexcept {
  for (const auto& loss : losses) {
    try {
      (*loss.callback)(loss.member);
    } catch (...) {
      log_.error("on_lost failed", {{"uid", loss.member.uid}, {"text", current_error().text}});
    }
  }
}

void Channels::push(std::string_view route, const Type& type, const void* message,
                    std::span<const Member> members) {
  if (members.empty()) return;
  struct Targets {
    std::vector<SessionId> sessions;
    std::vector<std::string_view> uids;
  };
  std::map<std::string_view, Targets> groups;
  for (const Member& member : members) {
    if (member.session != 0) {
      // Whoever names it may have begun before it moved.
      const auto [frontend, session] = moves_.now(member.frontend, member.session);
      groups[frontend].sessions.push_back(session);
    } else {
      groups[member.frontend].uids.push_back(member.uid);
    }
  }
  PushBody body(tools_, route, type, message);
  for (const auto& [frontend, targets] : groups) {
    sender_.send(frontend, PushHeader{PushScope::listed, route, targets.sessions, targets.uids},
                 body);
  }
}

void Channels::broadcast(std::string_view server_type, std::string_view route, const Type& type,
                         const void* message, bool bound_only) {
  const ServerList* servers = directory_.find_type(server_type);
  if (servers == nullptr) return;
  PushBody body(tools_, route, type, message);
  const PushScope scope = bound_only ? PushScope::bound : PushScope::all;
  for (const ServerInfo& server : *servers) {
    if (server.up()) sender_.send(server.id, PushHeader{scope, route, {}, {}}, body);
  }
}

}  // namespace shaddock::session
