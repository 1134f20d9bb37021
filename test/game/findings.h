#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/schedule.h"

namespace shaddock::game {

// A promise that was not kept.
struct Violation {
  std::string guarantee;  // "G2"
  sim::Instant when;
  std::string who;   // "visit 12 request 7"
  std::string what;  // what was expected and what came

  bool operator==(const Violation&) const = default;
};
std::string to_string(const Violation& violation);

// What the checker has found in one run. The first are the interesting ones: what follows is often
// their consequence, so only so many are kept.
class Findings {
 public:
  using Clock = std::function<sim::Instant()>;
  explicit Findings(Clock clock) : clock_(std::move(clock)) {}

  void add(std::string guarantee, std::string who, std::string what) {
    if (violations_.size() >= kMost) return;
    violations_.push_back({std::move(guarantee), clock_(), std::move(who), std::move(what)});
  }
  sim::Instant now() const { return clock_(); }
  const std::vector<Violation>& violations() const { return violations_; }

 private:
  static constexpr std::size_t kMost = 20;

  Clock clock_;
  std::vector<Violation> violations_;
};

}  // namespace shaddock::game
