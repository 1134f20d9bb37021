#pragma once

#include <shaddock/error.h>

#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::simulator {

// Where nothing goes wrong, nothing fails: every answer is 200. Only whoever logs out while its
// requests are under way may hear that the session is no more, and who asks for a long thought that
// it took too long.
class Calm final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void answered(Visit visit, Number number, int code) override {
    const bool may_be_late = code == code::kTimeout && thinking_.contains({visit, number});
    if (code != code::kOk && !may_be_late && !logged_out_.contains(visit))
      findings_.add("CALM", name(visit, number),
                    "answered " + std::to_string(code) + ", and nothing was wrong");
  }
  void will_think(Visit visit, Number number, sim::Instant) override {
    thinking_.insert({visit, number});
  }
  void logged_out(Visit visit) override { logged_out_.insert(visit); }

 private:
  std::set<Visit> logged_out_;
  std::set<std::pair<Visit, Number>> thinking_;
};

}  // namespace shaddock::simulator
