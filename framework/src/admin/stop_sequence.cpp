#include "admin/stop_sequence.h"

#include <algorithm>

namespace shaddock::admin {

StopSequence::StopSequence(net::TimerWheel& timers, std::vector<StopTarget> targets,
                           StopActions& actions, Function<void()> on_done, StopLimits limits)
    : actions_(actions),
      on_done_(std::move(on_done)),
      limits_(limits),
      terminate_(timers,
                 [this] {
                   for (const auto& id : silent()) actions_.terminate(id);
                 }),
      kill_(timers,
            [this] {
              for (const auto& id : silent()) actions_.kill(id);
            }),
      terminate_late_(timers,
                      [this] {
                        for (const auto& id : Ids(current_)) actions_.terminate(id);
                      }),
      kill_late_(timers, [this] {
        for (const auto& id : Ids(current_)) actions_.kill(id);
      }) {
  for (StopTarget& target : targets) {
    net::Duration& drain = drains_.try_emplace(target.wave, limits_.drain).first->second;
    drain = std::max(drain, target.drain);
    waves_[target.wave].insert(std::move(target.id));
  }
}

void StopSequence::start() {
  if (started_) return;
  started_ = true;
  next_wave();
}

void StopSequence::next_wave() {
  for (net::Timer* timer : {&terminate_, &kill_, &terminate_late_, &kill_late_}) timer->stop();
  net::Duration drain = limits_.drain;
  while (current_.empty() && !waves_.empty()) {
    drain = drains_.at(waves_.begin()->first);
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
  terminate_late_.start(drain + limits_.terminate_after);
  kill_late_.start(drain + limits_.kill_after);
  for (const auto& id : Ids(current_)) actions_.ask(id);
}

StopSequence::Ids StopSequence::silent() const {
  Ids ids = current_;
  for (const auto& id : answered_) ids.erase(id);
  return ids;
}

void StopSequence::answered(const std::string& id) {
  if (current_.contains(id)) answered_.insert(id);
}

void StopSequence::gone(const std::string& id) {
  for (auto& [wave, ids] : waves_) ids.erase(id);
  if (current_.erase(id) > 0 && current_.empty()) next_wave();
}

}  // namespace shaddock::admin
