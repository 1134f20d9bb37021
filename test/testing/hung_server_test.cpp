#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "testing/tiny_cluster.h"

using namespace std::chrono_literals;

// What becomes of servers that live but do nothing, in simulated time.
namespace shaddock::testing {
namespace {

struct Trial {
  explicit Trial(std::uint64_t seed = 1)
      : cluster(game.app, "nowhere", seeded(seed)), ann(cluster.connect("front")) {}

  static Options seeded(std::uint64_t seed) {
    Options options = tiny_options();
    options.seed = seed;
    options.patience = std::chrono::milliseconds(12'000);
    options.trace_lines = 200;
    return options;
  }
  bool traced(std::string_view text) const {
    return std::any_of(cluster.trace().begin(), cluster.trace().end(),
                       [&](const std::string& line) { return has(line, text); });
  }
  std::uint64_t incarnation(std::string_view id) const {
    const Server* server = cluster.server(id);
    return server != nullptr ? server->info().incarnation : 0;
  }
  // For that long the server does nothing; phases of timers differ by the moment it begins.
  void hold(std::string_view id, std::chrono::milliseconds time) {
    cluster.freeze(id);
    cluster.run_for(time);
    cluster.thaw(id);
  }

  TinyGame game;
  Cluster cluster;
  Client& ann;
};

const Json kWhere = {{"text", "back"}};

TEST_CASE("two and a half seconds without a turn are not held against a server") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (const char* id : {"back", "front"}) {
      Trial trial(seed);
      const std::uint64_t before = trial.incarnation(id);
      trial.cluster.run_for(std::chrono::milliseconds(130 * seed));
      trial.hold(id, 2500ms);
      trial.cluster.run_for(6s);
      CHECK_FALSE(trial.traced("does not answer"));
      CHECK(trial.incarnation(id) == before);
      CHECK(trial.ann.request("game.game.where") == kWhere);
    }
}

TEST_CASE("a backend that hangs keeps nobody waiting over 3.5 s, is killed at 5 s and replaced") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Trial trial(seed);
    const std::uint64_t before = trial.incarnation("back");
    trial.cluster.run_for(std::chrono::milliseconds(130 * seed));
    const Server& front = *trial.cluster.server("front");
    const auto begin = front.now();
    trial.cluster.freeze("back");
    for (auto asked = begin; asked < begin + 6s; asked = front.now()) {
      trial.ann.request("game.game.where");
      CHECK(front.now() - asked <= 3500ms);
      trial.cluster.run_for(50ms);
    }
    CHECK(trial.traced("does not answer server=back"));
    CHECK(trial.traced("killed, it was not heard of server=back"));
    CHECK(trial.incarnation("back") > before);
    CHECK(trial.ann.request("game.game.where") == kWhere);
  }
}

TEST_CASE("a server that wakes before it was replaced goes on as what it was, with its clients") {
  for (const char* id : {"back", "front"}) {
    Trial trial;
    const std::uint64_t before = trial.incarnation(id);
    trial.hold(id, 4s);
    trial.cluster.run_for(3s);
    CHECK(trial.traced("does not answer server="));
    CHECK_FALSE(trial.traced("killed, it was not heard of"));
    CHECK(trial.incarnation(id) == before);
    CHECK(trial.cluster.server("front")->find_server("back")->up());
    CHECK(trial.ann.request("game.game.where") == kWhere);
    trial.ann.request("connector.front.tell", {{"text", "still there"}});
    CHECK(trial.ann.expect("onTold") == Json{{"text", "still there"}});
  }
}

TEST_CASE("a frontend that hangs is killed at 5 s, and its clients come back by the next one") {
  Trial trial;
  const std::uint64_t before = trial.incarnation("front");
  trial.cluster.freeze("front");
  trial.ann.expect_closed();
  CHECK(trial.traced("killed, it was not heard of server=front"));
  trial.cluster.expect_ready("front");
  CHECK(trial.incarnation("front") > before);
  CHECK(trial.cluster.connect("front").request("game.game.where") == kWhere);
}

}  // namespace
}  // namespace shaddock::testing
