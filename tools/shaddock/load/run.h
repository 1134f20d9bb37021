#pragma once
// One run from the first connection to the last answer: starts the threads, holds the times of the
// options, samples servers and machine at both ends of the window, and adds up what was counted.
//
//   connect | warm up | window: a Second a second | drain

#include <functional>
#include <memory>
#include <vector>

#include "machine_time.h"
#include "options.h"
#include "process_sample.h"
#include "result.h"
#include "worker.h"

namespace shaddock::load {

class Run {
 public:
  // Told about once a second how it goes: while connecting in words, then by numbers.
  struct Listener {
    std::function<void(const std::string&)> note;
    std::function<void(const Second&)> second;
  };

  Run(const Options& options, Listener listener);

  // Once. Fills in all but the command line and the date.
  LoadResult run();

 private:
  struct Reading {
    std::vector<ProcessSample> processes;
    std::vector<CpuUse> cpus;
    double self = 0;
  };

  bool connect();
  void begin();
  void count();
  void drain();
  void take_second(double t, double length);
  Counters take();
  void keep_faults(const Counters& counted);
  Reading read() const;
  void tell_uses(const Reading& before, const Reading& after);
  void call_all(void (Script::*call)());
  std::int64_t sum(std::int64_t (*of)(const Script&));

  const Options options_;
  const Listener listener_;
  const std::vector<Share> shares_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<ProcessSample> at_rest_;  // before the first connection
  LoadResult result_;
};

}  // namespace shaddock::load
