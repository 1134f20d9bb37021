#include "client/session_keeper.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;
using shaddock::client::SessionKeeper;

namespace {

Json offer(bool resumed, int received) {
  return {{"token", "t"}, {"seconds", 7}, {"resumed", resumed}, {"received", received}};
}

SessionKeeper keeper() {
  SessionKeeper keeper;
  const Json begin = {{"token", "t"}, {"seconds", 7}, {"resumed", false}};
  CHECK(!keeper.on_answer(&begin));
  return keeper;
}

}  // namespace

TEST_CASE("it asks without a token first, then with it and with what came") {
  SessionKeeper fresh;
  CHECK(fresh.ask() == "{}");
  CHECK(!fresh.can_come_back());
  SessionKeeper some = keeper();
  some.received(1);
  some.received(1);
  CHECK(some.ask() == R"({"token":"t","received":2})");
  CHECK(some.kept() == net::Duration(7000));
}

TEST_CASE("a server that does not offer it is not asked for it again") {
  SessionKeeper some = keeper();
  CHECK(!some.on_answer(nullptr));
  CHECK(some.ask() == "{}");
  const Json word = "yes";
  CHECK(!some.on_answer(&word));
  some.sent("a");
  CHECK(some.unacknowledged().empty());
}

TEST_CASE("what the server has not is sent again when the session goes on") {
  SessionKeeper some = keeper();
  for (const char* package : {"a", "b", "c"}) some.sent(package);
  const Json answer = offer(true, 1);
  CHECK(some.on_answer(&answer));
  CHECK(some.unacknowledged() == std::deque<std::string>{"b", "c"});
  CHECK(some.sent("d") == 4);
}

TEST_CASE("a new session begins at 1, with nothing of the old") {
  SessionKeeper some = keeper();
  some.sent("a");
  some.received(1);
  const Json answer = offer(false, 0);
  CHECK(!some.on_answer(&answer));
  CHECK(some.unacknowledged().empty());
  CHECK(some.ask() == R"({"token":"t","received":0})");
  CHECK(some.sent("b") == 1);
}

TEST_CASE("a server that says it has more than was sent, or nothing, has not the session") {
  for (const int received : {2, -1}) {
    SessionKeeper some = keeper();
    some.sent("a");
    const Json answer = offer(true, received);
    CHECK(!some.on_answer(&answer));
    CHECK(some.unacknowledged().empty());
  }
}

TEST_CASE("acknowledged is only what was sent") {
  SessionKeeper some = keeper();
  for (const char* package : {"a", "b", "c"}) some.sent(package);
  CHECK(some.acknowledged_low(2));
  CHECK(some.unacknowledged() == std::deque<std::string>{"c"});
  CHECK(some.acknowledged_low(1));  // late
  CHECK(some.acknowledged_low(3));
  CHECK(!some.acknowledged_low(4));
}

TEST_CASE("it is time to tell after 64 packages or 16 KiB of them") {
  SessionKeeper some = keeper();
  for (int i = 0; i < 63; ++i) CHECK(!some.received(1));
  CHECK(some.received(1));
  CHECK(some.heartbeat() == std::string("\x03\0\0\x04\0\0\0\x40", 8));
  CHECK(!some.received(16 * 1024 - 1));
  CHECK(some.received(1));
  CHECK(some.heartbeat() == std::string("\x03\0\0\x04\0\0\0\x42", 8));
  SessionKeeper other;
  for (int i = 0; i < 100; ++i) CHECK(!other.received(1000));
  CHECK(other.heartbeat() == std::string("\x03\0\0\0", 4));
}
