#include "cluster/link.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

#include "cluster/link_proof.h"
#include "cluster/memory_network.h"
#include "cluster/party.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

// One link whose peer is the test itself: it sees the raw bytes.
struct Fixture : net::StreamEvents, Receiver, LinkOwner, CallOwner {
  virtual ~Fixture() = default;
  explicit Fixture(LinkSettings settings = {}) {
    auto opened =
        world.host().network.listen({"", 0}, [this, settings](std::unique_ptr<net::Stream> stream) {
          Identity self{Role::server, "peer", 1, "", {"h.a", "h.b"}, {"r.a", "r.b", "r.a"}};
          self.wire = kHighestWire;
          link = std::make_unique<Link>(world.host(), std::move(stream), std::move(self), settings,
                                        *this, *this);
          link->start(early);
        });
    listener = std::move(opened).value();
    connecting = world.host().network.connect(listener->address(), 1s,
                                              [this](Result<std::unique_ptr<net::Stream>> made) {
                                                raw = std::move(made).value();
                                                raw->set_events(*this);
                                              });
    world.loop().settle();
  }

  void on_bytes(std::span<char> bytes) override { heard.append(bytes.data(), bytes.size()); }
  void on_end() override { ended = true; }
  void on_link_up(Link&) override {}
  void on_link_down(Link&) override {}
  void on_request(Link&, const Frame& frame) override {
    bodies += frame.body;
    if (close_on_request) link->close("as the test wants");
  }
  void on_call(Link&, const Frame&) override { ++calls; }
  void on_push(Link&, const Frame&) override { ++pushes; }
  void on_session_closed(Link&, SessionId session) override { closed += session; }
  void on_link_changed(Link& changed) override {
    CHECK(&changed == link.get());
    ++changes;
  }
  void on_drain(Link& of) override {
    ++drains;
    CHECK(of.draining());
    FrameWriter last(of.output());
    last.closed(99);
    last.finish();
  }
  void on_drain_heard(Link&) override { ++draineds; }
  void on_link_lost(Link& lost, std::string_view why) override {
    CHECK(&lost == link.get());
    reason = why;
    link.reset();
  }
  void on_call_end(CallTag tag, const CallEnd& end) noexcept override {
    ends += std::to_string(tag.a) + ":" + std::to_string(end.status) + " ";
    if (on_end_look) on_end_look();
  }

  template <class Write>
  void send(Write write) {
    FrameWriter frame(raw->output());
    write(frame);
    frame.finish();
  }
  void send_request(std::string_view body) {
    send([&](FrameWriter& frame) {
      frame.request({1, 0, 7, 1000, 0, {}});
      frame.body().append(body);
    });
  }
  // How many frames of that kind came over the wire.
  std::size_t count(FrameKind kind) {
    std::size_t found = 0;
    FrameCutter cutter;
    cutter.feed(heard, [&](std::string_view bytes) {
      found += decode_frame(bytes)->kind == kind ? 1 : 0;
      return true;
    });
    return found;
  }

  MemoryHost world;
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<net::Connecting> connecting;
  std::unique_ptr<net::Stream> raw;
  std::string early, heard, bodies, ends, reason;
  bool ended = false, close_on_request = false;
  int calls = 0, pushes = 0, drains = 0, draineds = 0, changes = 0;
  std::function<void()> on_end_look;
  SessionId closed = 0;
  std::unique_ptr<Link> link;  // goes first: what waits on it ends then
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "each kind of frame reaches its function of the receiver") {
  send_request("one");
  send([](FrameWriter& frame) { frame.call(1, 0, 1000, 0); });
  send([](FrameWriter& frame) { frame.push({PushScope::all, "r", {}, {}}); });
  send([](FrameWriter& frame) { frame.closed(7); });
  world.loop().settle();
  CHECK(bodies == "one");
  CHECK(calls == 1);
  CHECK(pushes == 1);
  CHECK(closed == 7);
}

TEST_CASE_FIXTURE(Fixture, "routes have the codes of the peer's lists, of twins the first") {
  CHECK(link->handler_code("h.b") == RouteCode{1});
  CHECK(link->remote_code("r.a") == RouteCode{0});
  CHECK(!link->handler_code("r.a"));
  CHECK(!link->remote_code(""));
}

TEST_CASE_FIXTURE(Fixture, "an answer ends its call and one that nobody waits for is counted") {
  const CallId id = link->calls().open(*this, {5, 0}, 1s);
  for (int i = 0; i < 2; ++i) send([&](FrameWriter& frame) { frame.answer(id, 477); });
  world.loop().settle();
  CHECK(ends == "5:477 ");
  CHECK(link->counters().late_answers == 1);
}

