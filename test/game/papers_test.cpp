#include <doctest/doctest.h>

#include "watched.h"

using namespace shaddock;
using namespace shaddock::game;

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

TEST_CASE("who has logged in is known to every handler, until it asks to log out") {
  Watched w;
  w.ask(1);
  w.checker.tell(&G::saw, Visit{1}, Number{1}, Seen{});
  w.ask(2);
  CHECK(w.broken() == "");
  w.checker.tell(&G::saw, Visit{1}, Number{2}, Seen{});
  CHECK(w.broken() == "G11");
  w.checker.tell(&G::logging_out, Visit{1});
  w.checker.tell(&G::saw, Visit{1}, Number{3}, Seen{});
  CHECK(w.broken() == "G11");
}
