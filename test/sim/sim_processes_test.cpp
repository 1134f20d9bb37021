#include "sim/sim_processes.h"

#include <doctest/doctest.h>

#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "sim/scripted.h"

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

std::string text_of(net::Exit exit) {
  return std::to_string(exit.status) + "/" + std::to_string(exit.signal);
}

// A parent that runs `script`, and children that run what is said of them by id.
struct Family {
  World world;
  std::map<std::string, net::Main> mains;
  std::vector<std::string> diary;
  net::ProcessId parent;

  explicit Family(std::function<void(Scripted&)> script) {
    world.set_placement([this](const net::Command& given) {
      return World::Placement{"10.0.0.2", mains[given.arguments.back()]};
    });
    parent = world.start("10.0.0.1", command("parent"), scripted(std::move(script)));
  }
  void note(std::string line) { diary.push_back(std::move(line)); }
  void child(const std::string& id, std::function<void(Scripted&)> script) {
    mains["id=" + id] = scripted(std::move(script));
  }
  Function<void(net::Exit)> notes_exit(const std::string& who) {
    return [this, who](net::Exit exit) { note(who + " " + text_of(exit)); };
  }
  net::ProcessId last() const { return world.processes().back(); }
};

}  // namespace

TEST_CASE("a child runs where it is placed, and its parent hears of its end once") {
  Family family([&](Scripted& self) {
    const auto id = self.host.processes.spawn(command("child"), family.notes_exit("child"));
    REQUIRE(id.ok());
    CHECK(self.host.processes.alive(*id));
    CHECK(id->pid == self.host.processes.self().pid + 1);
    CHECK(family.diary.empty());
  });
  family.child("child", [&](Scripted& self) {
    family.note("begins");
    CHECK(self.host.processes.program() == "/games/chat");
    CHECK(self.host.processes.usage().resident_bytes > 0);
    CHECK(family.world.machine(self.host.processes.self()) == "10.0.0.2");
    self.host.loop.post([&] { self.on_end(3); });
    self.on_destroyed = [&] { family.note("is destroyed"); };
  });
  family.world.run_for(1s);
  CHECK(family.diary == std::vector<std::string>{"begins", "is destroyed", "child 3/0"});
  CHECK(family.world.processes() == std::vector<net::ProcessId>{family.parent});
}

TEST_CASE("without a placement a child runs what its parent runs, on the same machine") {
  World world;
  int begun = 0;
  const auto parent = world.start("10.0.0.7", command("a"), scripted([&](Scripted& self) {
                                    if (++begun < 3)
                                      CHECK(self.host.processes.spawn(command("b"), nullptr).ok());
                                  }));
  world.run_for(1s);
  CHECK(begun == 3);
  REQUIRE(world.processes().size() == 3);
  CHECK(world.processes().front() == parent);
  for (const auto& id : world.processes()) CHECK(world.machine(id) == "10.0.0.7");
}

TEST_CASE("a child that is killed from outside has ended by the signal") {
  Family family([&](Scripted& self) {
    CHECK(self.host.processes.spawn(command("child"), family.notes_exit("child")).ok());
  });
  family.world.run_for(1s);
  family.world.kill(family.last());
  CHECK(family.diary.empty());
  family.world.run_for(1s);
  CHECK(family.diary == std::vector<std::string>{"child 0/9"});
}

TEST_CASE("a dead parent hears nothing, and its child lives on") {
  Family family([&](Scripted& self) {
    CHECK(self.host.processes.spawn(command("child"), family.notes_exit("child")).ok());
  });
  family.world.run_for(1s);
  const auto child = family.last();
  family.world.kill(family.parent);
  family.world.run_for(1s);
  CHECK(family.world.alive(child));
  family.world.kill(child);
  family.world.run_for(1s);
  CHECK(family.diary.empty());
}

