#include "net/shared_process.h"

#include <doctest/doctest.h>

#include <optional>

#include "net/loopback.h"
#include "net/small_program.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// The master's side of a shared process; its ports are chosen by the system.
struct Master {
  explicit Master(Isolation isolation)
      : shared(loop.host(), isolation, SmallProgram::main(world), LocalNetwork::Ports::chosen) {}

  struct Child {
    ProcessId id;
    std::optional<Exit> exit;
    int exits = 0;
  };
  Child& spawn(std::vector<std::string> words) {
    Child& child = *children.emplace_back(std::make_unique<Child>());
    const auto id = processes().spawn({"program", std::move(words), ""}, [&child](Exit exit) {
      child.exit = exit;
      ++child.exits;
    });
    REQUIRE(id.ok());
    child.id = *id;
    return child;
  }
  Exit wait(Child& child) {
    loop.run_until([&] { return child.exit.has_value(); });
    return *child.exit;
  }
  void wait_for(const std::string& note, int count = 1) {
    loop.run_until([&] { return notes().count(note) >= count; });
  }
  Processes& processes() { return shared.host().processes; }
  Notes& notes() { return world.notes; }

  SmallProgram::World world;
  std::vector<std::unique_ptr<Child>> children;
  Loopback loop;
  SharedProcess shared;
};

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

TEST_CASE("A guest starts no processes") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    master.spawn({"spawns"});
    master.wait_for("a server in a shared process starts no processes");
  }
}

TEST_CASE("Guests reach each other without a socket, and a killed one as little as a process") {
  for (const Isolation isolation : kBoth) {
    Master master(isolation);
    auto& server = master.spawn({"listens"});
    master.wait_for("listens");
    CHECK(master.shared.network().real_address(SmallProgram::kServed) != SmallProgram::kServed);
    master.spawn({"asks"});
    master.wait_for("heard echo");
    CHECK(master.notes().count("heard the end") == 0);
    master.processes().signal(server.id, SIGKILL);
    master.wait_for("heard the end");
    master.wait(server);
    master.spawn({"asks"});
    master.wait_for("refused");
    // By then the port is free again.
    master.spawn({"listens"});
    master.wait_for("listens", 2);
  }
}

TEST_CASE("A thread that does not turn any more is given up a second after SIGKILL") {
  Master master(Isolation::thread);
  std::unique_lock hold(master.world.hold);
  auto& child = master.spawn({"hangs"});
  master.wait_for("hangs");
  master.processes().signal(child.id, SIGKILL);
  CHECK(master.wait(child).signal == SIGKILL);
  CHECK(master.shared.stuck() == 1);
  CHECK_FALSE(master.processes().alive(child.id));
  CHECK(master.notes().count("destroyed") == 0);
  SUBCASE("and may still come back") {
    hold.unlock();
    master.loop.run_until([&] { return master.shared.stuck() == 0; });
    CHECK(master.notes().count("destroyed") == 1);
    CHECK(child.exits == 1);
    CHECK(master.shared.kill_all() == 0);
  }
  SUBCASE("and is left behind at the end, which says so") {
    CHECK(master.shared.kill_all() == 1);
    hold.unlock();
    master.loop.run_until([&] { return master.notes().count("destroyed") == 1; });
  }
}

TEST_CASE("All guests are killed with their process, without a word") {
  for (const Isolation isolation : kBoth) {
    Master::Child seen;
    SmallProgram::World world;
    {
      Loopback loop;
      SharedProcess shared(loop.host(), isolation, SmallProgram::main(world),
                           LocalNetwork::Ports::chosen);
      for (const char* word : {"listens", "asks", "polite"})
        CHECK(shared.host().processes.spawn({"", {word}, ""}, [&](Exit) { ++seen.exits; }).ok());
      loop.run_until([&] { return world.notes.count("begun") == 3; });
    }
    CHECK(world.notes.count("destroyed") == 3);
    CHECK(world.notes.count("destroyed elsewhere") == 0);
    CHECK(seen.exits == 0);
  }
}

TEST_CASE("With isolation process the host is the real one") {
  Loopback loop;
  SmallProgram::World world;
  SharedProcess shared(loop.host(), Isolation::process, SmallProgram::main(world));
  CHECK(&shared.host().processes == &loop.host().processes);
  CHECK(&shared.host().network == &loop.host().network);
  CHECK(shared.kill_all() == 0);
}
