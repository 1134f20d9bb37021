#include <csignal>

#include "ground.h"
#include "rows.h"

namespace shaddock::failures {

namespace {

using Figures = std::vector<Figure>;
const std::vector<std::string> kOthers = {"gate-1", "connector-1", "connector-2", "room-2"};

Figures master_away(const Means& means) {
  Ground ground;
  ground.begin();
  ground.signal("master", SIGKILL);
  ground.wait(std::chrono::seconds(means.away));
  double ended = 0;
  for (const char* id : {"gate-1", "connector-1", "connector-2", "room-1", "room-2"})
    ended += !ground.cluster().host().processes.alive(ground.process(id));
  ground.settle();
  return {{"failed requests, " + std::to_string(means.away) + " s without a master", "",
           ground.failed(), 0},
          {"servers that ended with it", "", ended, 0}};
}

// One room dies while there is no master.
Figures master_again() {
  Ground ground;
  ground.begin();
  ground.signal("master", SIGKILL);
  ground.signal("room-1", SIGKILL);
  ground.wait(net::Duration(2000));
  std::vector<std::uint64_t> lives;
  for (const std::string& id : kOthers) lives.push_back(ground.life(id));
  const std::uint64_t dead = ground.life("room-1");
  ground.load().forget();
  const auto begin = ground.now();
  const auto started = ground.cluster().run({"start", "--daemon"});
  const double took = milliseconds(begin, ground.now());
  ground.wait(net::Duration(1000));
  ground.settle();
  double replaced = 0;
  for (std::size_t i = 0; i < kOthers.size(); ++i) replaced += ground.life(kOthers[i]) != lives[i];
  return {{"all adopted and ready after", "ms", started.code == 0 ? took : -1, 2000},
          {"new processes for servers that live", "", replaced, 0},
          {"the dead room serves again after", "ms", ground.served_by(begin, "room-1", dead), 2000},
          {"failed requests", "", ground.failed(), 0}};
}

}  // namespace

std::vector<Row> master_rows() {
  return {{"F5", "kill -9 of the master", false, master_away},
          {"F6", "kill -9 of master and room, start", false,
           [](const Means&) { return master_again(); }}};
}

}  // namespace shaddock::failures
