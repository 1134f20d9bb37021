#include "net/shared_process.h"

#include <doctest/doctest.h>

#include "net/shared_master.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

constexpr Isolation kBoth[] = {Isolation::none, Isolation::thread};

}  // namespace

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

TEST_CASE("Isolation is set by one of three words") {
  CHECK(parse_isolation("process") == Isolation::process);
  CHECK(parse_isolation("thread") == Isolation::thread);
  CHECK(parse_isolation("none") == Isolation::none);
  CHECK_FALSE(parse_isolation("").has_value());
  CHECK_FALSE(parse_isolation("Thread").has_value());
}
