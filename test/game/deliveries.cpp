#include "deliveries.h"

#include <algorithm>
#include <utility>

namespace shaddock::game {

void Deliveries::opened(Visit visit, std::string_view uid, std::string_view frontend) {
  visitors_[visit] = {std::string(uid), std::string(frontend), {}, false, {}};
}

void Deliveries::ended(Visit visit, std::string_view) { visitors_.erase(visit); }

void Deliveries::expect(PushId push, Visit visit, LinkNumber link, bool to_uid) {
  const auto at = visitors_.find(visit);
  if (at != visitors_.end())
    at->second.senders[push.life].due.push_back({push.number, link, to_uid});
}

void Deliveries::pushed(PushId push, const std::vector<Target>& targets) {
  for (const Target& target : targets) expect(push, target.visit, target.link, false);
}

void Deliveries::pushed_to_uid(PushId push, const Member& member, LinkNumber link) {
  const auto frontend = frontends_.find(member.frontend);
  if (frontend == frontends_.end()) return;
  const auto at = frontend->second.bound.find(member.uid);
  if (at == frontend->second.bound.end()) return;
  for (const Visit visit : at->second) expect_among_others(push, visit, link, true);
}

void Deliveries::pushed_to_all(PushId push, const std::vector<Way>& ways) {
  for (const Way& way : ways)
    if (const auto frontend = frontends_.find(way.frontend); frontend != frontends_.end())
      for (const auto& [uid, visits] : frontend->second.bound)
        for (const Visit visit : visits) expect_among_others(push, visit, way.link, false);
}

void Deliveries::expect_among_others(PushId push, Visit visit, LinkNumber link, bool to_uid) {
  const auto at = visitors_.find(visit);
  if (at != visitors_.end()) expect(push, visit, at->second.under_way ? 0 : link, to_uid);
}

void Deliveries::bound(Life life, std::string_view frontend, std::string_view uid, Visit visit) {
  Frontend& here = frontends_[std::string(frontend)];
  if (life < here.life) return;
  if (life > here.life) here = {life, {}};
  here.bound[std::string(uid)].insert(visit);
}

void Deliveries::turned_to(Visit visit, std::string_view frontend) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return;
  at->second.earlier.insert(std::exchange(at->second.frontend, std::string(frontend)));
  at->second.under_way = true;
  forget_links_to_uid(at->second);
}

void Deliveries::moved(Life, std::string_view frontend, std::string_view uid, SessionId,
                       Visit visit) {
  for (auto& [id, one] : frontends_)
    if (const auto at = one.bound.find(uid); at != one.bound.end()) at->second.erase(visit);
  const auto at = visitors_.find(visit);
  if (at != visitors_.end() && at->second.frontend == frontend) at->second.under_way = false;
}

void Deliveries::forget_links_to_uid(Visitor& visitor) {
  for (auto& [life, sender] : visitor.senders)
    for (Due& due : sender.due)
      if (due.to_uid) due.link = 0;
}

// What is on its way to the uid finds nobody of that name.
void Deliveries::unbound(Life life, std::string_view uid, Visit visit) {
  for (auto& [id, frontend] : frontends_) {
    const auto at = frontend.bound.find(uid);
    if (frontend.life == life && at != frontend.bound.end()) at->second.erase(visit);
  }
  const auto visitor = visitors_.find(visit);
  if (visitor != visitors_.end()) forget_links_to_uid(visitor->second);
}

void Deliveries::died(Life life) {
  if (lossless_) dead_[life] = findings_.now();
  for (auto& [id, frontend] : frontends_)
    if (frontend.life == life) frontend.bound.clear();
}

bool Deliveries::in_order(Visit visit, PushId push, Sender& sender) {
  if (push.number > sender.last) {
    sender.last = push.number;
    return true;
  }
  const std::string how = push.number == sender.last ? "again" : "too late";
  findings_.add("G3", name(visit),
                name(push) + " came " + how + ": the last was " + std::to_string(sender.last));
  return false;
}

void Deliveries::answered(Visit visit, Number, int) {
  constexpr sim::Instant kOnTheWay{2'000'000};
  const auto at = visitors_.find(visit);
  if (at == visitors_.end() || dead_.empty()) return;
  std::erase_if(at->second.senders, [&](const auto& one) {
    const auto& [life, sender] = one;
    const auto end = dead_.find(life);
    if (end == dead_.end() || findings_.now() - end->second < kOnTheWay) return false;
    for (const Due& due : sender.due)
      if (due.link != 0)
        findings_.add("G3", name(visit),
                      name({life, due.number}) + " was lost with its sender, which only stopped");
    return true;
  });
}

void Deliveries::heard(Visit visit, PushId push) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return findings_.add("G5", name(visit), name(push) + " after its end");
  Sender& sender = at->second.senders[push.life];
  if (in_order(visit, push, sender) && !take(visit, push, sender))
    findings_.add("G6", name(visit), name(push) + " was made for others");
}

bool Deliveries::take(Visit visit, PushId push, Sender& sender) {
  const auto at = std::find_if(sender.due.begin(), sender.due.end(),
                               [&](const Due& due) { return due.number == push.number; });
  if (at == sender.due.end()) return false;
  const LinkNumber link = at->link;
  for (auto due = sender.due.begin(); due != at; ++due)
    if (due->link == link && link != 0)
      findings_.add("G3", name(visit),
                    name({push.life, due->number}) + " was skipped: " + name(push) +
                        " took the same link " + std::to_string(link));
  sender.due.erase(sender.due.begin(), std::next(at));
  return true;
}

void Deliveries::heard_for(Visit visit, PushId push, const Member& whom) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return findings_.add("G5", name(visit), name(push) + " after its end");
  const Visitor& visitor = at->second;
  const bool for_all = whom.uid.empty();
  const bool is_there =
      visitor.frontend == whom.frontend || visitor.earlier.contains(whom.frontend);
  if (!for_all && (visitor.uid != whom.uid || !is_there))
    return findings_.add("G6", name(visit) + " (" + visitor.uid + " on " + visitor.frontend + ")",
                         name(push) + " was made for " + whom.uid + " on " + whom.frontend);
  // Who has logged in since it was made may hear it, too.
  Sender& sender = at->second.senders[push.life];
  if (in_order(visit, push, sender)) take(visit, push, sender);
}

void Deliveries::settled(const std::vector<std::pair<Life, LinkNumber>>& links) {
  for (const auto& [visit, visitor] : visitors_)
    for (const auto& [life, sender] : visitor.senders)
      for (const Due& due : sender.due)
        if (due.link != 0 &&
            std::find(links.begin(), links.end(), std::pair(life, due.link)) != links.end())
          findings_.add("G3", name(visit),
                        name({life, due.number}) + " never came, though its link lives");
}

}  // namespace shaddock::game
