#include <algorithm>
#include <csignal>

#include "ground.h"
#include "rows.h"

namespace shaddock::failures {

namespace {

using Figures = std::vector<Figure>;

// Restarts them one after the other; the longest that one took, or -1.
double restart(Ground& ground, std::initializer_list<const char*> ids) {
  double longest = 0;
  for (const char* id : ids) {
    const auto begin = ground.now();
    const auto ended = ground.cluster().run({"restart", id});
    longest =
        ended.code == 0 && longest >= 0 ? std::max(longest, milliseconds(begin, ground.now())) : -1;
    ground.wait(net::Duration(500));
  }
  return longest;
}

Figures restart_rooms() {
  Ground ground;
  ground.begin();
  const double longest = restart(ground, {"room-1", "room-2"});
  ground.settle();
  return {{"failed requests", "", ground.failed(), 0},
          {"one restart took at most", "ms", longest, 2000}};
}

Figures restart_connectors() {
  Ground ground;
  ground.begin();
  const double longest = restart(ground, {"connector-1", "connector-2"});
  ground.wait(net::Duration(1000));
  ground.settle();
  double back = 0;
  for (const double absence : ground.load().absences()) back = std::max(back, absence);
  return {
      {"the last client is back after", "ms", ground.load().all_in() ? back : -1, 1000},
      {"requests without an answer", "", ground.count(client::Answer::kLost) + ground.count(-1), 0},
      {"one restart took at most", "ms", longest, 12000}};
}

// A handler thinks for longer than a drain may last; perhaps SIGTERM comes again.
Figures stuck_drain(bool again, double most) {
  Ground ground;
  ground.begin();
  const auto process = ground.process("room-1");
  // Some of these are in room-1.
  for (std::size_t client = 0; client < 20; ++client)
    ground.load().ask(client, "room.roomHandler.think", {{"milliseconds", 50000}},
                      [](client::Answer) {});
  ground.wait(net::Duration(100));
  ground.load().forget();
  const auto begin = ground.now();
  net::Processes& processes = ground.cluster().host().processes;
  processes.signal(process, SIGTERM);
  ground.wait(net::Duration(500));
  if (again) processes.signal(process, SIGTERM);
  const bool ended =
      ground.cluster().until([&] { return !processes.alive(process); }, net::Duration(15000));
  const double took = milliseconds(begin, ground.now());
  ground.settle();
  return {{"it has ended after", "ms", ended ? took : -1, most},
          {"requests that never end", "", ground.count(-1), 0},
          {"failed requests beside those in the stuck handlers", "", ground.failed(), 0}};
}

Figures kill_in_drain() {
  Ground ground;
  ground.begin();
  const auto process = ground.process("room-1");
  int ended = 0;
  double last = 0;
  net::TimePoint killed{};
  for (std::size_t client = 0; client < 20; ++client)
    ground.load().ask(client, "room.roomHandler.think", {{"milliseconds", 3000}},
                      [&](client::Answer answer) {
                        if (answer.code != 200)
                          last = std::max(last, milliseconds(killed, ground.now()));
                        ++ended;
                      });
  ground.wait(net::Duration(100));
  net::Processes& processes = ground.cluster().host().processes;
  processes.signal(process, SIGTERM);
  ground.wait(net::Duration(300));
  killed = ground.now();
  processes.signal(process, SIGKILL);
  ground.cluster().until([&] { return ended == 20; }, net::Duration(8000));
  ground.settle();
  return {{"the last call in the killed room has failed after", "ms", last, 100},
          {"calls that never end", "", 20.0 - ended + ground.count(-1), 0}};
}

}  // namespace

std::vector<Row> restart_rows() {
  return {
      {"F21", "rooms restarted one by one", false, [](const Means&) { return restart_rooms(); }},
      {"F22", "connectors restarted one by one", false,
       [](const Means&) { return restart_connectors(); }},
      {"F23", "SIGTERM to a room whose handlers do not end", false,
       [](const Means&) { return stuck_drain(false, 11000); }},
      {"F23a", "and SIGTERM again after 0.5 s", false,
       [](const Means&) { return stuck_drain(true, 11000); }},
      {"F23b", "kill -9 of a room that drains", false,
       [](const Means&) { return kill_in_drain(); }}};
}

}  // namespace shaddock::failures
