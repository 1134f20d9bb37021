#include <doctest/doctest.h>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

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

TEST_CASE("an answer that says it is to another message breaks G2") {
  Watched w;
  w.checker.tell(&G::echoed, Visit{1}, Number{4}, Visit{1}, Number{4});
  CHECK(w.broken() == "");
  w.checker.tell(&G::echoed, Visit{1}, Number{4}, Visit{1}, Number{5});
  w.checker.tell(&G::echoed, Visit{1}, Number{4}, Visit{2}, Number{4});
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

TEST_CASE("a message on a lost link may start late, when its session has gone on elsewhere") {
  const auto start = [](Watched& w, SessionId session, Number number) {
    w.checker.tell(&G::started, Life{7}, session, Visit{1}, number);
  };
  Watched elsewhere, same;
  for (Watched* w : {&elsewhere, &same}) {
    for (const int number : {1, 2}) w->ask(number);
    w->answer(1, 522);
  }
  start(elsewhere, 31, 2);
  start(elsewhere, 30, 1);
  CHECK(elsewhere.broken() == "");
  start(same, 30, 2);
  start(same, 30, 1);
  CHECK(same.broken() == "G1");
}
