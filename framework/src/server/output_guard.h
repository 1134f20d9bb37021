#pragma once

#include <shaddock/settings.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "net/timer_wheel.h"

namespace shaddock::server {

// Judges what waits for one client to read: how much may wait, how long nothing may be taken, and
// what becomes of pushes meanwhile.
class OutputGuard {
 public:
  explicit OutputGuard(const Settings::Connector& settings) : settings_(settings) {}

  enum class Verdict {
    fine,
    later,  // too much for a slow client, but a burst of one turn is none: judge again next turn
    full,   // far too much
  };
  // After a write, with what was queued before it and is now. The largest message that waits does
  // not count: one always fits, however large it is.
  Verdict wrote(std::size_t before, std::size_t queued);
  // On the next turn, when the kernel had its chance.
  bool too_slow(std::size_t queued) const { return over(settings_.limits.queued, queued, 1); }

  // What to do with a push while so much is queued; keep when the client is not slow.
  Settings::Connector::WhenSlow policy(std::string_view route, std::size_t queued) const;
  // The newest push of a route, instead of an older one.
  void keep_latest(std::string_view route, const SharedBytes& package);
  // One that was kept, in order of routes; nullptr: none is left.
  SharedBytes take_kept();

  // Something waits, and so much was written in all by now: the deadline for more, or none.
  void watch(net::TimePoint now, std::size_t queued, std::uint64_t written);
  std::optional<net::TimePoint> stalled_at() const;

 private:
  bool over(std::size_t limit, std::size_t queued, std::size_t factor) const {
    return limit != 0 && queued > factor * limit + allowance_;
  }

  const Settings::Connector& settings_;
  std::size_t allowance_ = 0;  // the size of the largest message in the queue
  std::unique_ptr<std::map<std::string, SharedBytes, std::less<>>> kept_;
  std::uint64_t written_ = 0;  // at watched_since_
  std::optional<net::TimePoint> watched_since_;
};

}  // namespace shaddock::server