TEST_CASE_FIXTURE(Fixture, "a link is overloaded from the ten thousandth waiting call on") {
  for (std::size_t i = 1; i < LinkSettings{}.calls; ++i) link->calls().open(*this, {}, 1s);
  CHECK(!link->overloaded());
  link->calls().open(*this, {}, 1s);
  CHECK(link->overloaded());
}

TEST_CASE_FIXTURE(Fixture, "a link is overloaded above 16 MiB and reset above 32 MiB of queue") {
  const std::string mebibyte(1u << 20, 'x');
  for (int i = 0; i < 16; ++i) link->output().append(mebibyte);
  CHECK(!link->overloaded());
  link->output().append("x");
  CHECK(link->overloaded());
  link->calls().open(*this, {1, 0}, 1s);
  for (int i = 0; i < 16; ++i) link->output().append(mebibyte);
  CHECK(link->open());
  CHECK(ends.empty());
  link->output().append("x");
  CHECK(!link->open());
  CHECK(link != nullptr);  // not from inside
  world.loop().settle();
  CHECK(link == nullptr);
  CHECK(ends == "1:522 ");
  CHECK(reason == "the queue is too long");
}

TEST_CASE("what may wait on a link is a setting, and 0 is no limit") {
  Fixture small(LinkSettings{.calls = 2, .bytes = 100});
  small.link->calls().open(small, {}, 1s);
  CHECK(!small.link->overloaded());
  small.link->calls().open(small, {}, 1s);
  CHECK(small.link->overloaded());
  Fixture narrow(LinkSettings{.calls = 2, .bytes = 100});
  narrow.link->output().append(std::string(100, 'x'));
  CHECK(!narrow.link->overloaded());
  narrow.link->output().append("x");
  CHECK(narrow.link->overloaded());
  Fixture lifted(LinkSettings{.calls = 0, .bytes = 0});
  for (int i = 0; i < 11'000; ++i) lifted.link->calls().open(lifted, {}, 1s);
  for (int i = 0; i < 40; ++i) lifted.link->output().append(std::string(1u << 20, 'x'));
  CHECK(!lifted.link->overloaded());
}

TEST_CASE_FIXTURE(
    Fixture, "closing writes what is queued first, receives nothing more and ends what waits") {
  link->calls().open(*this, {1, 0}, 1s);
  close_on_request = true;
  FrameWriter writer(link->output());
  writer.closed(3);
  writer.finish();
  send_request("one");
  send_request("two");
  world.loop().settle();
  CHECK(bodies == "one");
  CHECK(ends == "1:522 ");
  CHECK(count(FrameKind::closed) == 1);
  CHECK(ended);
  CHECK(link == nullptr);
  CHECK(reason == "as the test wants");
}

TEST_CASE_FIXTURE(Fixture, "what is written to a closing link goes nowhere") {
  link->close("test");
  const std::size_t queued = link->queued();
  link->output().append("lost");
  CHECK(link->queued() == queued);
  CHECK(link->overloaded());
  world.loop().settle();
  CHECK(heard.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a handle finds its link until it is about to go and the peer's name for ever") {
  const LinkHandle handle = link->handle();
  CHECK(handle.get() == link.get());
  link->close("test");
  CHECK(handle.get() == nullptr);
  CHECK(handle.calls() != nullptr);
  world.loop().settle();
  CHECK(handle.get() == nullptr);
  CHECK(handle.calls() == nullptr);
  CHECK(handle.peer().id == "peer");
  CHECK(LinkHandle().get() == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "what is no frame ends the link and nothing behind it is looked at") {
  raw->write(std::string_view("\x00\x00\x00\x02\x91\x63", 6));
  send_request("behind");
  world.loop().settle();
  CHECK(link == nullptr);
  CHECK(reason == "the peer sent no frame");
  CHECK(bodies.empty());
}

TEST_CASE_FIXTURE(Fixture, "a ping is answered") {
  send([](FrameWriter& frame) { frame.ping(); });
  world.loop().settle();
  CHECK(count(FrameKind::pong) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a link that only listens is heard twice in every interval") {
  for (int i = 0; i < 40; ++i) {
    send([](FrameWriter& frame) { frame.closed(1); });
    world.loop().pass(100ms);
  }
  CHECK(count(FrameKind::ping) == 16);
}

TEST_CASE_FIXTURE(Fixture, "a link that writes anyway needs no pings") {
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

TEST_CASE_FIXTURE(Fixture, "after three seconds in which nothing was heard a link is dead") {
  world.loop().pass(3249ms);
  CHECK(link != nullptr);
  CHECK(count(FrameKind::ping) == 12);
  world.loop().pass(1ms);
  CHECK(link == nullptr);
  CHECK(reason == "the peer is silent");
}

// Whenever the last byte came: it may be just before we looked, or just after.
TEST_CASE("a link is never dead before three seconds of silence, nor later than in 3.25") {
  for (int last = 0; last < 250; last += 3) {
    CAPTURE(last);
    Fixture one;
    one.world.loop().pass(net::Duration(last));
    one.send([](FrameWriter& frame) { frame.closed(1); });
    one.world.loop().pass(2999ms);
    CHECK(one.link != nullptr);
    one.world.loop().pass(251ms);
    CHECK(one.link == nullptr);
  }
}

TEST_CASE_FIXTURE(Fixture, "a peer that is silent for a second and a half is asked nothing") {
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

TEST_CASE_FIXTURE(Fixture, "any byte lifts the suspicion at once, as often as it comes") {
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

TEST_CASE_FIXTURE(Fixture, "two links that have nothing to say never suspect each other") {
  for (int i = 0; i < 200; ++i) {
    // As a peer does at worst: it has just written when it looks, and is late by 200 ms.
    send([](FrameWriter& frame) { frame.ping(); });
    world.loop().pass(700ms);
    REQUIRE(changes == 0);
  }
}

TEST_CASE_FIXTURE(Fixture, "who was stalled himself suspects nobody") {
  world.loop().stall(2s);
  CHECK(link->refusal() == 0);
  CHECK(changes == 0);
}

TEST_CASE_FIXTURE(Fixture, "a link that is closing, or whose peer stops, refuses with its code") {
  send([](FrameWriter& frame) { frame.drain(); });
  world.loop().settle();
  CHECK(link->refusal() == code::kDraining);
  CHECK(changes == 1);
  link->close("test");
  CHECK(link->refusal() == code::kNoServer);
}

TEST_CASE_FIXTURE(Fixture, "a peer that lets its calls time out is asked nothing for a second") {
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

TEST_CASE_FIXTURE(Fixture, "what had not left when a link was lost is known to be so") {
  MemoryStream::Cable& cable = *world.network().cables().back();
  const std::uint64_t first = link->position();
  link->output().append("left");
  world.loop().settle();
  const std::uint64_t second = link->position();
  CHECK(second == first + 4);
  cable.full[1] = cable.full[0] = true;
  link->output().append("never");
  world.loop().settle();
  const LinkHandle handle = link->handle();
  CHECK(!handle.never_sent(second));  // as long as it may still leave
  const CallId waiting = link->calls().open(*this, {1, 0}, 10s);
  CHECK(waiting != 0);
  on_end_look = [&] {
    CHECK(!handle.never_sent(first));
    CHECK(handle.never_sent(second));
  };
  link->drop("test");
  CHECK(ends == "1:522 ");
  CHECK(!handle.never_sent(second));
}

TEST_CASE_FIXTURE(Fixture, "a peer that drains is told so behind all that was sent to it before") {
  CHECK(!link->draining());
  send([](FrameWriter& frame) { frame.drain(); });
  world.loop().settle();
  CHECK(drains == 1);
  CHECK(link->draining());
  CHECK(heard == std::string("\0\0\0\3\x92\6\x63\0\0\0\2\x91\x0a", 13));
}

TEST_CASE_FIXTURE(Fixture, "a link that drains waits for its peer's word, and tells it once") {
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

TEST_CASE_FIXTURE(Fixture, "a word about a drain that nobody asked for ends the link") {
  send([](FrameWriter& frame) { frame.drained(); });
  world.loop().settle();
  CHECK(link == nullptr);
  CHECK(draineds == 0);
}

TEST_CASE("a peer of an older version is not told of a drain, nor waited for") {
  Fixture fixture;
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

TEST_CASE_FIXTURE(Fixture,
                  "a link to part from is closed by us only when the peer takes too long") {
  link->part(30s);
  for (int i = 0; i < 59; ++i) {
    send([](FrameWriter& frame) { frame.ping(); });
    world.loop().pass(500ms);
  }
  CHECK(link->open());
  SUBCASE("it says nothing of stopping") {
    world.loop().pass(1s);
    CHECK(link == nullptr);
  }
  SUBCASE("it drains") {
    send([](FrameWriter& frame) { frame.drain(); });
    world.loop().pass(1s);
    CHECK(link->open());
  }
}

TEST_CASE("random frames from a peer that proved itself do no harm") {
  std::mt19937_64 random(17);
  int lost = 0;
  for (int round = 0; round < 300; ++round) {
    Fixture one;
    for (int i = 0; i < 20; ++i) {
      one.send([&](FrameWriter& frame) {
        std::string body(random() % 40, '\0');
        for (char& byte : body) byte = static_cast<char>(random());
        if (random() % 2 == 0) frame.answer(random() % 100, static_cast<int>(random() % 1000));
        frame.body().append(body);
      });
    }
    one.world.loop().settle();
    lost += one.link == nullptr ? 1 : 0;
  }
  CHECK(lost > 0);
}
