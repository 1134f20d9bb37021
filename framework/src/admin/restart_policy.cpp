#include "admin/restart_policy.h"

#include <algorithm>

namespace shaddock::admin {
namespace {

net::Duration back_off(unsigned in_a_row) {
  if (in_a_row <= 1) return net::Duration(0);
  const unsigned doublings = std::min(in_a_row - 2, 10u);
  return std::min(RestartPolicy::kFirst * (1 << doublings), RestartPolicy::kMost);
}

net::Duration vary(net::Duration delay, std::uint64_t chance) {
  return delay * (80 + static_cast<std::int64_t>(chance % 41)) / 100;
}

}  // namespace

RestartPolicy::Plan RestartPolicy::ended(net::TimePoint now, std::uint64_t chance, bool cleanly) {
  if (now - started_ >= kForgiven) {
    ends_.clear();
    in_a_row_ = 0;
    failed_ = false;
  }
  if (cleanly && now - started_ >= kServed && !failed_) return {net::Duration(0), false};
  while (!ends_.empty() && now - ends_.front() >= kForgiven) ends_.pop_front();
  ends_.push_back(now);
  ++in_a_row_;
  if (ends_.size() >= kEndsToFail) failed_ = true;
  if (failed_) return {kGivenUp, true};
  return {vary(back_off(in_a_row_), chance), false};
}

}  // namespace shaddock::admin
