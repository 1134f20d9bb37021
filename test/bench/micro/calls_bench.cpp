#include "bench/micro/benchmarks.h"
#include "cluster/calls.h"

namespace shaddock::micro {

namespace {

struct Nobody final : cluster::CallOwner {
  void on_call_end(cluster::CallTag tag, const cluster::CallEnd&) noexcept override { last = tag; }
  cluster::CallTag last;
};

constexpr net::Duration kLimit{10'000};

// A thousand calls wait at any time, as of a hundred clients with ten in flight; those of one read
// begin together and end together.
void slot_and_deadline(benchmark::State& state) {
  constexpr std::size_t kWaiting = 1000, kTogether = 10;
  net::TimerWheel wheel(net::TimePoint{});
  cluster::Calls calls(wheel);
  Nobody owner;
  std::vector<cluster::CallId> ids(kWaiting);
  for (auto& id : ids) id = calls.open(owner, {1, 2}, kLimit);
  std::size_t at = 0;
  while (state.KeepRunningBatch(kTogether)) {
    for (std::size_t i = 0; i < kTogether; ++i) calls.end(ids[at + i], {200, {}, true});
    for (std::size_t i = 0; i < kTogether; ++i) ids[at + i] = calls.open(owner, {1, 2}, kLimit);
    at = (at + kTogether) % kWaiting;
  }
  benchmark::DoNotOptimize(owner.last.a);
}

// The time of all of them is over.
void time_out(benchmark::State& state) {
  constexpr int kCalls = 1000;
  net::TimerWheel wheel(net::TimePoint{});
  cluster::Calls calls(wheel);
  Nobody owner;
  while (state.KeepRunningBatch(kCalls)) {
    for (int i = 0; i < kCalls; ++i) calls.open(owner, {1, 2}, kLimit);
    wheel.advance(wheel.now() + kLimit + net::Duration(1));
  }
}

}  // namespace

void add_calls(Budget& budget) {
  budget.line(22, "connector: slot and deadline of the call, and back", 3, slot_and_deadline);
  benchmark::RegisterBenchmark("calls/begin, and end by deadline", time_out);
}

}  // namespace shaddock::micro
