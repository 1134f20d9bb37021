#include "net/uv_datagrams.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/descriptor.h"
#include "net/loopback.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

using Sent = DatagramSocket::Sent;

// A socket that writes down what it receives.
struct Port {
  explicit Port(Loopback& world, const Address& address = {"127.0.0.1", 0}) {
    auto opened = world.host().network.open_datagrams(
        address, [this](const PeerAddress& from, std::span<char> bytes) {
          senders.push_back(from);
          texts.emplace_back(bytes.data(), bytes.size());
        });
    REQUIRE(opened.ok());
    socket = std::move(*opened);
  }
  PeerAddress as_peer() const { return *parse_peer(socket->address()); }

  std::vector<PeerAddress> senders;
  std::vector<std::string> texts;
  std::unique_ptr<DatagramSocket> socket;
};

}  // namespace

TEST_CASE("Datagrams arrive whole, with their sender, whatever their size") {
  Loopback world;
  Port left(world), right(world);
  CHECK(left.socket->address().port != 0);
  const std::string largest(kMaxDatagram, 'x');
  for (const std::string& text : {std::string("one"), std::string(), largest, std::string("two")}) {
    CHECK(left.socket->send(right.as_peer(), text) == Sent::sent);
  }
  world.run_until([&] { return right.texts.size() == 4; });
  CHECK(right.texts[0] == "one");
  CHECK(right.texts[1].empty());
  CHECK(right.texts[2] == largest);
  CHECK(right.texts[3] == "two");
  for (const PeerAddress& sender : right.senders) CHECK(sender == left.as_peer());
  CHECK(right.socket->send(right.senders[0], "back") == Sent::sent);
  world.run_until([&] { return left.texts.size() == 1; });
  CHECK(left.texts[0] == "back");
}

TEST_CASE("What cannot be sent is told at once") {
  Loopback world;
  Port port(world), other(world);
  CHECK(port.socket->send(other.as_peer(), std::string(kMaxDatagram + 1, 'x')) == Sent::too_long);
  CHECK(port.socket->send(*parse_peer({"2001:db8::7", 5}), "no way there") == Sent::dropped);
  world.run_turns(3);
  CHECK(other.texts.empty());
}

TEST_CASE("A peer that is gone harms nobody") {
  Loopback world;
  Port port(world), alive(world);
  PeerAddress gone;
  {
    Port leaving(world);
    gone = leaving.as_peer();
  }
  world.run_turns(3);
  for (int i = 0; i < 3; ++i) {
    port.socket->send(gone, "is anybody there?");
    world.run_turns(3);
  }
  CHECK(port.socket->send(alive.as_peer(), "still here") == Sent::sent);
  world.run_until([&] { return alive.texts.size() == 1; });
}

TEST_CASE("All interfaces means IPv4 and IPv6 datagrams on one port") {
  Loopback world;
  Port server(world, {"", 0}), by_v4(world);
  const int port = server.socket->address().port;
  by_v4.socket->send(*parse_peer({"127.0.0.1", port}), "four");
  world.run_until([&] { return server.texts.size() == 1; });
  CHECK(server.senders[0] == by_v4.as_peer());
  CHECK(server.socket->send(server.senders[0], "back") == Sent::sent);
  world.run_until([&] { return by_v4.texts.size() == 1; });
  if (server.socket->address().host != "::") return;  // this machine has no IPv6
  Port by_v6(world, {"::1", 0});
  by_v6.socket->send(*parse_peer({"::1", port}), "six");
  world.run_until([&] { return server.texts.size() == 2; });
  CHECK(to_address(server.senders[1]).host == "::1");
}

TEST_CASE("A UDP port that is taken is told by its code; the TCP port of that number is another") {
  Loopback world;
  Port first(world);
  const Address taken = first.socket->address();
  auto second =
      world.host().network.open_datagrams(taken, [](const PeerAddress&, std::span<char>) {});
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Network::kPortTaken);
  CHECK(second.error().text.find(to_string(taken)) != std::string::npos);
  for (const Address& address :
       {Address{"127.0.0.1", 65536}, Address{"no such host.invalid", 80}}) {
    auto nowhere =
        world.host().network.open_datagrams(address, [](const PeerAddress&, std::span<char>) {});
    REQUIRE_FALSE(nowhere.ok());
    CHECK(nowhere.error().code != Network::kPortTaken);
  }
  CHECK(world.host().network.listen(taken, [](std::unique_ptr<Stream>) {}).ok());
}

TEST_CASE("A socket may be destroyed by its own call, and hears nothing of what has come already") {
  Loopback world;
  Port sender(world);
  std::unique_ptr<DatagramSocket> socket;
  int calls = 0;
  auto opened =
      world.host().network.open_datagrams({"127.0.0.1", 0}, [&](const PeerAddress&, auto) {
        ++calls;
        socket.reset();
      });
  socket = std::move(*opened);
  const PeerAddress to = *parse_peer(socket->address());
  for (int i = 0; i < 8; ++i) sender.socket->send(to, "again");
  world.run_until([&] { return calls != 0; });
  world.run_turns(5);
  CHECK(calls == 1);
}

TEST_CASE("A flood on one socket leaves every turn to others as well") {
  Loopback world;
  int flood = 0, most_at_once = 0, since_turn = 0;
  std::unique_ptr<DatagramSocket> socket;
  auto opened = world.host().network.open_datagrams(
      {"127.0.0.1", 0}, [&](const PeerAddress&, std::span<char>) {
        ++flood;
        most_at_once = std::max(most_at_once, ++since_turn);
      });
  socket = std::move(*opened);
  // What is posted runs in every turn: it counts what came between two of its calls.
  Function<void()> each_turn;
  each_turn = [&] {
    since_turn = 0;
    world.loop().post([&] { each_turn(); });
  };
  Port sender(world);
  for (int i = 0; i < 150; ++i) sender.socket->send(*parse_peer(socket->address()), "flood");
  world.loop().post([&] { each_turn(); });
  world.run_until([&] { return flood == 150; });
  each_turn = [] {};
  CHECK(most_at_once <= 64);
}
