#include "sim/process.h"

#include <utility>

namespace shaddock::sim {

Process::Process(Schedule& schedule, std::string machine, net::ProcessId id, std::uint64_t seed,
                 TraceHash* trace)
    : schedule_(schedule),
      machine_(std::move(machine)),
      id_(id),
      trace_(trace),
      loop_(schedule, *this),
      random_(seed) {}

void Process::deliver(Function<void()> work) {
  if (state_ == State::dead) return;
  if (state_ == State::frozen || !waiting_.empty())
    waiting_.push_back(std::move(work));
  else
    run(std::move(work));
}

void Process::run(Function<void()> work) {
  if (trace_ != nullptr) trace_->add(schedule_.now(), static_cast<std::uint64_t>(id_.pid), {});
  loop_.turn(std::move(work));
}

void Process::freeze() {
  if (state_ == State::running) state_ = State::frozen;
}

void Process::thaw() {
  if (state_ != State::frozen) return;
  state_ = State::running;
  if (waiting_.empty() || std::exchange(catching_up_, true)) return;
  schedule_.after(Instant(0), [this] { catch_up(); });
}

void Process::catch_up() {
  catching_up_ = false;
  if (state_ != State::running || waiting_.empty()) return;
  auto work = std::move(waiting_.front());
  waiting_.pop_front();
  run(std::move(work));
  if (waiting_.empty() || catching_up_) return;
  catching_up_ = true;
  schedule_.after(Instant(0), [this] { catch_up(); });
}

void Process::die() {
  state_ = State::dead;
  const auto waiting = std::exchange(waiting_, {});
  loop_.die();
}

}  // namespace shaddock::sim
