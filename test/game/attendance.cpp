#include "attendance.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace shaddock::game {

namespace {

// Of a session to another frontend.
constexpr sim::Instant kLongestMove{10'000'000};

}  // namespace

Attendance::Key Attendance::key_of(const Member& member) {
  if (member.session != 0) return {to_string_id(member.session), ""};
  return {member.uid, member.frontend};
}

void Attendance::opened(Visit visit, std::string_view uid, std::string_view frontend) {
  guests_[visit] = {std::string(uid), std::string(frontend), {}};
}

// Rooms may hear that it has come sooner than it begins there itself.
void Attendance::turned_to(Visit visit, std::string_view frontend) {
  const auto at = guests_.find(visit);
  if (at == guests_.end()) return;
  at->second.club.clear();
  note_company(visit);
  names_[{at->second.uid, std::string(frontend)}].last = findings_.now() + kLongestMove;
}

void Attendance::joined(Life life, SessionId session, Visit visit) {
  Guest& guest = guests_[visit];
  guest.life = life;
  sessions_[session] = visit;
  ++names_[{guest.uid, guest.frontend}].living;
  ++names_[{to_string_id(session), ""}].living;
}

void Attendance::moved(Life life, std::string_view frontend, std::string_view uid,
                       SessionId session, Visit visit) {
  const auto earlier = std::find_if(sessions_.begin(), sessions_.end(),
                                    [visit](const auto& one) { return one.second == visit; });
  if (earlier != sessions_.end()) closed(guests_[visit].life, earlier->first);
  opened(visit, uid, frontend);
  joined(life, session, visit);
  note_company(visit);  // it may already have gone on
}

void Attendance::note_company(Visit visit) {
  const Guest& guest = guests_[visit];
  if (names_[{guest.uid, guest.frontend}].living > 1) parted_.insert(guest.uid);
}

void Attendance::stays(Life life, Visit visit, std::string_view club) {
  const auto at = guests_.find(visit);
  if (at == guests_.end() || at->second.life != life) return;
  at->second.club = club;
  at->second.since = findings_.now();
}

void Attendance::closed(Life, SessionId session) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  const Guest& guest = guests_[at->second];
  for (const Key& key : {Key(guest.uid, guest.frontend), Key(to_string_id(session), "")}) {
    --names_[key].living;
    names_[key].last = std::max(names_[key].last, findings_.now());
  }
  guests_.erase(at->second);
  sessions_.erase(at);
}

void Attendance::died(Life life) {
  running_.erase(life);
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto next = std::next(at);
    if (guests_[at->second].life == life) closed(life, at->first);
    at = next;
  }
}

void Attendance::attended(Life life, std::string_view channel, const std::vector<Member>& members) {
  running_.try_emplace(life, findings_.now());
  std::set<Key> seen;
  for (const Member& member : members)
    if (!seen.insert(key_of(member)).second)
      findings_.add("G13", std::string(channel) + " in life " + std::to_string(life),
                    "has " + key_of(member).first + " twice");
  if (!strict_) return;
  look_for_dead(life, channel, members);
  look_for_missing(life, channel, members);
}

void Attendance::look_for_dead(Life life, std::string_view channel,
                               const std::vector<Member>& members) {
  for (const Member& member : members) {
    if (member.session == 0 && parted_.contains(member.uid)) continue;
    // One that is heard of first from a channel is about to begin, or has long ended.
    const Name& name =
        names_.try_emplace(key_of(member), Name{0, findings_.now() + kLongestMove}).first->second;
    if (name.living == 0 && is_old(name.last))
      findings_.add(
          "G13", std::string(channel) + " in life " + std::to_string(life),
          "still has " + key_of(member).first + " of " + member.frontend + ", who has ended");
  }
}

void Attendance::look_for_missing(Life life, std::string_view channel,
                                  const std::vector<Member>& members) {
  if (!is_old(running_[life])) return;  // who was there before is on the way back
  std::set<Key> here;
  for (const Member& member : members) here.insert(key_of(member));
  for (const auto& [visit, guest] : guests_)
    if (guest.club == channel && is_old(guest.since) && !here.contains({guest.uid, guest.frontend}))
      findings_.add(
          "G13", name(visit),
          "stays in " + guest.club + ", and is no member in life " + std::to_string(life));
}

}  // namespace shaddock::game
