#pragma once
// What one loop does in a run. Made, called and destroyed on the loop's thread; all loops of a run
// do the same with their share of the clients:
//
//   connect() ... settled() == share of clients ... begin() ... stop_asking() ... finish()
//
// What it counts goes into Place::counters, which the run takes away once a second.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "options.h"
#include "place.h"

namespace shaddock::load {

// The clients of one loop, by their numbers among all.
struct Share {
  int loop = 0;  // which of all loops
  std::vector<int> clients;
};

// Deals the clients to loops in turn; those of one room stay together, so that all of a room is
// heard in one thread. No share is empty.
std::vector<Share> deal_clients(const Options& options);

class Script {
 public:
  virtual ~Script() = default;

  virtual void connect() = 0;
  // How many clients are ready or have failed; how many are ready now.
  virtual int settled() const = 0;
  virtual int ready() const = 0;
  // All loops have settled: go.
  virtual void begin() = 0;
  // What is in flight may still come, and be sent if its time was in the window.
  virtual void stop_asking() = 0;
  // What is still to come: the sum over all loops is 0 when all has come.
  virtual std::int64_t in_flight() const = 0;
  // All loops have ended asking and waiting: counts what is missing.
  virtual void finish() = 0;
};

// The script that the options name.
std::unique_ptr<Script> make_script(Place& place, const Options& options, const Share& share);

// "127.0.1.7"; empty when clients come from where the system chooses.
std::string source_of(const Options& options, std::uint64_t client);

}  // namespace shaddock::load