TEST_CASE("a frozen parent hears of the end when it is thawed") {
  Family family([&](Scripted& self) {
    CHECK(self.host.processes.spawn(command("child"), family.notes_exit("child")).ok());
  });
  family.world.run_for(1s);
  family.world.freeze(family.parent);
  family.world.kill(family.last());
  family.world.run_for(1s);
  CHECK(family.diary.empty());
  family.world.thaw(family.parent);
  family.world.run_for(1s);
  CHECK(family.diary == std::vector<std::string>{"child 0/9"});
}

TEST_CASE("who watches a process hears once that it has ended, whoever has started it") {
  Family family([&](Scripted& self) {
    REQUIRE(self.host.processes.spawn(command("child"), family.notes_exit("parent")).ok());
  });
  family.child("child", [](Scripted&) {});
  family.world.run_for(10ms);
  const auto child = family.last();
  const auto watch = [&](const std::string& who, net::ProcessId whom) {
    return family.world.start(
        "10.0.0.3", command("watcher"), scripted([&family, who, whom](Scripted& self) {
          if (!self.host.processes.watch(whom, [&family, who] { family.note(who); }))
            family.note(who + " cannot");
        }));
  };
  watch("one", child);
  const auto dying = watch("dead", child);
  const auto cold = watch("frozen", child);
  family.world.run_for(10ms);
  family.world.kill(dying);
  family.world.freeze(cold);
  family.world.kill(child);
  family.world.run_for(10ms);
  CHECK(family.diary == std::vector<std::string>{"parent 0/9", "one"});
  family.world.thaw(cold);
  watch("late", child);
  family.world.run_for(10ms);
  CHECK(family.diary == std::vector<std::string>{"parent 0/9", "one", "frozen", "late cannot"});
}

TEST_CASE("SIGKILL ends a process that handles everything, also a frozen one") {
  for (const bool frozen : {false, true}) {
    Family family([&](Scripted& self) {
      CHECK(self.host.processes.spawn(command("child"), family.notes_exit("child")).ok());
    });
    family.child("child", [&](Scripted& self) {
      self.host.processes.on_signal(SIGKILL, [&] { family.note("never"); });
    });
    family.world.run_for(1s);
    const auto child = family.last();
    if (frozen) family.world.freeze(child);
    net::Processes& parent = family.world.host(family.parent).processes;
    CHECK(parent.signal(child, SIGKILL));
    family.world.run_for(1s);
    CHECK(!parent.alive(child));
    CHECK(!parent.signal(child, SIGKILL));
    CHECK(family.diary == std::vector<std::string>{"child 0/9"});
  }
}

TEST_CASE("a signal without a handler ends the process, one with handlers calls them all") {
  Family family([&](Scripted& self) {
    CHECK(self.host.processes.spawn(command("child"), family.notes_exit("child")).ok());
  });
  family.child("child", [&](Scripted& self) {
    net::Processes& processes = self.host.processes;
    processes.on_signal(SIGTERM, [&] {
      family.note("one");
      processes.on_signal(SIGINT, [&] { family.note("int"); });
    });
    processes.on_signal(SIGTERM, [&] { family.note("two"); });
  });
  family.world.run_for(1s);
  const auto child = family.last();
  net::Processes& parent = family.world.host(family.parent).processes;
  for (const int number : {SIGTERM, SIGINT, 0}) {
    CHECK(parent.signal(child, number));
    family.world.run_for(1s);
  }
  CHECK(family.diary == std::vector<std::string>{"one", "two", "int"});
  CHECK(parent.signal(child, SIGHUP));
  CHECK(family.diary.size() == 3);
  family.world.run_for(1s);
  CHECK(family.diary.back() == "child 0/1");
}

TEST_CASE("a process may signal itself, and goes on to the end of its turn") {
  World world;
  std::string diary;
  const auto id = world.start("10.0.0.1", command("a"), scripted([&](Scripted& self) {
                                net::Processes& processes = self.host.processes;
                                CHECK(processes.signal(processes.self(), SIGKILL));
                                diary += "here";
                                self.on_destroyed = [&] { diary += " gone"; };
                              }));
  world.run_for(1s);
  CHECK(!world.alive(id));
  CHECK(diary == "here gone");
}

