#include "server/resume_log.h"

namespace shaddock::server {

void ResumeLog::add(const SharedBytes& package) {
  ++sent_;
  if (lost_) return;
  if (bytes_ + weight(package) > most_) return lose();
  bytes_ += weight(package);
  kept_.push_back(package);
}

bool ResumeLog::acknowledge(std::uint64_t received) {
  if (received > sent_) return false;
  while (forgotten_ < received) {
    ++forgotten_;
    if (lost_) continue;
    bytes_ -= weight(kept_.front());
    kept_.pop_front();
  }
  return true;
}

bool ResumeLog::acknowledge_low(std::uint32_t received) {
  const std::uint32_t more = received - static_cast<std::uint32_t>(forgotten_);
  return more > UINT32_MAX / 2 || acknowledge(forgotten_ + more);
}

void ResumeLog::lose() {
  lost_ = true;
  bytes_ = 0;
  kept_ = {};
}

}  // namespace shaddock::server
