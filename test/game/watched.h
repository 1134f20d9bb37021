#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker.h"

namespace shaddock::game {

using G = Guarantee;

// Somebody who visits, and what the checker thinks of what happens to it.
struct Watched {
  explicit Watched(const Checker::Expectations& expectations = {})
      : checker([] { return sim::Instant(1'500'000); }, expectations) {
    visit(1, "ann");
    visit(2, "bob");
  }
  void visit(Visit number, const char* uid) {
    checker.tell(&G::opened, number, std::string_view(uid), std::string_view("connector-1"));
  }
  void ask(Number number) { checker.tell(&G::asked, Visit{1}, number); }
  void answer(Number number, int code = 200) { checker.tell(&G::answered, Visit{1}, number, code); }
  void start(Number number, Life life = 7, SessionId session = 90) {
    checker.tell(&G::started, life, session, Visit{1}, number);
  }
  void push(PushNumber number, LinkNumber link, Visit visit = 1) {
    checker.tell(&G::pushed, PushId{7, number}, std::vector<Target>{{visit, link}});
  }
  void hear(PushNumber number) { checker.tell(&G::heard, Visit{1}, PushId{7, number}); }
  void see(Number number, std::int64_t left, std::int64_t right = 0) {
    checker.tell(&G::saw, Visit{1}, number, Seen{1, "ann", {{"left", left}, {"right", right}}});
  }
  void write(Number number, std::int64_t value) {
    checker.tell(&G::wrote, Visit{1}, number, std::string_view("left"), value);
    ask(number);
  }
  void settle(std::vector<std::pair<Life, LinkNumber>> links = {}) {
    checker.tell(&G::settled, links);
  }
  // The guarantees that were found broken: "G1 G2".
  std::string broken() {
    std::string all;
    for (const Violation& violation : checker.findings().violations())
      all += (all.empty() ? "" : " ") + violation.guarantee;
    return all;
  }

  Checker checker;
};

}  // namespace shaddock::game
