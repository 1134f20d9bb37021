#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "load.h"
#include "system/chat_cluster.h"

namespace shaddock::failures {

// A cluster of real processes under load: a master, a gate, two connectors and some rooms. The
// connectors dial the rooms, so what is cut at the port of a room is between it and all others.
class Ground {
 public:
  struct Settings {
    int rooms = 2;
    std::string ballast = {};  // of each request
  };
  Ground() : Ground(Settings()) {}
  explicit Ground(const Settings& settings);

  system_test::ChatCluster& cluster() { return cluster_; }
  Load& load() { return *load_; }
  net::TimePoint now() { return cluster_.host().loop.now(); }
  void wait(net::Duration time) {
    cluster_.until([] { return false; }, time);
  }
  // Waits a second under load and begins to measure there.
  net::TimePoint begin();
  // Everybody falls silent, and what is under way ends, or does not.
  void settle();

  net::ProcessId process(const std::string& id);
  std::uint64_t life(const std::string& id);
  bool signal(const std::string& id, int number);
  int room_port(int number) { return cluster_.port(kRoomPorts + number); }
  std::string dying_file() const { return cluster_.folder() + "/dies"; }

  // Of the samples since begin(). Milliseconds are after `from`.
  double last_failure(
      net::TimePoint from);  // when the last that did not end with 200 ended; 0: none
  double served_by(net::TimePoint from, const std::string& server, std::uint64_t life_after);
  double longest_wait();
  double p99();            // of what was answered with 200
  double count(int code);  // answers with that code; -1: requests that did not end
  double failed();         // all that did not end with 200
  std::string codes();
  // p99 of what other servers answered after `from` by that before it.
  double slowdown(net::TimePoint from, const std::string& struck);

  static constexpr int kRoomPorts = 6000;

 private:
  static system_test::ChatCluster::Program program(const Settings& settings);
  const Sample* begin_of_samples() { return load_->samples().data() + load_->first(); }
  const Sample* end_of_samples() { return load_->samples().data() + load_->samples().size(); }

  system_test::ChatCluster cluster_;
  std::unique_ptr<Load> load_;
};

double milliseconds(net::TimePoint from, net::TimePoint to);

}  // namespace shaddock::failures
