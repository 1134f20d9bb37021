#include "admin/registry.h"

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

void Registry::set_state(Member& member, ServerInfo::State state) {
  if (member.info.state == state) return;
  member.info.state = state;
  ++number_;
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
  set_state(*member, ServerInfo::State::up);
  return {};
}

bool Registry::ready(std::string_view id, std::uint64_t incarnation) {
  Member* member = find_member(id);
  if (member == nullptr || !member->joined || member->info.incarnation != incarnation) return false;
  member->ready = true;
  member->note.clear();
  return true;
}

void Registry::hangs(std::string_view id) {
  Member* member = find_member(id);
  if (member == nullptr || member->pid == 0) return;
  member->hangs = true;
  member->joined = member->ready = false;
  member->note = "does not answer";
  if (!member->info.frontend) set_state(*member, ServerInfo::State::down);
}

void Registry::ended(std::string_view id, bool given_up, std::string note) {
  Member* member = find_member(id);
  if (member == nullptr) return;
  member->pid = 0;
  member->joined = member->ready = member->hangs = false;
  member->note = std::move(note);
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
    if (!member.ready && !member.stopped) ids.push_back(member.info.id);
  return ids;
}

cluster::View Registry::view() const {
  cluster::View view;
  view.number = number_;
  for (const Member& member : members_)
    if (!member.stopped) view.servers.push_back(member.info);
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
  }
  return "unknown";
}

}  // namespace shaddock::admin
