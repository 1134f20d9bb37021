#include <doctest/doctest.h>

#include "checker.h"

using namespace shaddock;
using namespace shaddock::simulator;

namespace {

using G = Guarantee;

// Somebody who visits, and what the checker thinks of what happens to it.
struct Watched {
  Watched() {
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

  Checker checker{[] { return sim::Instant(1'500'000); }};
};

}  // namespace

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

TEST_CASE("two answers to one request break G2, and so does one to no request") {
  Watched w;
  w.ask(1);
  w.start(1);
  w.answer(1);
  w.answer(1);
  CHECK(w.broken() == "G2");
  w.answer(5, 500);
  CHECK(w.broken() == "G2 G2");
}

TEST_CASE("a client that gave up because of what the server sent breaks G2") {
  Watched w;
  w.checker.tell(&G::ended, Visit{1}, std::string_view("the server answered what was not asked"));
  CHECK(w.broken() == "G2");
}

TEST_CASE("an answer that says \"not run\" is a lie when the handler starts, before or after") {
  Watched before, after;
  before.ask(1);
  before.start(1);
  before.answer(1, 521);
  CHECK(before.broken() == "G2");
  after.ask(1);
  after.answer(1, 503);
  CHECK(after.broken() == "");
  after.start(1);
  CHECK(after.broken() == "G2");
}

TEST_CASE("nobody knows whether the handler started after 504 and 522") {
  Watched w;
  w.ask(1);
  w.start(1);
  w.answer(1, 504);
  w.ask(2);
  w.answer(2, 522);
  CHECK(w.broken() == "");
}

TEST_CASE("200 without a handler, and a handler that starts twice, break G2") {
  Watched w;
  w.ask(1);
  w.answer(1);
  CHECK(w.broken() == "G2");
  w.start(2, 7);
  w.start(2, 8);
  CHECK(w.broken() == "G2 G2");
}

TEST_CASE("a call between servers that is executed twice breaks G2") {
  Watched w;
  w.checker.tell(&G::executed, std::uint64_t{4});
  CHECK(w.broken() == "");
  w.checker.tell(&G::executed, std::uint64_t{4});
  CHECK(w.broken() == "G2");
}

TEST_CASE("messages that start in another order than they were sent break G1, on one server") {
  Watched w;
  w.start(1, 7);
  w.start(3, 7);
  w.start(2, 8);
  CHECK(w.broken() == "");
  w.start(2, 7);
  CHECK(w.broken().starts_with("G2 G1"));  // it was also started twice
}

TEST_CASE("pushes of one link come whole and in order") {
  Watched w;
  for (PushNumber number = 1; number <= 4; ++number) w.push(number, 1);
  w.hear(1);
  w.hear(3);
  CHECK(w.broken() == "G3");
  w.hear(2);
  CHECK(w.broken() == "G3 G3");
  w.hear(3);
  CHECK(w.broken() == "G3 G3 G3");
}

TEST_CASE("pushes of a link that was lost may be lost, and those that never had one") {
  Watched w;
  w.push(1, 1);
  w.push(2, 1);
  w.push(3, 0);
  w.push(4, 2);
  w.hear(1);
  w.hear(4);
  w.settle({{7, 2}});
  CHECK(w.broken() == "");
}

TEST_CASE("a push that has not come when all is settled breaks G3 if its link lives") {
  Watched w;
  w.push(1, 2);
  w.settle({{7, 1}, {8, 2}});
  CHECK(w.broken() == "");
  w.settle({{7, 2}});
  CHECK(w.broken() == "G3");
}

TEST_CASE("a push that was made for another visit breaks G6") {
  Watched w;
  w.push(1, 1, 2);
  w.hear(1);
  CHECK(w.broken() == "G6");
}

TEST_CASE("a push to a uid reaches that uid on that frontend, or breaks G6") {
  Watched w;
  const auto hear = [&](PushNumber number, const char* uid, const char* frontend) {
    w.checker.tell(&G::heard_for, Visit{1}, PushId{7, number}, Member{uid, frontend, 0});
  };
  hear(1, "ann", "connector-1");
  CHECK(w.broken() == "");
  hear(2, "bob", "connector-1");
  hear(3, "ann", "connector-2");
  CHECK(w.broken() == "G6 G6");
}

TEST_CASE("what a handler pushes before and after its answer comes before and after it") {
  Watched fine, late, early;
  for (Watched* w : {&fine, &late, &early}) {
    w->ask(1);
    w->start(1);
    w->push(1, 1);
    w->push(2, 1);
    w->checker.tell(&G::framed, Visit{1}, Number{1}, PushId{7, 1}, PushId{7, 2});
  }
  fine.hear(1);
  fine.answer(1);
  fine.hear(2);
  CHECK(fine.broken() == "");
  late.answer(1);
  CHECK(late.broken() == "G4");
  early.hear(1);
  early.hear(2);
  CHECK(early.broken() == "G4");
}

TEST_CASE("a request that has ended as lost has no answer for pushes to stand before") {
  Watched w;
  w.ask(1);
  w.answer(1, 522);
  w.push(1, 1);
  w.push(2, 1);
  w.checker.tell(&G::framed, Visit{1}, Number{1}, PushId{7, 1}, PushId{7, 2});
  w.hear(1);
  w.hear(2);
  CHECK(w.broken() == "");
}

TEST_CASE("a session closes once, and its frontend begins nothing for it afterwards") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::closed, Life{3}, SessionId{90});
  w.start(1, 7);  // a backend may still have something of it on its way
  CHECK(w.broken() == "");
  w.start(2, 3);
  CHECK(w.broken() == "G5");
  w.checker.tell(&G::closed, Life{3}, SessionId{90});
  CHECK(w.broken() == "G5 G5");
}

