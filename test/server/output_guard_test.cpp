#include "server/output_guard.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Verdict = OutputGuard::Verdict;
using WhenSlow = Settings::Connector::WhenSlow;

namespace {

Settings::Connector small() {
  Settings::Connector settings;
  settings.limits.queued_soft = 50;
  settings.limits.queued = 100;
  settings.when_slow = {{"latest", WhenSlow::keep_latest}, {"drop", WhenSlow::drop}};
  return settings;
}

SharedBytes bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

}  // namespace

TEST_CASE("As much as the limit may wait behind one message of any size") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  CHECK(guard.wrote(0, 1'000'000) == Verdict::fine);
  CHECK(guard.wrote(1'000'000, 1'000'100) == Verdict::fine);
  CHECK(guard.wrote(1'000'100, 1'000'101) == Verdict::later);
  CHECK(guard.too_slow(1'000'101));
  CHECK_FALSE(guard.too_slow(1'000'100));
  CHECK(guard.wrote(1'000'101, 1'000'401) == Verdict::full);
}

TEST_CASE(
    "Under pressure of all, a sixteenth of the soft limit is room, and nobody is closed for it") {
  Settings::Connector settings = small();
  settings.when_slow.emplace("cut", WhenSlow::disconnect);
  const OutputGuard guard(settings);
  CHECK(guard.policy("drop", 50) == WhenSlow::keep);
  CHECK(guard.policy("drop", 3, true) == WhenSlow::keep);
  CHECK(guard.policy("drop", 4, true) == WhenSlow::drop);
  CHECK(guard.policy("latest", 4, true) == WhenSlow::keep_latest);
  CHECK(guard.policy("other", 4, true) == WhenSlow::keep);
  CHECK(guard.policy("cut", 50, true) == WhenSlow::keep);
  CHECK(guard.policy("cut", 51, true) == WhenSlow::disconnect);
}

TEST_CASE("Once all was taken, the large message no longer counts") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  CHECK(guard.wrote(0, 1000) == Verdict::fine);
  CHECK(guard.wrote(0, 10) == Verdict::fine);
  CHECK(guard.wrote(10, 111) == Verdict::fine);
  CHECK(guard.wrote(111, 212) == Verdict::later);
}

TEST_CASE("Without a limit nothing is too much") {
  Settings::Connector settings = small();
  settings.limits.queued = 0;
  OutputGuard guard(settings);
  CHECK(guard.wrote(500, 1'000'000'000) == Verdict::fine);
}

TEST_CASE("A route's policy holds from the soft limit on") {
  const Settings::Connector settings = small();
  const OutputGuard guard(settings);
  CHECK(guard.policy("latest", 50) == WhenSlow::keep);
  CHECK(guard.policy("latest", 51) == WhenSlow::keep_latest);
  CHECK(guard.policy("drop", 51) == WhenSlow::drop);
  CHECK(guard.policy("other", 51) == WhenSlow::keep);
}

TEST_CASE("Without wishes for routes or without a soft limit every push is kept") {
  Settings::Connector settings = small();
  const OutputGuard guard(settings);
  CHECK_FALSE(guard.keeps_all());
  settings.limits.queued_soft = 0;
  CHECK(guard.keeps_all());
  CHECK(guard.policy("drop", 1'000'000) == WhenSlow::keep);
  settings.limits.queued_soft = 50;
  settings.when_slow.clear();
  CHECK(guard.keeps_all());
  CHECK(guard.policy("drop", 1'000'000) == WhenSlow::keep);
}

TEST_CASE("Of each route the newest push is kept") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  CHECK(guard.take_kept() == nullptr);
  guard.keep_latest("b", bytes("b1"));
  guard.keep_latest("a", bytes("a1"));
  guard.keep_latest("b", bytes("b2"));
  CHECK(guard.keeps());
  CHECK(*guard.take_kept() == "a1");
  CHECK(*guard.take_kept() == "b2");
  CHECK(guard.take_kept() == nullptr);
  CHECK_FALSE(guard.keeps());
}

TEST_CASE("A push waits behind an older one of its route, also when there is room again") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  guard.keep_latest("latest", bytes("old"));
  CHECK(guard.has_room(50));
  CHECK_FALSE(guard.has_room(51));
  CHECK(guard.policy("latest", 0) == WhenSlow::keep_latest);
  CHECK(guard.policy("drop", 0) == WhenSlow::keep);
  guard.take_kept();
  CHECK(guard.policy("latest", 0) == WhenSlow::keep);
}

TEST_CASE("A watch begins once, and says whether anything moves") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  CHECK(guard.begin_watch(net::TimePoint{1000ms}, 7));
  CHECK(guard.stalled_at() == net::TimePoint{6000ms});
  CHECK_FALSE(guard.begin_watch(net::TimePoint{2000ms}, 8));
  CHECK(guard.stalled_at() == net::TimePoint{6000ms});
  guard.watch(net::TimePoint{6000ms}, 10, 7 + 5 * 1024);
  CHECK(guard.stalled_at() == net::TimePoint{11'000ms});
  CHECK(guard.moves(8));
  CHECK_FALSE(guard.moves(8));
  CHECK(guard.moves(9));
}

TEST_CASE("A client is stalled when it takes less than a KiB a second for as long as is allowed") {
  const Settings::Connector settings = small();
  OutputGuard guard(settings);
  const net::TimePoint start{1000ms};
  guard.watch(start, 0, 7);
  CHECK_FALSE(guard.stalled_at());
  guard.watch(start, 10, 7);
  CHECK(guard.stalled_at() == start + 5s);
  guard.watch(start + 2s, 20, 7);
  CHECK(guard.stalled_at() == start + 5s);
  guard.watch(start + 3s, 20, 7 + 5 * 1024 - 1);
  CHECK(guard.stalled_at() == start + 5s);
  guard.watch(start + 3s, 20, 7 + 5 * 1024);
  CHECK(guard.stalled_at() == start + 8s);
  guard.watch(start + 4s, 0, 7 + 5 * 1024);
  CHECK_FALSE(guard.stalled_at());
}

TEST_CASE("Without a limit nobody is stalled") {
  Settings::Connector settings = small();
  settings.limits.write_stall = 0ms;
  OutputGuard guard(settings);
  CHECK_FALSE(guard.begin_watch(net::TimePoint{1ms}, 0));
  guard.watch(net::TimePoint{1ms}, 10, 0);
  CHECK_FALSE(guard.stalled_at());
}
