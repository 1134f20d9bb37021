#include "sim/sim_loop.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace shaddock::sim {

SimLoop::SimLoop(Schedule& schedule, Receiver& process)
    : schedule_(schedule), process_(process), timers_(schedule.time()) {}

std::chrono::system_clock::time_point SimLoop::wall_clock() const {
  using namespace std::chrono;
  return sys_days(year(2026) / January / 1) + schedule_.now();
}

void SimLoop::post(Function<void()> work) {
  if (dead_) return;
  posted_.push_back(std::move(work));
  if (posted_.size() == 1)
    schedule_.at(schedule_.now() + kPostDelay, process_, [this] { run_posted(); });
}

void SimLoop::run_posted() {
  running_.swap(posted_);
  for (auto& work : running_) std::exchange(work, nullptr)();
  running_.clear();
}

void SimLoop::defer(Function<void()> work) {
  if (dead_) return;
  deferred_.push_back(std::move(work));
  if (in_turn_ || std::exchange(woken_, true)) return;
  schedule_.at(schedule_.now(), process_, [this] { woken_ = false; });
}

void SimLoop::run() { assert(false && "a simulated loop is run by its world"); }
void SimLoop::stop() { assert(false && "a simulated loop is run by its world"); }

void SimLoop::turn(Function<void()> work) {
  assert(!in_turn_ && !dead_);
  in_turn_ = true;
  timers_.update(schedule_.time());
  work();
  // By index: work may defer more, which runs in this turn as well.
  for (std::size_t i = 0; i < deferred_.size(); ++i) std::exchange(deferred_[i], nullptr)();
  deferred_.clear();
  in_turn_ = false;
  arm();
}

void SimLoop::arm() {
  const auto next = timers_.next_event();
  if (!next) return;
  const Instant due = std::max(Schedule::instant(*next), schedule_.now());
  if (!armed_.empty() && armed_.back() <= due) return;
  armed_.push_back(due);
  schedule_.at(due, process_, [this] { on_timer(); });
}

void SimLoop::on_timer() {
  armed_.pop_back();
  timers_.advance(schedule_.time());
}

void SimLoop::refresh() {
  timers_.update(schedule_.time());
  arm();
}

void SimLoop::die() {
  assert(!in_turn_);
  dead_ = true;
  // Away first: what is dropped may post or defer while it is destroyed.
  const auto deferred = std::exchange(deferred_, {});
  const auto posted = std::exchange(posted_, {});
}

}  // namespace shaddock::sim
