#pragma once

#include <shaddock/settings.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "net/timer_wheel.h"

namespace shaddock::server {

// Judges what waits for one client to read: how much may wait, how long nothing may be taken, and
// what becomes of pushes meanwhile.
class OutputGuard {
 public:
  explicit OutputGuard(const Settings::Connector& settings) : settings_(settings) {}

  static constexpr std::size_t kPressed = 16;  // of the soft limit, under pressure

  enum class Verdict {
    fine,
    later,  // too much for a slow client, but a burst of one turn is none: judge again next turn
    full,   // far too much
  };
  // After a write, with what was queued before it and is now. The largest message that waits does
  // not count: one always fits, however large it is.
  Verdict wrote(std::size_t before, std::size_t queued) {
    if (before == 0) allowance_ = 0;
    allowance_ = std::max(allowance_, queued - std::min(before, queued));
    if (!over(settings_.limits.queued, queued, 1)) return Verdict::fine;
    return over(settings_.limits.queued, queued, kFullFactor) ? Verdict::full : Verdict::later;
  }
  // On the next turn, when the kernel had its chance.
  bool too_slow(std::size_t queued) const { return over(settings_.limits.queued, queued, 1); }

  // No push has another policy than keep, whatever waits.
  bool keeps_all() const {
    return settings_.when_slow.empty() || settings_.limits.queued_soft == 0;
  }
  // What to do with a push while so much is queued; keep when the client is not slow. A push never
  // overtakes an older one of its route that is kept. `pressed`: all clients together are slow, and
  // one has no room much sooner; none is closed for that.
  Settings::Connector::WhenSlow policy(std::string_view route, std::size_t queued,
                                       bool pressed = false) const;
  // Whether what was kept may leave.
  bool has_room(std::size_t queued, bool pressed = false) const {
    const std::size_t most = settings_.limits.queued_soft;
    return queued <= (pressed ? most / kPressed : most);
  }
  // The newest push of a route, instead of an older one.
  void keep_latest(std::string_view route, const SharedBytes& package);
  bool keeps() const { return kept_ != nullptr; }
  // The one that came first; nullptr: none is left.
  SharedBytes take_kept();

  // Whether more was written since this was asked last.
  bool moves(std::uint64_t written) { return std::exchange(asked_at_, written) != written; }

  bool watches() const { return watched_since_.has_value(); }
  // Something was written, which may be the beginning of a stall: true when none was watched for.
  bool begin_watch(net::TimePoint now, std::uint64_t written);
  // So much waits, and so much was written in all by now: the deadline for more, or none.
  void watch(net::TimePoint now, std::size_t queued, std::uint64_t written);
  std::optional<net::TimePoint> stalled_at() const;

  // Bytes a second; who takes fewer of what waits is as good as stalled.
  static constexpr int kLeastRate = 1024;

 private:
  std::uint64_t least_taken() const;
  bool over(std::size_t limit, std::size_t queued, std::size_t factor) const {
    return limit != 0 && queued > factor * limit + allowance_;
  }

  static constexpr std::size_t kFullFactor = 4;  // over the limit even within one turn

  const Settings::Connector& settings_;
  std::size_t allowance_ = 0;  // the size of the largest message in the queue
  using Kept = std::vector<std::pair<std::string, SharedBytes>>;  // in the order in which they came
  Kept::iterator find_kept(std::string_view route) const;

  std::unique_ptr<Kept> kept_;
  std::uint64_t asked_at_ = UINT64_MAX;
  std::uint64_t written_ = 0;  // at watched_since_
  std::optional<net::TimePoint> watched_since_;
};

}  // namespace shaddock::server
