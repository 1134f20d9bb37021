#include "net/guest_processes.h"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "net/loopback.h"

using namespace shaddock;
using namespace shaddock::net;

TEST_CASE("To a guest the real process is its own, without lifeline and real signals") {
  Loopback world;
  Processes& real = world.host().processes;
  GuestProcesses guest(real, false);
  CHECK(guest.self() == real.self());
  CHECK(guest.alive(real.self()));
  CHECK(guest.signal(real.self(), 0));
  CHECK_FALSE(guest.alive({real.self().pid, 1}));
  CHECK(guest.watch(real.self(), [] {}).ok());
  CHECK_FALSE(guest.watch({real.self().pid, 1}, [] {}).ok());
  CHECK(guest.program() == real.program());
  CHECK(guest.usage().resident_bytes > 0);
  CHECK_FALSE(guest.watch_lifeline([] {}));
}

TEST_CASE("A signal reaches all who registered for it, in order, and nobody else") {
  Loopback world;
  GuestProcesses guest(world.host().processes, false);
  CHECK_FALSE(guest.deliver(SIGTERM));
  std::string order;
  guest.on_signal(SIGTERM, [&] { order += "a"; });
  guest.on_signal(SIGINT, [&] { order += "i"; });
  guest.on_signal(SIGTERM, [&] { order += "b"; });
  CHECK(guest.deliver(SIGTERM));
  CHECK(order == "ab");
  CHECK(guest.deliver(SIGTERM));
  CHECK(order == "abab");
  CHECK_FALSE(guest.deliver(SIGHUP));
}

TEST_CASE("Who registers from inside a signal is called by the next one") {
  Loopback world;
  GuestProcesses guest(world.host().processes, false);
  int calls = 0;
  guest.on_signal(SIGTERM, [&] { guest.on_signal(SIGTERM, [&] { ++calls; }); });
  guest.deliver(SIGTERM);
  CHECK(calls == 0);
  guest.deliver(SIGTERM);
  CHECK(calls == 1);
}
