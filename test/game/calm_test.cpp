#include "calm.h"

#include <doctest/doctest.h>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

TEST_CASE("what is asked after all is healed is answered with 200; what was asked before may not") {
  Watched w;
  w.ask(1);
  w.checker.tell(&G::healed);
  w.ask(2);
  w.answer(1, 522);
  CHECK(w.broken() == "");
  w.answer(2, 522);
  CHECK(w.broken() == "CALM");
}

TEST_CASE("while servers only stop a request may have waited in vain, but nothing is lost") {
  Watched w(Checker::Expectations{.stops = true});
  w.ask(1);
  w.answer(1, 523);
  CHECK(w.broken() == "");
  w.ask(2);
  SUBCASE("lost") { w.answer(2, 522); }
  SUBCASE("not waited for") { w.answer(2, 521); }
  SUBCASE("in vain, afterwards") {
    w.checker.tell(&G::healed);
    w.answer(2, 523);
  }
  CHECK(w.broken() == "CALM");
}

TEST_CASE("where all is calm calls between servers do not fail") {
  Watched w;
  w.checker.tell(&G::call_failed, std::uint64_t{5}, 522);
  CHECK(w.broken() == "");
  w.checker.tell(&G::healed);
  w.checker.tell(&G::call_failed, std::uint64_t{6}, 408);
  CHECK(w.broken() == "CALM");
}

TEST_CASE("where all is calm whoever is kicked is told, whichever of the two is known first") {
  for (const bool end_first : {true, false}) {
    Watched w;
    w.checker.tell(&G::healed);
    w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
    const auto end = [&w] {
      w.checker.tell(&G::ended, Visit{1}, std::string_view("closed by the server"));
    };
    if (end_first) end();
    w.checker.tell(&G::closed, Life{3}, SessionId{90});
    w.checker.tell(&G::kick_done, Life{7}, SessionId{90});
    if (!end_first) end();
    CHECK(w.broken() == "G9");
  }
}
