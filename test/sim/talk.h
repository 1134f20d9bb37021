#pragma once

#include <string>

#include "sim/two_machines.h"

namespace shaddock::sim {

// A connection between the two machines, with both ends listened to.
struct Talk : Pair {
  explicit Talk(TwoMachines& world) : Pair(world) {
    server->set_events(at_server);
    client->set_events(at_client);
  }
  ~Talk() {
    client.reset();
    server.reset();
  }
  net::Recorder at_server, at_client;
};

// More than the path takes at once.
inline const std::string kMuch(3 * 1024 * 1024, 'm');

// One number after the other, each in a turn of its own; returns all of them.
inline std::string count_to(TwoMachines& world, net::Stream& stream, int last, Instant pause) {
  std::string all;
  for (int i = 1; i <= last; ++i) {
    const std::string number = std::to_string(i) + ' ';
    all += number;
    stream.write(number);
    world.run_for(pause);
  }
  return all;
}

}  // namespace shaddock::sim
