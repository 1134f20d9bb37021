#pragma once

#include <shaddock/function.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "net/timer_wheel.h"

namespace shaddock::admin {

// Frontends go before backends, so that no client is connected while the servers behind its own
// go. A master is stopped from outside only when it does not answer: first, so that it starts
// nothing anew.
enum class StopWave { master, frontends, backends };

inline StopWave wave_of_server(bool frontend) {
  return frontend ? StopWave::frontends : StopWave::backends;
}

struct StopTarget {
  std::string id;
  StopWave wave;
  net::Duration drain{0};  // what it may take at most, if that is more than the limits say
};

// How one process is ended, ever less politely.
class StopActions {
 public:
  virtual void ask(const std::string& id) = 0;        // to stop by itself
  virtual void terminate(const std::string& id) = 0;  // SIGTERM
  virtual void kill(const std::string& id) = 0;       // SIGKILL

 protected:
  ~StopActions() = default;
};

struct StopLimits {
  net::Duration terminate_after{3000};
  net::Duration kill_after{5000};
  net::Duration drain{10'000};  // for those who have answered that they stop: so much later
};

// Stops many processes in waves: all of one wave at once, the next when the last of them is gone.
// All limits count from the start of the wave, and each wave waits for its slowest. Not to be
// destroyed from inside its own callbacks.
class StopSequence {
 public:
  StopSequence(net::TimerWheel& timers, std::vector<StopTarget> targets, StopActions& actions,
               Function<void()> on_done, StopLimits limits = {});

  void start();
  // That process has heard: it finishes what it has in hand.
  void answered(const std::string& id);
  // It does not hear any more, whatever it has answered.
  void hangs(const std::string& id) { answered_.erase(id); }
  // That process has ended, now or before its turn.
  void gone(const std::string& id);
  bool done() const { return done_; }

 private:
  using Ids = std::set<std::string>;

  void next_wave();
  Ids silent() const;  // those of the wave who have not answered

  StopActions& actions_;
  Function<void()> on_done_;
  StopLimits limits_;
  std::map<StopWave, std::set<std::string>> waves_;  // those to come
  std::map<StopWave, net::Duration> drains_;
  Ids current_, answered_;
  bool started_ = false, done_ = false;
  net::Timer terminate_, kill_, terminate_late_, kill_late_;
};

}  // namespace shaddock::admin
