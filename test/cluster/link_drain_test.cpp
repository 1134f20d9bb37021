#include "cluster/link.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "cluster/link_trial.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(LinkTrial,
                  "a peer that drains is told so behind all that was sent to it before") {
  CHECK(!link->draining());
  send([](FrameWriter& frame) { frame.drain(); });
  world.loop().settle();
  CHECK(drains == 1);
  CHECK(link->draining());
  CHECK(heard == std::string("\0\0\0\3\x92\6\x63\0\0\0\2\x91\x0a", 13));
}

TEST_CASE_FIXTURE(LinkTrial, "a link that drains waits for its peer's word, and tells it once") {
  CHECK(!link->waits_for_drained());
  link->drain();
  link->drain();
  CHECK(link->waits_for_drained());
  world.loop().settle();
  CHECK(count(FrameKind::drain) == 1);
  send([](FrameWriter& frame) { frame.drained(); });
  world.loop().settle();
  CHECK(link->drained());
  CHECK(!link->waits_for_drained());
  CHECK(draineds == 1);
  CHECK(!link->draining());
}

TEST_CASE_FIXTURE(LinkTrial, "a word about a drain that nobody asked for ends the link") {
  send([](FrameWriter& frame) { frame.drained(); });
  world.loop().settle();
  CHECK(link == nullptr);
  CHECK(draineds == 0);
}

TEST_CASE("a peer of an older version is not told of a drain, nor waited for") {
  LinkTrial fixture;
  Identity old = fixture.link->peer();
  old.wire = 2;
  auto opened =
      fixture.world.host().network.listen({"", 0}, [&](std::unique_ptr<net::Stream> stream) {
        fixture.link = std::make_unique<Link>(fixture.world.host(), std::move(stream), old,
                                              LinkSettings(), fixture, fixture);
        fixture.link->start({});
      });
  auto connecting = fixture.world.host().network.connect(
      (*opened)->address(), 1s, [&](Result<std::unique_ptr<net::Stream>> made) {
        fixture.raw = std::move(made).value();
        fixture.raw->set_events(fixture);
      });
  fixture.world.loop().settle();
  fixture.link->drain();
  fixture.world.loop().settle();
  CHECK(fixture.heard.empty());
  CHECK(!fixture.link->waits_for_drained());
  CHECK(!fixture.link->drained());
}
