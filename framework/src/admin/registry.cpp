#include "admin/registry.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace shaddock::admin {

Registry::Registry(std::vector<ServerInfo> configured, std::uint64_t first_number)
    : number_(first_number) {
  members_.reserve(configured.size());
  for (ServerInfo& info : configured) {
    info.state = ServerInfo::State::starting;
    info.incarnation = 0;
    Member member;
    member.info = std::move(info);
    members_.push_back(std::move(member));
  }
}

Registry::Member* Registry::find_member(std::string_view id) {
  for (Member& member : members_)
    if (member.info.id == id) return &member;
  return nullptr;
}

const Registry::Member* Registry::find(std::string_view id) const {
  return const_cast<Registry*>(this)->find_member(id);
}

bool Registry::add(ServerInfo server, bool by_hand) {
  if (find_member(server.id) != nullptr) return false;
  Member member;
  member.info = std::move(server);
  member.info.state = ServerInfo::State::joining;
  member.info.incarnation = 0;
  member.fresh = true;
  member.by_hand = by_hand;
  insert(std::move(member));
  return true;
}

// Behind the last that comes before it, or before the first of its type.
void Registry::insert(Member member) {
  auto place = members_.end();
  for (auto at = members_.begin(); at != members_.end(); ++at) {
    if (at->info.type != member.info.type) continue;
    const bool before = !at->by_hand || (member.by_hand && at->info.id < member.info.id);
    if (before || place == members_.end()) place = before ? at + 1 : at;
  }
  members_.insert(place, std::move(member));
}

void Registry::remove(std::string_view id) {
  const Member* member = find_member(id);
  if (member == nullptr) return;
  if (in_view(*member)) ++number_;
  members_.erase(members_.begin() + (member - members_.data()));
}

void Registry::change(ServerInfo server) {
  Member* member = find_member(server.id);
  if (member == nullptr) return;
  const bool other_type = member->info.type != server.type;
  server.state = other_type ? ServerInfo::State::joining : member->info.state;
  server.incarnation = member->info.incarnation;
  member->fresh = member->fresh || other_type;
  member->info = std::move(server);
  ++number_;
}

void Registry::arrange(const std::vector<std::string>& ids) {
  const auto rank = [&](const Member& member) {
    return std::find(ids.begin(), ids.end(), member.info.id) - ids.begin();
  };
  const auto named = static_cast<std::ptrdiff_t>(ids.size());
  const std::vector<Member> before = std::move(members_);
  members_.clear();
  for (const Member& member : before)
    if (rank(member) < named) members_.push_back(member);
  std::sort(members_.begin(), members_.end(),
            [&](const Member& one, const Member& other) { return rank(one) < rank(other); });
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (rank(before[i]) < named) continue;
    if (before[i].by_hand || i == 0)
      insert(before[i]);
    else
      members_.insert(members_.begin() + (find_member(before[i - 1].info.id) - members_.data()) + 1,
                      before[i]);
  }
  const auto same = [](const Member& one, const Member& other) {
    return one.info.id == other.info.id;
  };
  if (!std::equal(before.begin(), before.end(), members_.begin(), same)) ++number_;
}

void Registry::set_state(Member& member, ServerInfo::State state) {
  if (member.info.state == state) return;
  member.info.state = state;
  ++number_;
}

bool Registry::in_view(const Member& member) {
  return !member.stopped && !(member.fresh && member.pid == 0);
}

// The view keeps saying down or failed until the new process has joined, but nobody listens to the
// earlier one any more.
void Registry::begin(Member& member, std::uint64_t incarnation, int pid) {
  member.pid = pid;
  member.joined = member.ready = member.stopped = member.hangs = false;
  member.info.incarnation = incarnation;
  ++number_;
}

void Registry::spawned(std::string_view id, std::uint64_t incarnation, int pid) {
  if (Member* member = find_member(id)) begin(*member, incarnation, pid);
}

void Registry::adopted(std::string_view id, std::uint64_t incarnation, int pid) {
  Member* member = find_member(id);
  if (member == nullptr) return;
  begin(*member, incarnation, pid);
  member->fresh = false;
  set_state(*member, ServerInfo::State::up);
}

Result<void> Registry::join(std::string_view id, std::uint64_t incarnation, int pid) {
  Member* member = find_member(id);
  if (member == nullptr)
    return Error(code::kFailed, "no server " + std::string(id) + " is configured");
  if (incarnation != member->info.incarnation || member->pid == 0)
    return Error(code::kFailed, std::string(id) + " runs as incarnation " +
                                    std::to_string(member->info.incarnation) + ", not " +
                                    std::to_string(incarnation));
  if (pid != member->pid)
    return Error(code::kFailed,
                 std::string(id) + " runs already, as process " + std::to_string(member->pid));
  member->joined = true;
  member->hangs = false;
  if (!member->fresh) set_state(*member, ServerInfo::State::up);
  return {};
}

void Registry::takes_to_stop(std::string_view id, std::uint64_t milliseconds) {
  if (Member* member = find_member(id)) member->stop_limit = milliseconds;
}

bool Registry::ready(std::string_view id, std::uint64_t incarnation) {
  Member* member = find_member(id);
  if (member == nullptr || !member->joined || member->info.incarnation != incarnation) return false;
  member->ready = true;
  member->note.clear();
  member->fresh = false;
  set_state(*member, ServerInfo::State::up);
  return true;
}

void Registry::hangs(std::string_view id) {
  Member* member = find_member(id);
  if (member == nullptr || member->pid == 0) return;
  member->hangs = true;
  member->joined = member->ready = false;
  member->note = "does not answer";
  if (!member->info.frontend && !member->fresh) set_state(*member, ServerInfo::State::down);
}

void Registry::ended(std::string_view id, bool given_up, std::string note) {
  Member* member = find_member(id);
  if (member == nullptr) return;
  if (member->fresh && in_view(*member)) ++number_;
  member->pid = 0;
  member->joined = member->ready = member->hangs = false;
  member->given_up = given_up;
  member->note = std::move(note);
  if (!member->fresh)
    set_state(*member, given_up ? ServerInfo::State::failed : ServerInfo::State::down);
}

void Registry::stopped(std::string_view id) {
  Member* member = find_member(id);
  if (member == nullptr || member->stopped) return;
  member->stopped = true;
  ++number_;
}

std::vector<std::string> Registry::missing() const {
  std::vector<std::string> ids;
  for (const Member& member : members_)
    if (!member.ready && !member.stopped && !member.by_hand) ids.push_back(member.info.id);
  return ids;
}

cluster::View Registry::view() const {
  cluster::View view;
  view.number = number_;
  for (const Member& member : members_)
    if (in_view(member)) view.servers.push_back(member.info);
  return view;
}

std::string_view state_name(const Registry::Member& member) {
  if (member.stopped) return "stopped";
  if (member.hangs) return "hangs";
  switch (member.info.state) {
    case ServerInfo::State::starting:
      return "starting";
    case ServerInfo::State::up:
      return member.ready ? "up" : "starting";
    case ServerInfo::State::down:
      return "down";
    case ServerInfo::State::failed:
      return "failed";
    case ServerInfo::State::joining:
      return member.pid != 0 ? "starting" : member.given_up ? "failed" : "down";
  }
  return "unknown";
}

}  // namespace shaddock::admin