TEST_CASE("the id of a session never comes back") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::joined, Life{4}, SessionId{90}, Visit{2});
  CHECK(w.broken() == "G6");
}

TEST_CASE("nothing of a session starts where a kick was acknowledged, nor on its frontend") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::kick_done, Life{7}, SessionId{90}, false);
  w.start(1, 8);
  CHECK(w.broken() == "");
  w.start(2, 7);
  w.start(3, 3);
  CHECK(w.broken() == "G9 G9");
}

TEST_CASE("a kick that is acknowledged has closed the session") {
  Watched w;
  w.checker.tell(&G::kick_done, Life{7}, SessionId{90}, true);
  CHECK(w.broken() == "G9");
}

TEST_CASE("who is told of a kick is who was meant") {
  Watched w;
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"1"})"));
  CHECK(w.broken() == "");
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"12"})"));
  CHECK(w.broken() == "G9");
}

TEST_CASE("what was written and acknowledged is seen by what is asked afterwards") {
  Watched w;
  w.ask(1);
  w.write(2, 10);
  w.see(1, 0);
  w.see(2, 0);
  w.start(2);
  w.answer(2);
  w.ask(3);
  w.see(3, 10);
  w.see(1, 10);  // asked before: it may see either
  CHECK(w.broken() == "");
  w.see(3, 0);
  CHECK(w.broken() == "G11");
}

TEST_CASE(
    "a write without acknowledgement may take effect at any time, one that never was may not") {
  Watched w;
  w.write(1, 10);
  w.answer(1, 522);
  w.write(2, 20);
  w.start(2);
  w.answer(2);
  w.ask(3);
  w.see(3, 20);
  w.see(3, 10);
  CHECK(w.broken() == "");
  w.see(3, 30);
  CHECK(w.broken() == "G10");
}

TEST_CASE("a handler sees the session of who sent the message") {
  Watched w;
  w.ask(1);
  w.checker.tell(&G::saw, Visit{1}, Number{1}, Seen{2, "bob", {}});
  CHECK(w.broken() == "G6");
  w.checker.tell(&G::saw, Visit{1}, Number{1}, Seen{1, "", {}});
  CHECK(w.broken() == "G6 G11");
}

TEST_CASE("who has logged out hears no push of that session any more, but answers") {
  Watched w;
  w.ask(1);
  w.start(1);
  w.push(1, 1);
  w.checker.tell(&G::logged_out, Visit{1});
  w.answer(1);
  CHECK(w.broken() == "");
  w.hear(1);
  CHECK(w.broken() == "G5");
}

TEST_CASE("who is a member stays one until its session ends") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::joined, Life{3}, SessionId{91}, Visit{2});
  w.checker.tell(&G::joined, Life{4}, SessionId{92}, Visit{3});
  w.checker.tell(&G::closed, Life{3}, SessionId{91});
  w.checker.tell(&G::died, Life{4});
  w.checker.tell(&G::missed, Life{7}, SessionId{91}, Visit{2}, std::string_view("r1"));
  w.checker.tell(&G::missed, Life{7}, SessionId{92}, Visit{3}, std::string_view("r1"));
  CHECK(w.broken() == "");
  w.checker.tell(&G::missed, Life{7}, SessionId{90}, Visit{1}, std::string_view("r1"));
  CHECK(w.broken() == "MEMBER");
}

TEST_CASE("where links live, who has ended is no member for long") {
  sim::Instant now{0};
  Checker checker([&now] { return now; }, Checker::Expectations{false, true, {}});
  const auto push = [&](PushNumber number) {
    checker.tell(&G::pushed, PushId{7, number}, std::vector<Target>{{1, 1}});
  };
  checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  push(1);
  checker.tell(&G::died, Life{3});
  push(2);
  CHECK(checker.findings().violations().empty());
  now = sim::Instant(500'000);
  push(3);
  REQUIRE(checker.findings().violations().size() == 1);
  CHECK(checker.findings().violations().front().guarantee == "MEMBER");
}

TEST_CASE("a push to everybody comes in order, and to whoever is there") {
  Watched w;
  w.checker.tell(&G::heard_for, Visit{1}, PushId{7, 2}, Member{});
  w.checker.tell(&G::heard_for, Visit{2}, PushId{7, 2}, Member{});
  CHECK(w.broken() == "");
  w.checker.tell(&G::heard_for, Visit{1}, PushId{7, 1}, Member{});
  CHECK(w.broken() == "G3");
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
  Checker checker([&now] { return now; }, Checker::Expectations{false, false, sim::Instant(1000)});
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

TEST_CASE("after the run nothing counts") {
  Watched w;
  w.checker.stop();
  w.answer(9);
  CHECK(w.broken() == "");
}
