#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// No request waits longer for its end than the faults of the run explain.
class Prompt final : public Guarantee {
 public:
  Prompt(Findings& findings, sim::Instant limit) : Guarantee(findings), limit_(limit) {}

  void will_think(Visit visit, Number number, sim::Instant time) override {
    latest_[{visit, number}] = time;
  }
  void will_wait(Visit visit, Number number, sim::Instant time) override {
    latest_[{visit, number}] = time;
  }
  void asked(Visit visit, Number number) override {
    latest_[{visit, number}] += findings_.now() + limit_;
  }
  // What it asks waits until it begins there.
  void moved(Life, std::string_view, std::string_view, SessionId, Visit visit) override {
    came_back(visit);
  }
  // It could hear nothing meanwhile.
  void came_back(Visit visit) override {
    for (auto at = latest_.lower_bound({visit, 0}); at != latest_.end(); ++at) {
      if (at->first.first != visit) return;
      at->second = std::max(at->second, findings_.now() + limit_);
    }
  }
  void answered(Visit visit, Number number, int code) override {
    const auto at = latest_.find({visit, number});
    if (at == latest_.end()) return;
    const sim::Instant late = findings_.now() - at->second;
    latest_.erase(at);
    if (late.count() > 0)
      findings_.add("PROMPT", name(visit, number),
                    "answered " + std::to_string(code) + ", " + std::to_string(late.count()) +
                        " us later than anything explains");
  }

 private:
  const sim::Instant limit_;
  std::map<std::pair<Visit, Number>, sim::Instant> latest_;  // moment
};

}  // namespace shaddock::game
