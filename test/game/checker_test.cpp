#include <doctest/doctest.h>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

TEST_CASE("a visit in which all goes well breaks nothing") {
  Watched w;
  w.ask(1);
  w.start(1);
  w.answer(1);
  w.push(1, 1);
  w.hear(1);
  w.settle({{7, 1}});
  w.checker.tell(&G::ended, Visit{1}, std::string_view("the connection ended"));
  CHECK(w.broken() == "");
}

TEST_CASE("a violation says what, when and who") {
  Watched w;
  w.ask(1);
  w.settle();
  REQUIRE(w.checker.findings().violations().size() == 1);
  CHECK(to_string(w.checker.findings().violations().front()) ==
        "G2 at 1.500000 s, visit 1 message 1: no answer, and the connection is open");
}

TEST_CASE("where nothing goes wrong every answer is 200, but for whoever has logged out") {
  Checker calm([] { return sim::Instant(0); }, Checker::Expectations{true, true, {}});
  calm.tell(&G::asked, Visit{1}, Number{1});
  calm.tell(&G::answered, Visit{1}, Number{1}, 522);
  calm.tell(&G::asked, Visit{2}, Number{1});
  calm.tell(&G::logged_out, Visit{2});
  calm.tell(&G::answered, Visit{2}, Number{1}, 500);
  REQUIRE(calm.findings().violations().size() == 1);
  CHECK(calm.findings().violations().front().guarantee == "CALM");
}

TEST_CASE("an answer that takes longer than the faults explain is noticed") {
  sim::Instant now{0};
  Checker checker([&now] { return now; },
                  Checker::Expectations{.longest_wait = sim::Instant(1000)});
  checker.tell(&G::asked, Visit{1}, Number{1});
  checker.tell(&G::asked, Visit{1}, Number{2});
  now = sim::Instant(1000);
  checker.tell(&G::answered, Visit{1}, Number{1}, 522);
  CHECK(checker.findings().violations().empty());
  now = sim::Instant(1001);
  checker.tell(&G::answered, Visit{1}, Number{2}, 522);
  REQUIRE(checker.findings().violations().size() == 1);
  CHECK(checker.findings().violations().front().guarantee == "PROMPT");
}

TEST_CASE("who may wait for others is not late before that") {
  sim::Instant now{0};
  Checker checker([&now] { return now; },
                  Checker::Expectations{.longest_wait = sim::Instant(1000)});
  checker.tell(&G::will_wait, Visit{1}, Number{1}, sim::Instant(500));
  checker.tell(&G::asked, Visit{1}, Number{1});
  now = sim::Instant(1501);
  checker.tell(&G::answered, Visit{1}, Number{1}, 522);
  CHECK(checker.findings().violations().size() == 1);
}

TEST_CASE("who is away hears nothing, and nothing is late for that") {
  sim::Instant now{0};
  Checker checker([&now] { return now; },
                  Checker::Expectations{.longest_wait = sim::Instant(1000)});
  checker.tell(&G::asked, Visit{1}, Number{1});
  checker.tell(&G::asked, Visit{1}, Number{2});
  now = sim::Instant(3000);
  checker.tell(&G::came_back, Visit{1});
  checker.tell(&G::answered, Visit{1}, Number{1}, 523);
  CHECK(checker.findings().violations().empty());
  now = sim::Instant(4001);
  checker.tell(&G::answered, Visit{1}, Number{2}, 523);
  CHECK(checker.findings().violations().size() == 1);
}

TEST_CASE("after the run nothing counts") {
  Watched w;
  w.checker.stop();
  w.answer(9);
  CHECK(w.broken() == "");
}
