#include "net/shared_processes.h"

#include <doctest/doctest.h>

#include <functional>

#include "net/shared_master.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

constexpr Isolation kBoth[] = {Isolation::none, Isolation::thread};

}  // namespace

TEST_CASE("A guest begins on a later turn, on the master's loop or on a thread of its own") {
  Master none(Isolation::none);
  none.spawn({"thread"});
  CHECK(none.notes().count("begun") == 0);
  none.wait_for("begun");
  CHECK(none.notes().count("at home") == 1);

  Master thread(Isolation::thread);
  thread.spawn({"thread"});
  thread.wait_for("begun");
  CHECK(thread.notes().count("at home") == 0);
}

TEST_CASE(
    "A guest that ends itself is destroyed outside of its calls; its spawner hears the code") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& child = master.spawn({"quick"});
    CHECK(master.processes().alive(child.id));
    const Exit exit = master.wait(child);
    CHECK(exit.status == 3);
    CHECK(exit.signal == 0);
    CHECK_FALSE(master.processes().alive(child.id));
    CHECK_FALSE(master.processes().signal(child.id, SIGTERM));
    CHECK(master.notes().count("destroyed") == 1);
    CHECK(master.notes().count("destroyed elsewhere") == 0);
    CHECK(master.notes().count("destroyed from inside") == 0);
    master.loop.run_turns(3);
    CHECK(child.exits == 1);
  }
}

TEST_CASE("A guest does on a signal what it has registered, else it ends by it") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& polite = master.spawn({"polite"});
    auto& deaf = master.spawn({});
    master.wait_for("begun", 2);
    CHECK(master.processes().signal(polite.id, 0));
    CHECK(master.processes().signal(polite.id, SIGTERM));
    CHECK(master.wait(polite).status == 7);
    CHECK(polite.exit->signal == 0);
    CHECK(master.processes().alive(deaf.id));
    CHECK(master.processes().signal(deaf.id, SIGTERM));
    CHECK(master.wait(deaf).signal == SIGTERM);
  }
}

TEST_CASE("SIGKILL ends a guest whatever it has registered, also before it has begun") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& young = master.spawn({"polite"});
    CHECK(master.processes().signal(young.id, SIGKILL));
    CHECK(master.processes().signal(young.id, SIGKILL));
    CHECK(master.wait(young).signal == SIGKILL);
    auto& running = master.spawn({"polite"});
    master.wait_for("begun");
    master.processes().signal(running.id, SIGKILL);
    CHECK(master.wait(running).signal == SIGKILL);
    master.loop.run_turns(3);
    CHECK(young.exits == 1);
    CHECK(running.exits == 1);
    CHECK(master.shared.stuck() == 0);
  }
}

TEST_CASE("What main throws ends only that guest") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& quiet = master.spawn({});
    auto& thrower = master.spawn({"throws"});
    CHECK(master.wait(thrower).signal == SIGABRT);
    CHECK(master.processes().alive(quiet.id));
  }
}

TEST_CASE("An exit may spawn the next guest") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    int left = 5;
    std::function<void()> again = [&] {
      if (left-- == 0) return;
      CHECK(master.processes().spawn({"", {"quick"}, ""}, [&](Exit) { again(); }).ok());
    };
    again();
    master.loop.run_until([&] { return left < 0; });
    CHECK(master.notes().count("destroyed") == 5);
  }
}

TEST_CASE("Guests are told apart from real processes, which are still there") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    Processes &shared = master.processes(), &real = master.loop.host().processes;
    auto &one = master.spawn({"polite"}), &two = master.spawn({"polite"});
    CHECK(one.id.pid == real.self().pid);
    CHECK_FALSE(one.id == two.id);
    CHECK_FALSE(real.alive(one.id));
    CHECK(shared.self() == real.self());
    CHECK(shared.alive(real.self()));
    CHECK(shared.signal(real.self(), 0));
    CHECK(shared.program() == real.program());
    CHECK_FALSE(shared.alive({one.id.pid, one.id.start_time + 100}));
    CHECK_FALSE(shared.signal({one.id.pid + 1, one.id.start_time}, SIGKILL));
    CHECK(shared.signal(two.id, SIGKILL));
    master.wait(two);
    CHECK(shared.alive(one.id));
  }
}

TEST_CASE("The end of a guest is told to all who watch it; one that has ended is not watched") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& child = master.spawn({"polite"});
    int told = 0;
    REQUIRE(master.processes().watch(child.id, [&] { ++told; }).ok());
    REQUIRE(master.processes().watch(child.id, [&] { ++told; }).ok());
    CHECK(master.processes().watch(master.processes().self(), [] {}).ok());
    REQUIRE(master.processes().signal(child.id, SIGKILL));
    master.wait(child);
    master.loop.run_turns(3);
    CHECK(told == 2);
    CHECK_FALSE(master.processes().watch(child.id, [] {}).ok());
  }
}

TEST_CASE("A guest starts no processes") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    master.spawn({"spawns"});
    master.wait_for("a server in a shared process starts no processes");
  }
}
