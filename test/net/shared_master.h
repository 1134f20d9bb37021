#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/loopback.h"
#include "net/shared_process.h"
#include "net/small_program.h"

namespace shaddock::net {

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

}  // namespace shaddock::net
