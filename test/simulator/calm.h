#pragma once

#include <shaddock/error.h>

#include <set>

#include "guarantee.h"

namespace shaddock::simulator {

// Where nothing goes wrong, nothing fails: every answer is 200. Only whoever logs out while its
// requests are under way may hear that the session is no more.
class Calm final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void answered(Visit visit, Number number, int code) override {
    if (code != code::kOk && !logged_out_.contains(visit))
      findings_.add("CALM", name(visit, number),
                    "answered " + std::to_string(code) + ", and nothing was wrong");
  }
  void logged_out(Visit visit) override { logged_out_.insert(visit); }

 private:
  std::set<Visit> logged_out_;
};

}  // namespace shaddock::simulator
