#include "admin/hang_watch.h"

namespace shaddock::admin {

void HangWatch::expect(const std::string& id, net::Duration limit) {
  waiting_.erase(id);
  const auto intervals = (limit + kInterval - net::Duration(1)) / kInterval;
  const auto tick_it = [this, id] { tick(id); };
  waiting_.try_emplace(id, timers_, intervals, tick_it).first->second.timer.start(kInterval);
}

void HangWatch::tick(const std::string& id) {
  Waiting& waiting = waiting_.at(id);
  if (--waiting.intervals > 0) return waiting.timer.start(kInterval);
  // The timer's callback runs, and holds the id.
  const auto hung = waiting_.extract(id);
  on_hung_(hung.key());
}

}  // namespace shaddock::admin
