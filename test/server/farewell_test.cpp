#include "server/farewell.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "cluster/memory_network.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

struct Trial {
  void start(std::uint64_t clients, net::Duration spread) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 1; number <= clients; ++number) numbers.push_back(number);
    farewell.start(numbers, spread);
  }
  std::size_t after(int ms) {
    world.loop().pass(net::Duration(ms));
    return gone.size();
  }

  cluster::MemoryHost world;
  std::vector<std::uint64_t> gone;
  Farewell farewell{world.host().loop, world.host().random,
                    [this](std::uint64_t client) { gone.push_back(client); }};
};

}  // namespace

TEST_CASE("many clients go evenly over the time, each once") {
  Trial trial;
  trial.start(10'000, 2s);
  CHECK(trial.gone.size() < 100);
  std::size_t before = trial.gone.size(), most = 0;
  for (int i = 0; i < 20; ++i) {
    const std::size_t now = trial.after(100);
    most = std::max(most, now - before);
    before = now;
  }
  CHECK(most < 700);  // in a tenth of a second; 500 is even
  CHECK(trial.gone.size() == 10'000);
  CHECK(!std::is_sorted(trial.gone.begin(), trial.gone.end()));
  std::sort(trial.gone.begin(), trial.gone.end());
  CHECK(std::adjacent_find(trial.gone.begin(), trial.gone.end()) == trial.gone.end());
}

TEST_CASE("few clients take a millisecond each") {
  Trial trial;
  trial.start(50, 2s);
  CHECK(trial.gone.size() < 50);
  CHECK(trial.after(50) == 50);
}

TEST_CASE("without a time they all go at once") {
  Trial trial;
  trial.start(50, 0s);
  CHECK(trial.gone.size() == 50);
  trial.start(0, 2s);
  CHECK(trial.after(3000) == 50);
}
