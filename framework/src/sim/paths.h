#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/dice.h"
#include "sim/faults.h"
#include "sim/schedule.h"

namespace shaddock::sim {

// The way from one machine to another as it is now. Connections keep a pointer to theirs, so that a
// delivery looks nothing up.
struct PathState {
  Path path;
  bool cut = false;
  Instant cut_since{0};
  std::uint64_t mended = 0;  // how often: what was held goes on when it has changed
};

// How long something takes this time. Never nothing: two that answer each other would stop the
// clock.
inline Instant travel(const Path& path, Dice& dice) {
  return std::max(path.delay, Instant(1)) + dice.up_to(path.jitter);
}

// All ways between machines, by the rules that were given: "*" is any machine, later rules win. A
// rule with one "*" does not touch what the named machine says to itself.
class Paths {
 public:
  // Stays where it is.
  PathState& between(const std::string& from, const std::string& to);

  void set(const std::string& from, const std::string& to, const Path& path);
  void cut(const std::string& from, const std::string& to, Instant now);
  void mend(const std::string& from, const std::string& to);

  static bool matches(const std::string& rule_from, const std::string& rule_to,
                      const std::string& from, const std::string& to);

 private:
  struct Rule {
    std::string from, to;
    std::optional<Path> path;  // nothing: it cuts or mends
    bool cut = false;
    Instant when{0};
  };

  void add(Rule rule);
  static void apply(const Rule& rule, PathState& state);

  std::vector<Rule> rules_;  // that a new pair of machines still has to know
  std::map<std::pair<std::string, std::string>, PathState> states_;
};

}  // namespace shaddock::sim
