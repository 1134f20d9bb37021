#include <csignal>
#include <fstream>
#include <iterator>

#include "ground.h"
#include "rows.h"
#include "system/process_figures.h"

namespace shaddock::failures {

namespace {

using std::chrono::milliseconds;
using Figures = std::vector<Figure>;

// Killed while another serves the same, or while nobody does.
Figures kill_a_room(int rooms) {
  Ground ground({.rooms = rooms});
  const std::uint64_t before = ground.life("room-1");
  const auto begin = ground.begin();
  ground.signal("room-1", SIGKILL);
  ground.wait(milliseconds(2000));
  ground.settle();
  const double hung = ground.count(-1), lost = ground.count(522), refused = ground.count(521);
  const bool only = rooms == 1;
  Figures all{{"the last call that failed has ended after", "ms", ground.last_failure(begin),
               only ? 700.0 : 100.0},
              {"started again and serving after", "ms", ground.served_by(begin, "room-1", before),
               only ? 700.0 : 500.0},
              {"requests that never end", "", hung, 0},
              {"ends but 200, 522 and 521", "", ground.failed() - hung - lost - refused, 0}};
  if (only)
    all.push_back({"sessions lost", "", static_cast<double>(ground.load().absences().size()), 0});
  else
    all.push_back(
        {"p99 at the other room, by that before", "x", ground.slowdown(begin, "room-1"), 2});
  return all;
}

Figures kill_a_connector() {
  Ground ground;
  ground.begin();
  ground.signal("connector-1", SIGKILL);
  ground.wait(milliseconds(3000));
  ground.settle();
  double longest = 0, others = 0;
  for (const double absence : ground.load().absences()) longest = std::max(longest, absence);
  for (std::size_t i = ground.load().first(); i < ground.load().samples().size(); ++i)
    others += ground.load().samples()[i].connector == 1 && !ground.load().samples()[i].fine();
  return {
      {"the last of its clients is back after", "ms", ground.load().all_in() ? longest : 1e6, 2000},
      {"failures at the other connector", "", others, 0},
      {"requests that never end", "", ground.count(-1), 0}};
}

Figures kill_the_gate() {
  Ground ground;
  const auto begin = ground.begin();
  ground.signal("gate-1", SIGKILL);
  double answered = -1;
  client::Client asker(ground.cluster().host());
  const auto connect = [&] { asker.connect(ground.cluster().client_address("gate-1")); };
  asker.on_open([&] {
    asker.request("gate.gateHandler.ask", {{"uid", "ann"}}, [&](client::Answer answer) {
      if (answer.code == 200 && answered < 0)
        answered = failures::milliseconds(begin, ground.now());
    });
  });
  bool away = true;
  asker.on_close([&](const std::string&) { away = true; });
  ground.cluster().until(
      [&] {
        if (std::exchange(away, false)) connect();
        return answered >= 0;
      },
      milliseconds(3000));
  ground.settle();
  return {{"it answers again after", "ms", answered < 0 ? 1e6 : answered, 500},
          {"failures of those who play", "", ground.failed(), 0}};
}

Figures hung(Ground& ground, net::TimePoint begin, std::uint64_t before) {
  ground.wait(milliseconds(8000));
  ground.settle();
  return {{"longest wait of a client", "ms", ground.longest_wait(), 3500},
          {"others serve instead: the last failure after", "ms", ground.last_failure(begin), 3500},
          {"killed, started again and serving after", "ms",
           ground.served_by(begin, "room-1", before), 7000},
          {"requests that never end", "", ground.count(-1), 0}};
}

Figures freeze() {
  Ground ground;
  const std::uint64_t before = ground.life("room-1");
  const auto begin = ground.begin();
  ground.signal("room-1", SIGSTOP);
  return hung(ground, begin, before);
}

Figures freeze_and_wake() {
  Ground ground;
  const std::uint64_t before = ground.life("room-1");
  const auto process = ground.process("room-1");
  ground.begin();
  ground.signal("room-1", SIGSTOP);
  ground.wait(milliseconds(4000));
  ground.cluster().host().processes.signal(process, SIGCONT);
  const auto awake = ground.now();
  ground.wait(milliseconds(2500));
  ground.settle();
  return {
      {"longest wait of a client", "ms", ground.longest_wait(), 3500},
      {"awake, it serves again after", "ms", ground.served_by(awake, "room-1", before - 1), 1000},
      {"processes started", "", ground.life("room-1") == before ? 0.0 : 1.0, 0},
      {"requests that never end", "", ground.count(-1), 0}};
}

// One of the clients has its work done by that room.
void block_room(Ground& ground, net::Duration time) {
  const auto& samples = ground.load().samples();
  for (std::size_t i = ground.load().first(); i < samples.size(); ++i)
    if (samples[i].server == "room-1")
      return ground.load().ask(static_cast<std::size_t>(samples[i].client),
                               "room.roomHandler.block", {{"milliseconds", time.count()}},
                               [](client::Answer) {});
}

Figures endless_handler() {
  Ground ground;
  const std::uint64_t before = ground.life("room-1");
  const auto begin = ground.begin();
  block_room(ground, milliseconds(60000));
  return hung(ground, begin, before);
}

Figures slow_handler() {
  Ground ground;
  const std::uint64_t before = ground.life("room-1");
  ground.begin();
  block_room(ground, milliseconds(2500));
  const auto begin = ground.now();
  ground.wait(milliseconds(4000));
  ground.settle();
  return {{"killed for it", "", ground.life("room-1") == before ? 0.0 : 1.0, 0},
          {"it serves again after", "ms",
           ground.served_by(begin + milliseconds(2400), "room-1", before - 1) + 2400, 3500},
          {"longest wait of a client", "ms", ground.longest_wait(), 3500}};
}

Figures crash_loop() {
  Ground ground;
  ground.begin();
  const system_test::ProcessFigures master(ground.process("master").pid);
  ground.cluster().write(ground.dying_file(), "");
  ground.signal("room-1", SIGKILL);
  ground.wait(milliseconds(1000));
  const auto begin = ground.now();
  const double cpu = master.cpu_milliseconds();
  ground.wait(milliseconds(9000));
  const double share =
      (master.cpu_milliseconds() - cpu) / failures::milliseconds(begin, ground.now());
  const double starts = static_cast<double>(ground.cluster().read(ground.dying_file()).size());
  const bool told = ground.cluster().run({"list"}).says("failed");
  ground.settle();
  return {{"starts in 10 s", "", starts, 5},
          {"processor time of the master", "%", share * 100, 2},
          {"list does not say failed", "", told ? 0.0 : 1.0, 0},
          {"failures after those of the kill", "",
           ground.count(504) + ground.count(503) + ground.count(-1), 0}};
}

}  // namespace

std::vector<Row> process_rows() {
  return {
      {"F1", "kill -9 of one of two rooms", false, [](const Means&) { return kill_a_room(2); }},
      {"F2", "kill -9 of the only room", false, [](const Means&) { return kill_a_room(1); }},
      {"F3", "kill -9 of a connector", false, [](const Means&) { return kill_a_connector(); }},
      {"F4", "kill -9 of the gate", false, [](const Means&) { return kill_the_gate(); }},
      {"F7", "SIGSTOP of a room for ever", false, [](const Means&) { return freeze(); }},
      {"F8", "SIGSTOP of a room, SIGCONT after 4 s", false,
       [](const Means&) { return freeze_and_wake(); }},
      {"F9", "a handler that does not return", false,
       [](const Means&) { return endless_handler(); }},
      {"F9b", "a handler that blocks for 2.5 s", false,
       [](const Means&) { return slow_handler(); }},
      {"F10", "a room that ends at each start", false, [](const Means&) { return crash_loop(); }}};
}

}  // namespace shaddock::failures
