#include "cluster/link.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "cluster/link_trial.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(LinkTrial, "each kind of frame reaches its function of the receiver") {
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

TEST_CASE_FIXTURE(LinkTrial, "routes have the codes of the peer's lists, of twins the first") {
  CHECK(link->handler_code("h.b") == RouteCode{1});
  CHECK(link->remote_code("r.a") == RouteCode{0});
  CHECK(!link->handler_code("r.a"));
  CHECK(!link->remote_code(""));
}

TEST_CASE_FIXTURE(LinkTrial, "an answer ends its call and one that nobody waits for is counted") {
  const CallId id = link->calls().open(*this, {5, 0}, 1s);
  for (int i = 0; i < 2; ++i) send([&](FrameWriter& frame) { frame.answer(id, 477); });
  world.loop().settle();
  CHECK(ends == "5:477 ");
  CHECK(link->counters().late_answers == 1);
}

TEST_CASE_FIXTURE(LinkTrial, "a link is overloaded from the ten thousandth waiting call on") {
  for (std::size_t i = 1; i < LinkSettings{}.calls; ++i) link->calls().open(*this, {}, 1s);
  CHECK(!link->overloaded());
  link->calls().open(*this, {}, 1s);
  CHECK(link->overloaded());
}

TEST_CASE_FIXTURE(LinkTrial, "a link is overloaded above 16 MiB and reset above 32 MiB of queue") {
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
  LinkTrial small(LinkSettings{.calls = 2, .bytes = 100});
  small.link->calls().open(small, {}, 1s);
  CHECK(!small.link->overloaded());
  small.link->calls().open(small, {}, 1s);
  CHECK(small.link->overloaded());
  LinkTrial narrow(LinkSettings{.calls = 2, .bytes = 100});
  narrow.link->output().append(std::string(100, 'x'));
  CHECK(!narrow.link->overloaded());
  narrow.link->output().append("x");
  CHECK(narrow.link->overloaded());
  LinkTrial lifted(LinkSettings{.calls = 0, .bytes = 0});
  for (int i = 0; i < 11'000; ++i) lifted.link->calls().open(lifted, {}, 1s);
  for (int i = 0; i < 40; ++i) lifted.link->output().append(std::string(1u << 20, 'x'));
  CHECK(!lifted.link->overloaded());
}

TEST_CASE_FIXTURE(
    LinkTrial, "closing writes what is queued first, receives nothing more and ends what waits") {
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

TEST_CASE_FIXTURE(LinkTrial, "what is written to a closing link goes nowhere") {
  link->close("test");
  const std::size_t queued = link->queued();
  link->output().append("lost");
  CHECK(link->queued() == queued);
  CHECK(link->overloaded());
  world.loop().settle();
  CHECK(heard.empty());
}

TEST_CASE_FIXTURE(LinkTrial,
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

TEST_CASE_FIXTURE(LinkTrial, "what is no frame ends the link and nothing behind it is looked at") {
  raw->write(std::string_view("\x00\x00\x00\x02\x91\x63", 6));
  send_request("behind");
  world.loop().settle();
  CHECK(link == nullptr);
  CHECK(reason == "the peer sent no frame");
  CHECK(bodies.empty());
}

TEST_CASE_FIXTURE(LinkTrial, "what had not left when a link was lost is known to be so") {
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

TEST_CASE_FIXTURE(LinkTrial,
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
    LinkTrial one;
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
