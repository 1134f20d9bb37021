#include "cluster/link.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "cluster/link_trial.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(LinkTrial, "a ping is answered") {
  send([](FrameWriter& frame) { frame.ping(); });
  world.loop().settle();
  CHECK(count(FrameKind::pong) == 1);
}

TEST_CASE_FIXTURE(LinkTrial, "a link that only listens is heard twice in every interval") {
  for (int i = 0; i < 40; ++i) {
    send([](FrameWriter& frame) { frame.closed(1); });
    world.loop().pass(100ms);
  }
  CHECK(count(FrameKind::ping) == 16);
}

TEST_CASE_FIXTURE(LinkTrial, "a link that writes anyway needs no pings") {
  for (int i = 0; i < 40; ++i) {
    FrameWriter writer(link->output());
    writer.closed(1);
    writer.finish();
    send([](FrameWriter& frame) { frame.closed(1); });
    world.loop().pass(100ms);
  }
  CHECK(count(FrameKind::closed) == 40);
  CHECK(count(FrameKind::ping) == 0);
}

TEST_CASE_FIXTURE(LinkTrial, "after three seconds in which nothing was heard a link is dead") {
  world.loop().pass(3249ms);
  CHECK(link != nullptr);
  CHECK(count(FrameKind::ping) == 12);
  world.loop().pass(1ms);
  CHECK(link == nullptr);
  CHECK(reason == "the peer is silent");
}

TEST_CASE_FIXTURE(LinkTrial,
                  "who gives up a silent peer breaks off, and does it for nothing else") {
  auto& cable = static_cast<MemoryStream&>(*raw).cable();
  SUBCASE("silence") {
    world.loop().pass(3250ms);
    CHECK(cable.broken_off == 1);
  }
  SUBCASE("a link that is closed") {
    link->close("as the test wants");
    world.loop().pass(3250ms);
    CHECK(cable.broken_off == 0);
  }
  SUBCASE("a peer that ends") {
    raw->close(0ms);
    world.loop().pass(3250ms);
    CHECK(cable.broken_off == 0);
  }
  CHECK(link == nullptr);
}

// Whenever the last byte came: it may be just before we looked, or just after.
TEST_CASE("a link is never dead before three seconds of silence, nor later than in 3.25") {
  for (int last = 0; last < 250; last += 3) {
    CAPTURE(last);
    LinkTrial one;
    one.world.loop().pass(net::Duration(last));
    one.send([](FrameWriter& frame) { frame.closed(1); });
    one.world.loop().pass(2999ms);
    CHECK(one.link != nullptr);
    one.world.loop().pass(251ms);
    CHECK(one.link == nullptr);
  }
}

TEST_CASE_FIXTURE(LinkTrial, "a peer that is silent for a second and a half is asked nothing") {
  CHECK(link->refusal() == 0);
  world.loop().pass(1499ms);
  CHECK(link->refusal() == 0);
  CHECK(changes == 0);
  world.loop().pass(1ms);
  CHECK(link->refusal() == code::kNoServer);
  CHECK(changes == 1);
  CHECK(link->open());
  world.loop().pass(1000ms);
  CHECK(changes == 1);
}

TEST_CASE_FIXTURE(LinkTrial, "any byte lifts the suspicion at once, as often as it comes") {
  for (int round = 1; round <= 3; ++round) {
    world.loop().pass(2500ms);
    CHECK(link->refusal() == code::kNoServer);
    CHECK(changes == 2 * round - 1);
    raw->write(std::string_view("\0", 1));  // not even a whole frame
    world.loop().settle();
    CHECK(link->refusal() == 0);
    CHECK(changes == 2 * round);
    raw->write(std::string_view("\0\0\2\x91\x07", 5));
    world.loop().settle();
    REQUIRE(link != nullptr);
  }
}

TEST_CASE_FIXTURE(LinkTrial, "two links that have nothing to say never suspect each other") {
  for (int i = 0; i < 200; ++i) {
    // As a peer does at worst: it has just written when it looks, and is late by 200 ms.
    send([](FrameWriter& frame) { frame.ping(); });
    world.loop().pass(700ms);
    REQUIRE(changes == 0);
  }
}

TEST_CASE_FIXTURE(LinkTrial, "who was stalled himself suspects nobody") {
  world.loop().stall(2s);
  CHECK(link->refusal() == 0);
  CHECK(changes == 0);
}

TEST_CASE_FIXTURE(LinkTrial, "a link that is closing, or whose peer stops, refuses with its code") {
  send([](FrameWriter& frame) { frame.drain(); });
  world.loop().settle();
  CHECK(link->refusal() == code::kDraining);
  CHECK(changes == 1);
  link->close("test");
  CHECK(link->refusal() == code::kNoServer);
}

TEST_CASE_FIXTURE(LinkTrial, "a peer that lets its calls time out is asked nothing for a second") {
  const auto call = [&](std::uint64_t tag) { return link->open_call(*this, {tag, 0}, 1000ms); };
  const auto pass = [&](int ms) {
    for (; ms > 0; ms -= 250) {
      send([](FrameWriter& frame) { frame.pong(); });
      world.loop().pass(250ms);
    }
  };
  for (std::uint64_t session = 1; session <= 20; ++session) call(session);
  pass(1250);
  CHECK(link->refusal() == code::kCircuitOpen);
  CHECK(changes == 1);
  pass(500);
  CHECK(link->refusal() == code::kCircuitOpen);
  pass(250);
  CHECK(link->refusal() == 0);
  const CallId probe = call(2);
  CHECK(link->refusal() == code::kCircuitOpen);  // one is enough
  CHECK(changes == 3);
  send([&](FrameWriter& frame) { frame.answer(probe, 500); });
  world.loop().settle();
  CHECK(link->refusal() == 0);
  CHECK(changes == 4);
}
