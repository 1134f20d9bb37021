#include "testing/places.h"

#include <doctest/doctest.h>

#include "sim/world.h"

namespace shaddock::testing {
namespace {

TEST_CASE("an address of the configuration leads to the machine that opened the port") {
  Places places;
  places.add("10.0.0.1", {"127.0.0.1", "chat.example"});
  places.add("10.0.0.2", {"127.0.0.1"});
  const net::Address first{"127.0.0.1", 6050}, second{"127.0.0.1", 6051};
  CHECK(places.find(first) == first);

  places.opened("10.0.0.1", 6050);
  places.opened("10.0.0.2", 6051);
  CHECK(places.find(first) == net::Address{"10.0.0.1", 6050});
  CHECK(places.find({"chat.example", 6050}) == net::Address{"10.0.0.1", 6050});
  CHECK(places.find(second) == net::Address{"10.0.0.2", 6051});
  CHECK(places.find({"other", 6050}) == net::Address{"other", 6050});
}

TEST_CASE("two machines are both 127.0.0.1, and reach each other by it") {
  sim::World world;
  Places places;
  net::Host& server = world.host(world.start("10.0.0.1", {"server", {}, {}, false}, {}));
  net::Host& client = world.host(world.start("10.0.0.2", {"client", {}, {}, false}, {}));
  places.add("10.0.0.1", {"127.0.0.1"});
  PlacedNetwork here(server.network, places, "10.0.0.1");
  PlacedNetwork there(client.network, places, "10.0.0.2");

  std::unique_ptr<net::Stream> accepted, connected;
  const auto listener = here.listen(
      {"127.0.0.1", 0}, [&](std::unique_ptr<net::Stream> stream) { accepted = std::move(stream); });
  REQUIRE(listener.ok());
  const net::Address address{"127.0.0.1", (*listener)->address().port};
  const auto connecting = there.connect(address, net::Duration(1000), [&](auto stream) {
    if (stream) connected = std::move(*stream);
  });
  CHECK(world.run_until([&] { return accepted && connected; }, net::Duration(1000)));
  CHECK(accepted->peer().host == "10.0.0.2");

  auto datagrams = here.open_datagrams({"127.0.0.1", 5000}, [](const auto&, auto) {});
  CHECK(datagrams.ok());
}

}  // namespace
}  // namespace shaddock::testing
