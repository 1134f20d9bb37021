#include "admin/hang_watch.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

using Ids = std::vector<std::string>;

struct Trial {
  FakeLoop loop;
  Ids hung;
  HangWatch watch{loop.timers(), [this](const std::string& id) { hung.push_back(id); }};
};

TEST_CASE("who is not heard of in time is told of once, at the end of an interval") {
  Trial trial;
  trial.watch.expect("chat-1", net::Duration(1200));
  trial.loop.pass(net::Duration(1499));
  CHECK(trial.hung.empty());
  trial.loop.pass(net::Duration(1));
  CHECK(trial.hung == Ids{"chat-1"});
  trial.loop.pass(net::Duration(10000));
  CHECK(trial.hung.size() == 1);
}

TEST_CASE("who is heard of is calm, and a later limit takes the place of an earlier one") {
  Trial trial;
  trial.watch.expect("chat-1", net::Duration(1000));
  trial.watch.expect("chat-2", net::Duration(1000));
  trial.watch.expect("chat-3", net::Duration(1000));
  trial.watch.calm("chat-1");
  trial.watch.calm("nobody");
  trial.watch.expect("chat-3", net::Duration(3000));
  trial.loop.pass(net::Duration(2999));
  CHECK(trial.hung == Ids{"chat-2"});
  trial.watch.calm_all();
  trial.loop.pass(net::Duration(10000));
  CHECK(trial.hung == Ids{"chat-2"});
}

TEST_CASE("whoever is told may expect it again") {
  Trial trial;
  HangWatch* again = nullptr;
  int times = 0;
  HangWatch watch(trial.loop.timers(), [&](const std::string& id) {
    if (++times < 3) again->expect(id, net::Duration(500));
  });
  again = &watch;
  watch.expect("chat-1", net::Duration(500));
  trial.loop.pass(net::Duration(5000));
  CHECK(times == 3);
}

TEST_CASE("a master that was stalled counts one interval, however long that was") {
  net::TimerWheel wheel{net::TimePoint(net::Duration(1'000'000))};
  int hung = 0;
  HangWatch watch(wheel, [&](const std::string&) { ++hung; });
  watch.expect("chat-1", net::Duration(1500));
  wheel.advance(wheel.now() + net::Duration(60'000));
  CHECK(hung == 0);
  wheel.advance(wheel.now() + net::Duration(500));
  CHECK(hung == 0);
  wheel.advance(wheel.now() + net::Duration(500));
  CHECK(hung == 1);
}

}  // namespace
}  // namespace shaddock::admin