TEST_CASE("raise() is a signal from outside, and waits while the process is frozen") {
  Family family([&](Scripted& self) {
    self.host.processes.on_signal(SIGTERM, [&] { family.note("term"); });
  });
  family.world.run_for(1s);
  family.world.freeze(family.parent);
  family.world.raise(family.parent, SIGTERM);
  family.world.run_for(1s);
  CHECK(family.diary.empty());
  family.world.thaw(family.parent);
  family.world.run_for(1s);
  CHECK(family.diary == std::vector<std::string>{"term"});
  family.world.raise(family.parent, SIGKILL);
  family.world.run_for(1s);
  CHECK(!family.world.alive(family.parent));
}

TEST_CASE("a process id names one process for ever") {
  Family family([](Scripted&) {});
  family.world.run_for(1s);
  net::Processes& processes = family.world.host(family.parent).processes;
  net::ProcessId other = family.parent;
  other.start_time += 1;
  CHECK(processes.alive(family.parent));
  for (const net::ProcessId& id : {other, net::ProcessId{999, 0}, net::ProcessId{-1, 0},
                                   net::ProcessId{family.parent.pid + 1, 0}}) {
    CHECK(!processes.alive(id));
    CHECK(!processes.signal(id, SIGKILL));
  }
}

TEST_CASE("a lifeline tells that the parent has died, once, if there is one and it is watched") {
  Family family([&](Scripted& self) {
    for (const char* id : {"watches", "does not", "late"})
      CHECK(self.host.processes.spawn(command(id, true), nullptr).ok());
    CHECK(self.host.processes.spawn(command("has none"), nullptr).ok());
    CHECK(!self.host.processes.watch_lifeline([] { FAIL("the test has started it"); }));
  });
  family.child("watches", [&](Scripted& self) {
    CHECK(self.host.processes.watch_lifeline([&] { family.note("watches"); }));
    CHECK(!self.host.processes.watch_lifeline([&] { FAIL("watched twice"); }));
  });
  net::Host* late = nullptr;
  family.child("late", [&](Scripted& self) { late = &self.host; });
  family.child("has none", [&](Scripted& self) {
    CHECK(!self.host.processes.watch_lifeline([&] { FAIL("there is no lifeline"); }));
  });
  family.world.run_for(1s);
  CHECK(family.diary.empty());
  family.world.kill(family.parent);
  family.world.run_for(1s);
  CHECK(family.diary == std::vector<std::string>{"watches"});
  CHECK(late->processes.watch_lifeline([&] { family.note("late"); }));
  family.world.run_for(1s);
  CHECK(family.diary.back() == "late");
  CHECK(family.diary.size() == 2);
}

TEST_CASE("a child that cannot write its output is not started") {
  Family family([&](Scripted& self) {
    net::Command given = command("child");
    given.output_file = "/logs/child.log";
    CHECK(!self.host.processes.spawn(given, family.notes_exit("child")).ok());
    REQUIRE(self.host.files.make_folder("/logs", 0700).ok());
    CHECK(self.host.processes.spawn(given, family.notes_exit("child")).ok());
    CHECK((*self.host.files.status("/logs/child.log").value()).mode == 0600);
  });
  family.world.run_for(1s);
  CHECK(family.world.processes().size() == 2);
}

TEST_CASE("a dead process starts, signals and watches nothing") {
  Family family([&](Scripted& self) {
    CHECK(self.host.processes.spawn(command("child", true), nullptr).ok());
  });
  family.world.run_for(1s);
  const auto child = family.last();
  family.world.kill(child);
  net::Processes& dead = family.world.host(child).processes;
  CHECK(!dead.spawn(command("other"), nullptr).ok());
  CHECK(!dead.signal(family.parent, SIGKILL));
  CHECK(!dead.watch_lifeline([] { FAIL("dead"); }));
  CHECK(dead.self() == child);
  CHECK(!dead.alive(child));
  family.world.run_for(1s);
  CHECK(family.world.processes() == std::vector<net::ProcessId>{family.parent});
}
