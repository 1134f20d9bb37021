#pragma once

#include <map>
#include <utility>

#include "guarantee.h"

namespace shaddock::simulator {

// No request waits longer for its end than the faults of the run explain.
class Prompt final : public Guarantee {
 public:
  Prompt(Findings& findings, sim::Instant limit) : Guarantee(findings), limit_(limit) {}

  void asked(Visit visit, Number number) override { asked_[{visit, number}] = findings_.now(); }
  void answered(Visit visit, Number number, int code) override {
    const auto at = asked_.find({visit, number});
    if (at == asked_.end()) return;
    const sim::Instant waited = findings_.now() - at->second;
    asked_.erase(at);
    if (waited > limit_)
      findings_.add("PROMPT", name(visit, number),
                    "answered " + std::to_string(code) + " after " +
                        std::to_string(waited.count()) + " us, the limit is " +
                        std::to_string(limit_.count()));
  }

 private:
  const sim::Instant limit_;
  std::map<std::pair<Visit, Number>, sim::Instant> asked_;
};

}  // namespace shaddock::simulator
