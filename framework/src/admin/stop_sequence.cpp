#include "admin/stop_sequence.h"

namespace shaddock::admin {

StopSequence::StopSequence(net::TimerWheel& timers, std::vector<StopTarget> targets,
                           StopActions& actions, Function<void()> on_done, StopLimits limits)
    : actions_(actions),
      on_done_(std::move(on_done)),
      limits_(limits),
      terminate_(timers,
                 [this] {
                   for (const auto& id : std::set(current_)) actions_.terminate(id);
                 }),
      kill_(timers, [this] {
        for (const auto& id : std::set(current_)) actions_.kill(id);
      }) {
  for (StopTarget& target : targets) waves_[target.wave].insert(std::move(target.id));
}

void StopSequence::start() {
  if (started_) return;
  started_ = true;
  next_wave();
}

void StopSequence::next_wave() {
  terminate_.stop();
  kill_.stop();
  while (current_.empty() && !waves_.empty()) {
    current_ = std::move(waves_.begin()->second);
    waves_.erase(waves_.begin());
  }
  if (current_.empty()) {
    done_ = true;
    if (on_done_) on_done_();
    return;
  }
  terminate_.start(limits_.terminate_after);
  kill_.start(limits_.kill_after);
  for (const auto& id : std::set(current_)) actions_.ask(id);
}

void StopSequence::gone(const std::string& id) {
  for (auto& [wave, ids] : waves_) ids.erase(id);
  if (current_.erase(id) > 0 && current_.empty()) next_wave();
}

}  // namespace shaddock::admin
