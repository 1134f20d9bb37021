#include <doctest/doctest.h>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

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
  w.checker.tell(&G::closed, Life{3}, SessionId{90});
  w.checker.tell(&G::kick_done, Life{7}, SessionId{90});
  w.start(1, 8);
  CHECK(w.broken() == "");
  w.start(2, 7);
  w.start(3, 3);
  CHECK(w.broken() == "G9 G5 G9");
}

TEST_CASE("a kick that is acknowledged has closed the session") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::kick_done, Life{7}, SessionId{90});
  CHECK(w.broken() == "G9");
}

TEST_CASE("a session ends with its frontend, before a kick or after it") {
  Watched w;
  w.checker.tell(&G::joined, Life{3}, SessionId{90}, Visit{1});
  w.checker.tell(&G::died, Life{3});
  w.checker.tell(&G::kick_done, Life{7}, SessionId{90});
  CHECK(w.broken() == "");
}

TEST_CASE("who is told of a kick is who was meant") {
  Watched w;
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"1"})"));
  CHECK(w.broken() == "");
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"all of ann"})"));
  w.checker.tell(&G::kicked, Visit{1},
                 std::string_view(R"(kicked: {"reason":"logged in elsewhere"})"));
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"all of bob"})"));
  CHECK(w.broken() == "G7 G9");
  w.checker.tell(&G::kicked, Visit{1}, std::string_view(R"(kicked: {"reason":"12"})"));
  CHECK(w.broken() == "G7 G9 G9");
}
