#include <doctest/doctest.h>

#include <algorithm>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

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

TEST_CASE("who has left is a member no longer") {
  Watched w;
  w.checker.tell(&G::lingered, Life{7}, SessionId{90}, Visit{1}, std::string_view("r1"));
  CHECK(w.broken() == "MEMBER");
}

TEST_CASE("a letter that was due and is skipped by a later push of its link breaks G3") {
  Watched w;
  w.push(1, 5);
  w.push(2, 5);
  w.checker.tell(&G::heard_for, Visit{1}, PushId{7, 2}, Member{"ann", "connector-1", 0});
  CHECK(w.broken() == "G3");
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

TEST_CASE("a push to a uid reaches all sessions of it, and none that has given it back") {
  Watched w;
  const auto bind = [&](Visit visit) {
    w.checker.tell(&G::bound, Life{3}, std::string_view("connector-1"), std::string_view("ann"),
                   visit);
  };
  w.visit(3, "ann");
  bind(1);
  bind(3);
  w.checker.tell(&G::pushed_to_uid, PushId{7, 1}, Member{"ann", "connector-1", 0}, LinkNumber{1});
  w.checker.tell(&G::unbound, Life{3}, std::string_view("ann"), Visit{1});
  w.settle({{7, 1}});
  CHECK(w.broken() == "G3");  // the third visit alone
}

TEST_CASE("where servers only stop, what they pushed has come before what others say later") {
  sim::Instant now{0};
  Checker checker([&now] { return now; }, Checker::Expectations{.restarts = true});
  checker.tell(&G::opened, Visit{1}, std::string_view("ann"), std::string_view("connector-1"));
  checker.tell(&G::pushed, PushId{7, 1}, std::vector<Target>{{1, 5}});
  checker.tell(&G::pushed, PushId{7, 2}, std::vector<Target>{{1, 0}});  // without a link
  checker.tell(&G::died, Life{7});
  const auto answer_later = [&] {
    now += sim::Instant(3'000'000);
    checker.tell(&G::asked, Visit{1}, Number{1});
    checker.tell(&G::answered, Visit{1}, Number{1}, 200);
    checker.tell(&G::started, Life{8}, SessionId{90}, Visit{1}, Number{1});
  };
  const auto lost = [&] {
    const auto& all = checker.findings().violations();
    return std::ranges::count(all, "G3", &Violation::guarantee);
  };
  SUBCASE("it has") {
    checker.tell(&G::heard, Visit{1}, PushId{7, 1});
    answer_later();
    CHECK(lost() == 0);
  }
  SUBCASE("it has not") {
    answer_later();
    CHECK(lost() == 1);
  }
}
