#include "sim/sim_listener.h"

#include <doctest/doctest.h>

#include "sim/two_machines.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

namespace {

using Accepted = std::vector<std::unique_ptr<Stream>>;
using Connected = Result<std::unique_ptr<Stream>>;

std::unique_ptr<Listener> listen(Party& party, const Address& address, Accepted& accepted) {
  auto listener = party.network->listen(
      address, [&](std::unique_ptr<Stream> stream) { accepted.push_back(std::move(stream)); });
  REQUIRE(listener.ok());
  CHECK((*listener)->address().port != 0);
  return std::move(*listener);
}

Connected connect(TwoMachines& world, Party& from, const Address& address) {
  std::optional<Connected> answer;
  const auto connecting = from.network->connect(
      address, Duration(5000), [&](Connected result) { answer.emplace(std::move(result)); });
  CHECK_FALSE(answer.has_value());
  world.run_until([&] { return answer.has_value(); });
  return std::move(*answer);
}

}  // namespace

TEST_CASE("All interfaces means each address of the machine on one port") {
  TwoMachines world;
  Accepted accepted;
  const auto listener = listen(world.here, {"", 0}, accepted);
  const int port = listener->address().port;
  CHECK(listener->address().host == "::");
  for (const char* host : {"127.0.0.1", "::1", "10.0.0.1", "localhost", "0.0.0.0"}) {
    CAPTURE(host);
    accepted.clear();
    CHECK(connect(world, world.here, {host, port}).ok());
    world.run_until([&] { return accepted.size() == 1; });
    const std::string seen = host == std::string("::1")        ? "::1"
                             : host == std::string("10.0.0.1") ? "10.0.0.1"
                                                               : "127.0.0.1";
    CHECK(accepted[0]->peer().host == seen);
  }
  CHECK(connect(world, world.there, {kHere, port}).ok());
  world.run_until([&] { return accepted.size() == 2; });
  CHECK(accepted[1]->peer().host == kThere);
}

TEST_CASE("Who listens on one address is not found by another") {
  TwoMachines world;
  Accepted accepted;
  const auto local = listen(world.here, {"127.0.0.1", 0}, accepted);
  CHECK_FALSE(connect(world, world.there, {kHere, local->address().port}).ok());
  CHECK_FALSE(connect(world, world.here, {kHere, local->address().port}).ok());
  CHECK_FALSE(connect(world, world.there, {"127.0.0.1", local->address().port}).ok());
}

TEST_CASE("A simulated port that is taken is told at once, by its code") {
  TwoMachines world;
  Accepted accepted;
  for (const std::string& host : {std::string("127.0.0.1"), std::string(), kHere}) {
    const auto listener = listen(world.here, {host, 0}, accepted);
    const Address taken{host, listener->address().port};
    const auto second = world.here.network->listen(taken, [](std::unique_ptr<Stream>) {});
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Network::kPortTaken);
    CHECK(second.error().text ==
          "cannot listen on " + to_string(taken) + ": address already in use");
    const auto elsewhere =
        world.there.network->listen({"", taken.port}, [](std::unique_ptr<Stream>) {});
    CHECK(elsewhere.ok());
  }
}

TEST_CASE("A simulated port can be opened again at once after its listener is gone") {
  TwoMachines world;
  Accepted accepted;
  auto listener = listen(world.here, {"127.0.0.1", 0}, accepted);
  const Address address = listener->address();
  const auto client = connect(world, world.here, address);
  world.run_until([&] { return accepted.size() == 1; });
  listener.reset();
  accepted.clear();
  CHECK(listen(world.here, address, accepted)->address() == address);
}

TEST_CASE("Addresses to listen on that make no sense are errors, not crashes") {
  TwoMachines world;
  for (const Address& address : {Address{"127.0.0.1", -1}, Address{"127.0.0.1", 65536},
                                 Address{"no such host.invalid", 80}, Address{kThere, 0}}) {
    CAPTURE(address.host);
    const auto listener = world.here.network->listen(address, [](std::unique_ptr<Stream>) {});
    REQUIRE_FALSE(listener.ok());
    CHECK(listener.error().code != Network::kPortTaken);
  }
}

TEST_CASE("A listener of the simulation may be destroyed by its own call") {
  TwoMachines world;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> accepted;
  auto opened = world.here.network->listen({kHere, 0}, [&](std::unique_ptr<Stream> stream) {
    listener.reset();
    accepted = std::move(stream);
  });
  listener = std::move(*opened);
  const Address address = listener->address();
  const auto client = connect(world, world.there, address);
  CHECK(client.ok());
  world.run_until([&] { return accepted != nullptr; });
  CHECK_FALSE(connect(world, world.there, address).ok());
}

TEST_CASE("Who was not accepted when the port closes is reset") {
  TwoMachines world;
  Accepted accepted;
  auto listener = listen(world.here, {kHere, 0}, accepted);
  world.here.process.freeze();
  auto client = connect(world, world.there, listener->address());
  REQUIRE(client.ok());
  Recorder events;
  (*client)->set_events(events);
  (*client)->write("anybody?");
  world.run_a_while();
  CHECK(events.ends == 0);
  listener.reset();
  world.run_until([&] { return events.ends == 1; });
  world.here.process.thaw();
  world.run_a_while();
  CHECK(accepted.empty());
}

TEST_CASE("A port that closes between question and accept resets who has been promised") {
  TwoMachines world;
  Accepted accepted;
  auto listener = listen(world.here, {kHere, 0}, accepted);
  auto client = connect(world, world.there, listener->address());
  REQUIRE(client.ok());
  CHECK(accepted.empty());
  listener.reset();
  Recorder events;
  (*client)->set_events(events);
  world.run_until([&] { return events.ends == 1; });
}

TEST_CASE("A frozen process accepts when it is thawed, in the order in which they came") {
  TwoMachines world;
  Accepted accepted;
  const auto listener = listen(world.here, {kHere, 0}, accepted);
  world.here.process.freeze();
  std::vector<Connected> clients;
  for (const char* text : {"first", "second", "third"}) {
    clients.push_back(connect(world, world.there, listener->address()));
    (*clients.back())->write(text);
    world.run_a_while();
    CHECK((*clients.back())->queued() == 0);
  }
  CHECK(accepted.empty());
  world.here.process.thaw();
  world.run_until([&] { return accepted.size() == 3; });
  Recorder events[3];
  for (std::size_t i = 0; i < 3; ++i) accepted[i]->set_events(events[i]);
  world.run_until([&] { return !events[2].text.empty(); });
  CHECK(events[0].text == "first");
  CHECK(events[1].text == "second");
  CHECK(events[2].text == "third");
}
