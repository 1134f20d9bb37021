#include "papers.h"

#include <shaddock/error.h>

namespace shaddock::game {

void Papers::opened(Visit visit, std::string_view uid, std::string_view) {
  visitors_[visit].uid = uid;
}

void Papers::ended(Visit visit, std::string_view) { visitors_.erase(visit); }

void Papers::logging_out(Visit visit) {
  if (const auto at = visitors_.find(visit); at != visitors_.end()) at->second.logging_out = true;
}

void Papers::asked(Visit visit, Number number) { remember(visit, number); }
void Papers::notified(Visit visit, Number number) { remember(visit, number); }

void Papers::remember(Visit visit, Number number) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return;
  if (at->second.login == 0) at->second.login = number;
  at->second.last = number;
  Values& expected = at->second.expected[number];
  for (const auto& [name, paper] : at->second.papers) expected[name] = paper.done;
}

void Papers::wrote(Visit visit, Number number, std::string_view paper, std::int64_t value) {
  const auto at = visitors_.find(visit);
  if (at != visitors_.end()) at->second.papers[std::string(paper)].unsure[value] = number;
}

void Papers::answered(Visit visit, Number number, int code) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end() || code != code::kOk) return;
  for (auto& [name, paper] : at->second.papers)
    for (const auto& [value, by] : paper.unsure)
      if (by == number) {
        paper.done = value;
        paper.unsure.erase(value);
        return;
      }
}

void Papers::unbound(Life, std::string_view, Visit visit) {
  if (const auto at = visitors_.find(visit); at != visitors_.end())
    at->second.unbound = at->second.last;
}

void Papers::saw(Visit visit, Number number, const Seen& seen) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end() || at->second.logging_out) return;
  const std::string who = name(visit, number);
  if (seen.visit == 0) {
    if (number > at->second.login)
      findings_.add("G11", who, "its handler saw a session that has not logged in");
    return;
  }
  if (seen.visit != visit)
    findings_.add("G6", who, "its handler saw the session of visit " + std::to_string(seen.visit));
  else if (seen.uid.empty() && number < at->second.unbound)
    return;  // it had to wait for a server, and its session has given the uid back meanwhile
  else if (seen.uid != at->second.uid)
    findings_.add("G11", who, "its handler saw the uid \"" + seen.uid + "\"");
  else
    compare(who, at->second, number, seen);
}

// Seen may be what was done when the message was sent, something done since, or what is unsure.
void Papers::compare(const std::string& who, const Visitor& visitor, Number number,
                     const Seen& seen) {
  const auto expected = visitor.expected.find(number);
  if (expected == visitor.expected.end()) return;
  for (const auto& [paper_name, paper] : visitor.papers) {
    const auto at = expected->second.find(paper_name);
    const std::int64_t least = at == expected->second.end() ? 0 : at->second;
    const auto found = seen.papers.find(paper_name);
    const std::int64_t value = found == seen.papers.end() ? 0 : found->second;
    const bool fine = (value >= least && value <= paper.done) || paper.unsure.contains(value);
    if (!fine)
      findings_.add(least > value ? "G11" : "G10", who,
                    "its handler saw " + std::to_string(value) + " on " + paper_name + ", where " +
                        std::to_string(least) + " was acknowledged before");
  }
}

}  // namespace shaddock::game
