#include <memory>
#include <vector>

#include "bench/micro/benchmarks.h"
#include "net/timer_wheel.h"

namespace shaddock::micro {

namespace {

using net::Duration;

// Heartbeats of that many clients, begun at different times.
struct Crowd {
  Crowd(std::size_t clients, Duration heartbeat) : heartbeat(heartbeat) {
    timers.reserve(clients);
    for (std::size_t i = 0; i < clients; ++i) {
      timers.push_back(std::make_unique<net::Timer>(wheel, [this, i] {
        ++rung;
        timers[i]->start(this->heartbeat);
      }));
      timers[i]->start(Duration(1 + i * 7919 % static_cast<std::size_t>(heartbeat.count())));
    }
  }

  const Duration heartbeat;
  net::TimerWheel wheel{net::TimePoint{}};
  std::vector<std::unique_ptr<net::Timer>> timers;
  std::size_t rung = 0;
};

constexpr std::size_t kClients = 100'000;
constexpr Duration kHeartbeat{30'000};

// What each message of a client does to its timer.
void rearm(benchmark::State& state) {
  Crowd crowd(kClients, kHeartbeat);
  std::size_t at = 0;
  for (auto _ : state) {
    crowd.timers[at]->start(kHeartbeat);
    at = (at + 7919) % kClients;
  }
}

void rearm_one(benchmark::State& state) {
  Crowd crowd(kClients, kHeartbeat);
  for (auto _ : state) crowd.timers[0]->start(kHeartbeat);
}

// Time goes on by a millisecond; of 100,000 heartbeats of 30 s three or four are due in each.
void turn(benchmark::State& state) {
  Crowd crowd(kClients, kHeartbeat);
  for (auto _ : state) {
    crowd.wheel.advance(crowd.wheel.now() + Duration(1));
    benchmark::DoNotOptimize(crowd.wheel.next_event());
  }
  state.counters["due per turn"] =
      benchmark::Counter(static_cast<double>(crowd.rung) / static_cast<double>(state.iterations()));
}

}  // namespace

void add_timers() {
  benchmark::RegisterBenchmark("timers/100,000 heartbeats: rearm any", rearm);
  benchmark::RegisterBenchmark("timers/100,000 heartbeats: rearm the same", rearm_one);
  benchmark::RegisterBenchmark("timers/100,000 heartbeats: a turn of 1 ms", turn);
}

}  // namespace shaddock::micro
