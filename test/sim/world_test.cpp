#include "sim/world.h"

#include <doctest/doctest.h>

#include <csignal>
#include <set>
#include <string>
#include <vector>

#include "sim/memory_files.h"
#include "sim/scripted.h"

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

// Does in its host all that a program may do while it is destroyed.
struct Clinging final : net::Program {
  Clinging(net::Host& where, int& heard)
      : host(where), calls(heard), timer(where.loop.timers(), [&] { ++calls; }) {
    timer.start(5ms);
    host.loop.post([&] { host.loop.post([&] { ++calls; }); });
  }
  ~Clinging() override {
    const auto noted = [this] { ++calls; };
    host.loop.post(noted);
    host.loop.defer(noted);
    timer.start(1ms);
    CHECK(!host.network.listen({"", 4000}, [](std::unique_ptr<net::Stream>) {}).ok());
    host.network.connect({"10.0.0.1", 4000}, 1s, [this](auto) { ++calls; });
    CHECK(!host.files.replace("/left", "x", 0600).ok());
    host.random.next();
    CHECK(!host.processes.signal({1000, 100'000}, SIGKILL));
    CHECK(!host.processes.spawn(command("ghost"), [this](net::Exit) { ++calls; }).ok());
    CHECK(!host.processes.watch_lifeline(noted));
    host.processes.on_signal(SIGTERM, noted);
  }
  net::Host& host;
  int& calls;
  net::Timer timer;
};

// Two processes that throw a ball by timers, posts and signals, and now and then start a child.
struct PingPong {
  explicit PingPong(std::uint64_t seed) : world(seed) {
    for (const char* id : {"ping", "pong"})
      players.push_back(world.start("10.0.0.1", command(id), player()));
  }
  net::Main player() {
    return scripted([this](Scripted& self) {
      net::Host& host = self.host;
      auto timer = std::make_shared<std::unique_ptr<net::Timer>>();
      *timer = std::make_unique<net::Timer>(host.loop.timers(), [this, &host] { play(host); });
      host.processes.on_signal(SIGUSR1, [&host, timer] {
        host.loop.post([&host, timer] { (*timer)->start(net::Duration(host.random.next() % 20)); });
      });
      self.on_destroyed = [timer] { timer->reset(); };
      (*timer)->start(5ms);
    });
  }
  void play(net::Host& host) {
    ++rounds;
    for (const auto& other : players)
      if (other != host.processes.self()) host.processes.signal(other, SIGUSR1);
    if (host.random.next() % 50 == 0)
      CHECK(host.processes.spawn(command("child"), [this](net::Exit) { ++ended; }).ok());
  }
  // The youngest child dies every second.
  void run_for(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      world.run_for(1s);
      if (world.processes().size() > 2) world.kill(world.processes().back());
    }
  }

  int rounds = 0, ended = 0;
  World world;
  std::vector<net::ProcessId> players;
};

}  // namespace

TEST_CASE("time passes only when it is told to, and costs nothing when nothing happens") {
  World world;
  CHECK(world.now() == 0us);
  CHECK(world.time() == Schedule::kBeginning);
  world.run_for(std::chrono::hours(24));
  CHECK(world.now() == 24h);
  CHECK(world.time() == Schedule::kBeginning + 24h);
  CHECK(world.steps() == 0);
}

TEST_CASE("main() runs as the first turn of the process, with its host and its command") {
  World world;
  bool begun = false;
  const auto id =
      world.start("10.0.0.1", command("a"),
                  [&](net::Host& host, const net::Command& given, Function<void(int)> on_end) {
                    begun = true;
                    CHECK(given.arguments == std::vector<std::string>{"serve", "id=a"});
                    CHECK(&host == &world.host(host.processes.self()));
                    return std::make_unique<Scripted>(host, std::move(on_end));
                  });
  CHECK(!begun);
  CHECK(world.program(id) == nullptr);
  world.run_for(1s);
  CHECK(begun);
  CHECK(world.program(id) != nullptr);
  CHECK(world.command(id).program == "/games/chat");
  CHECK(world.machine(id) == "10.0.0.1");
  CHECK(world.alive(id));
  CHECK(!world.frozen(id));
}

TEST_CASE("run_until() stops at the event that makes the condition true") {
  World world;
  const auto id = world.start("10.0.0.1", {}, {});
  bool rung = false;
  net::Timer timer(world.host(id).loop.timers(), [&] { rung = true; });
  timer.start(20ms);
  CHECK(world.run_until([&] { return rung; }, 1s));
  CHECK(world.now() == 20ms);
  CHECK(world.run_until([&] { return rung; }, 1s));
  CHECK(world.now() == 20ms);
  CHECK(!world.run_until([] { return false; }, 1s));
  CHECK(world.now() == 1020ms);
  CHECK(world.run_until([&] { return world.now() == 2s; }, 980ms));
}

TEST_CASE("a process that runs nothing is a host for what the test makes in it") {
  World world;
  const auto id = world.start("10.0.0.1", {}, {});
  net::Host& host = world.host(id);
  world.run_for(10s);
  CHECK(host.loop.now() == world.time());
  Lines diary;
  net::Timer timer(host.loop.timers(), [&] { diary.push_back("timer"); });
  timer.start(5ms);
  host.loop.post([&] { diary.push_back("post"); });
  host.loop.defer([&] { diary.push_back("defer"); });
  world.run_for(5ms);
  CHECK(diary == Lines{"defer", "post", "timer"});
  CHECK(world.program(id) == nullptr);
  CHECK(world.alive(id));
}

TEST_CASE("what a program does while it is destroyed has no effect") {
  World world;
  int calls = 0;
  const auto first = world.start("10.0.0.1", {}, {});
  CHECK(first.pid == 1000);
  const auto id =
      world.start("10.0.0.1", {}, [&](net::Host& host, const net::Command&, Function<void(int)>) {
        return std::make_unique<Clinging>(host, calls);
      });
  world.run_for(1ms);
  REQUIRE(world.program(id) != nullptr);
  world.kill(id);
  CHECK(world.program(id) == nullptr);
  CHECK(!world.alive(id));
  const auto steps = world.steps();
  world.raise(id, SIGTERM);
  world.run_for(10s);
  CHECK(calls == 0);
  CHECK(world.steps() < steps + 10);
  CHECK(world.files().all().empty());
  CHECK(world.processes() == std::vector<net::ProcessId>{first});
}

TEST_CASE("a program ends on a later turn than the one in which it said so, and once") {
  World world;
  Lines diary;
  const auto id = world.start("10.0.0.1", {}, scripted([&](Scripted& self) {
                                self.on_destroyed = [&] { diary.push_back("destroyed"); };
                                self.host.loop.post([&] {
                                  self.on_end(0);
                                  self.on_end(1);
                                  diary.push_back("said");
                                });
                              }));
  world.run_for(1s);
  CHECK(diary == Lines{"said", "destroyed"});
  CHECK(!world.alive(id));
  world.kill(id);
  world.freeze(id);
  world.thaw(id);
  CHECK(!world.frozen(id));
}

TEST_CASE("a program may end before its main() has returned") {
  World world;
  bool destroyed = false;
  const auto id = world.start("10.0.0.1", {}, scripted([&](Scripted& self) {
                                self.on_destroyed = [&] { destroyed = true; };
                                self.on_end(2);
                              }));
  world.run_for(1s);
  CHECK(destroyed);
  CHECK(!world.alive(id));
}

TEST_CASE("a frozen process does nothing until it is thawed") {
  World world;
  int ticks = 0;
  const auto id = world.start("10.0.0.1", {}, {});
  net::Timer timer(world.host(id).loop.timers(), [&] {
    ++ticks;
    timer.start(10ms);
  });
  timer.start(10ms);
  world.run_for(100ms);
  CHECK(ticks == 10);
  world.freeze(id);
  CHECK(world.frozen(id));
  CHECK(world.alive(id));
  world.run_for(1s);
  CHECK(ticks == 10);
  world.thaw(id);
  world.run_for(100ms);
  CHECK(ticks == 21);  // the one that was due, and ten more
}

TEST_CASE("the locks of a process end with it") {
  World world;
  const auto one = world.start("10.0.0.1", {}, {}), other = world.start("10.0.0.2", {}, {});
  auto lock = world.host(one).files.lock("/pid");
  REQUIRE(*lock != nullptr);
  CHECK(world.host(other).files.lock("/pid").value() == nullptr);
  world.kill(one);
  CHECK(world.host(other).files.lock("/pid").value() != nullptr);
}

TEST_CASE("the end of the world ends its processes, the youngest first") {
  Lines diary;
  {
    World world;
    for (const char* id : {"a", "b", "c"}) {
      world.start("10.0.0.1", command(id), scripted([&diary, id](Scripted& self) {
                    self.on_destroyed = [&diary, id] { diary.push_back(id); };
                  }));
    }
    world.run_for(1s);
  }
  CHECK(diary == Lines{"c", "b", "a"});
}

TEST_CASE("what is still planned at the end of the world is destroyed with it") {
  const auto held = std::make_shared<int>(0);
  {
    World world;
    const auto id = world.start("10.0.0.1", {}, {});
    world.host(id).loop.post([held] {});
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a tracer is told who did what when") {
  World world;
  Lines lines;
  world.set_tracer([&](Instant when, std::string_view who, std::string_view what) {
    lines.push_back(std::to_string(when.count() / 1000) + " " + std::string(who) + " " +
                    std::string(what));
  });
  const auto server = world.start("10.0.0.1", command("chat-server-1"), {});
  const auto test = world.start("10.0.0.2", {}, {});
  const auto ends =
      world.start("10.0.0.3", command("gate"), scripted([](Scripted& self) { self.on_end(3); }));
  world.run_for(5ms);
  world.freeze(server);
  world.freeze(server);
  world.thaw(server);
  world.raise(test, SIGTERM);
  world.run_for(5ms);
  world.kill(server);
  world.kill(server);
  world.kill(ends);
  world.set_path("10.0.0.1", "10.0.0.2", {});
  world.cut("10.0.0.1", "*");
  world.mend("10.0.0.1", "*");
  world.reset("10.0.0.1", "10.0.0.2");
  CHECK(lines == Lines{"0 chat-server-1 starts", "0 10.0.0.2 starts", "0 gate starts",
                       "1 gate ends with code 3", "5 chat-server-1 is frozen",
                       "5 chat-server-1 is thawed", "5 10.0.0.2 gets signal 15",
                       "5 10.0.0.2 is ended by signal 15", "10 chat-server-1 is killed",
                       "10 10.0.0.1 has another path to 10.0.0.2", "10 10.0.0.1 is cut from *",
                       "10 10.0.0.1 reaches again *",
                       "10 10.0.0.1 loses its connections with 10.0.0.2"});
}

TEST_CASE("the same seed and the same calls give the same trace hash, another seed another") {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    PingPong one(seed), same(seed);
    one.run_for(20);
    same.run_for(20);
    CHECK(one.rounds > 500);
    CHECK(one.ended > 0);
    CHECK(one.rounds == same.rounds);
    CHECK(one.world.steps() == same.world.steps());
    CHECK(one.world.trace_hash() == same.world.trace_hash());
    CHECK(hashes.insert(one.world.trace_hash()).second);
  }
}

TEST_CASE("one event more, or one fault, makes another trace hash") {
  std::set<std::uint64_t> hashes;
  const auto remember = [&](auto&& disturb) {
    PingPong game(1);
    game.run_for(1);
    disturb(game);
    game.run_for(2);
    CHECK(hashes.insert(game.world.trace_hash()).second);
  };
  remember([](PingPong&) {});
  remember([](PingPong& game) { game.world.host(game.players[0]).loop.post([] {}); });
  remember([](PingPong& game) { game.world.freeze(game.players[0]); });
  remember([](PingPong& game) { game.world.freeze(game.players[1]); });
  remember([](PingPong& game) { game.world.raise(game.players[1], SIGUSR1); });
  remember([](PingPong& game) { game.world.kill(game.players[1]); });
  remember([](PingPong& game) { game.world.cut("10.0.0.1", "10.0.0.2"); });
  remember([](PingPong& game) { game.world.start("10.0.0.9", {}, {}); });
}

TEST_CASE("how the time is cut into pieces does not matter to what happens") {
  PingPong whole(3), pieces(3);
  whole.world.run_for(3s);
  for (int i = 0; i < 3000; ++i) pieces.world.run_for(1ms);
  CHECK(whole.rounds == pieces.rounds);
  CHECK(whole.world.trace_hash() == pieces.world.trace_hash());
}
