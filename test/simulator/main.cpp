// A whole cluster and its players in one process, and disaster after disaster: each seed is one.
//
// To read: run.cpp is the story of one run, fault_plan.cpp what goes wrong in it. In test/game,
// game.cpp and the desks are the application, stay.cpp is what a player does there; guarantee.h is
// what the checker hears, and each file that implements it is one promise.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "options.h"
#include "run.h"
#include "shrink.h"

using namespace shaddock;
using namespace shaddock::simulator;

namespace {

using RealClock = std::chrono::steady_clock;

double seconds_since(RealClock::time_point begin) {
  return std::chrono::duration<double>(RealClock::now() - begin).count();
}

double seconds(sim::Instant time) { return std::chrono::duration<double>(time).count(); }

void print_line(sim::Instant when, std::string_view who, std::string_view what) {
  std::printf("%12.6f  %-12.*s %.*s\n", seconds(when), static_cast<int>(who.size()), who.data(),
              static_cast<int>(what.size()), what.data());
}

Plan plan_of(std::uint64_t seed, const Options& options) {
  Plan plan = make_plan(seed, options.sim_time);
  if (!options.only_faults) return plan;
  Plan chosen;
  for (const std::size_t index : options.faults)
    if (index < plan.size()) chosen.push_back(plan[index]);
  return chosen;
}

// The words that make this very run again.
std::string replay_words(std::uint64_t seed, const Options& options) {
  std::string words = "tools/sim --seed " + std::to_string(seed);
  if (options.sim_time != Options().sim_time) {
    char text[40];
    std::snprintf(text, sizeof text, " --sim-seconds %g", seconds(options.sim_time));
    words += text;
  }
  if (!options.only_faults) return words;
  words += " --faults \"";
  for (std::size_t i = 0; i < options.faults.size(); ++i)
    words += (i == 0 ? "" : ",") + std::to_string(options.faults[i]);
  return words + '"';
}

// Runs of one seed, with or without some of its faults.
class Case {
 public:
  Case(std::uint64_t seed, const Options& options) : seed_(seed), options_(options) {}

  Outcome run_once() const {
    RunSettings settings{seed_, options_.sim_time, plan_of(seed_, options_), nullptr};
    if (options_.trace) settings.story = print_line;
    return run(settings);
  }

  void print(const Outcome& outcome) const {
    std::printf("FAILED  %s\n", replay_words(seed_, options_).c_str());
    for (const Violation& violation : outcome.violations)
      std::printf("  %s\n", to_string(violation).c_str());
    std::fflush(stdout);
  }

  // As few faults as make the first violation's guarantee break.
  void print_shrunk(const Outcome& outcome) const {
    const std::string guarantee = outcome.violations.front().guarantee;
    Options options = options_;
    options.trace = false;
    if (!options.only_faults)
      for (std::size_t i = 0; i < plan_of(seed_, options).size(); ++i) options.faults.push_back(i);
    options.only_faults = true;
    options.faults = shrink<std::size_t>(options.faults, [&](const std::vector<std::size_t>& some) {
      Options with = options;
      with.faults = some;
      for (const Violation& violation : Case(seed_, with).run_once().violations)
        if (violation.guarantee == guarantee) return true;
      return false;
    });
    std::printf("with %zu faults:  %s\n", options.faults.size(),
                replay_words(seed_, options).c_str());
    for (const Fault& fault : plan_of(seed_, options))
      std::printf("  %s\n", to_string(fault).c_str());
  }

 private:
  const std::uint64_t seed_;
  const Options options_;
};

struct Totals {
  std::uint64_t seeds = 0, failed = 0, violations = 0, events = 0, checked = 0;
  sim::Instant time{0};
};

void run_seed(std::uint64_t seed, const Options& options, Totals& totals) {
  const Case one(seed, options);
  Outcome outcome = one.run_once();
  if (options.twice && one.run_once().trace_hash != outcome.trace_hash)
    outcome.violations.push_back({"SAME", outcome.time, "the run", "differs from the one before"});
  if (options.hash)
    std::printf("seed %llu hash %016llx\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(outcome.trace_hash));
  ++totals.seeds;
  totals.events += outcome.events;
  totals.checked += outcome.checked;
  totals.time += outcome.time;
  totals.violations += outcome.violations.size();
  if (outcome.violations.empty()) return;
  ++totals.failed;
  one.print(outcome);
  if (options.shrink) one.print_shrunk(outcome);
}

void print(const Totals& totals, double real, const Options& options) {
  const double runs = static_cast<double>(totals.seeds) * (options.twice ? 2 : 1);
  std::printf(
      "%llu seeds, %llu failed, %llu violations; %.0f simulated s in %.1f s: %.1f simulated s per "
      "real s, %.1f seeds a minute on one core; %.0f thousand events, %.0f thousand checked\n",
      static_cast<unsigned long long>(totals.seeds), static_cast<unsigned long long>(totals.failed),
      static_cast<unsigned long long>(totals.violations), seconds(totals.time), real,
      seconds(totals.time) * runs / static_cast<double>(totals.seeds) / real, runs * 60 / real,
      static_cast<double>(totals.events) / 1e3, static_cast<double>(totals.checked) / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse_options({argv + 1, argv + argc});
  if (!options || options->help) {
    std::fputs(kUsage, options ? stdout : stderr);
    return options ? 0 : 2;
  }
  Totals totals;
  const auto begin = RealClock::now();
  for (std::uint64_t seed = options->from;
       options->seeds != 0 ? totals.seeds < options->seeds
                           : seconds_since(begin) < options->seconds || totals.seeds == 0;
       ++seed)
    run_seed(seed, *options, totals);
  print(totals, seconds_since(begin), *options);
  return totals.failed == 0 ? 0 : 1;
}
