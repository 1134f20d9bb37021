#include "sim/sim_datagrams.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/two_machines.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

namespace {

using Sent = DatagramSocket::Sent;

// A socket that writes down what it receives.
struct Port {
  explicit Port(Party& party, const Address& address = {"", 0}) : party(party) {
    auto opened = party.network->open_datagrams(
        address, [this](const PeerAddress& from, std::span<char> bytes) {
          senders.push_back(from);
          texts.emplace_back(bytes.data(), bytes.size());
        });
    REQUIRE(opened.ok());
    socket = std::move(*opened);
  }
  // As the other machine knows it.
  PeerAddress as_peer() const {
    return *parse_peer({party.process.machine(), socket->address().port});
  }

  Party& party;
  std::vector<PeerAddress> senders;
  std::vector<std::string> texts;
  std::unique_ptr<DatagramSocket> socket;
};

}  // namespace

TEST_CASE("Simulated datagrams arrive whole, with their sender, whatever their size") {
  TwoMachines world;
  Port left(world.here), right(world.there);
  CHECK(left.socket->address().port != 0);
  const std::string largest(kMaxDatagram, 'x');
  for (const std::string& text : {std::string("one"), std::string(), largest, std::string("two")}) {
    CHECK(left.socket->send(right.as_peer(), text) == Sent::sent);
  }
  CHECK(right.texts.empty());
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

TEST_CASE("What a simulated socket cannot send is told at once") {
  TwoMachines world;
  Port local(world.here, {"127.0.0.1", 0}), other(world.there);
  CHECK(local.socket->send(other.as_peer(), "not by loopback") == Sent::dropped);
  CHECK(local.socket->send(*parse_peer({"2001:db8::7", 5}), "no way there") == Sent::dropped);
  Port wide(world.here);
  CHECK(wide.socket->send(other.as_peer(), std::string(kMaxDatagram + 1, 'x')) == Sent::too_long);
  CHECK(wide.socket->send(*parse_peer({"10.9.9.9", 5}), "to nobody") == Sent::sent);
  world.run_a_while();
  CHECK(other.texts.empty());
}

TEST_CASE("All interfaces means IPv4 and IPv6 datagrams on one simulated port") {
  TwoMachines world;
  Port server(world.here), by_v4(world.here, {"127.0.0.1", 0}), by_v6(world.here, {"::1", 0});
  const int port = server.socket->address().port;
  by_v4.socket->send(*parse_peer({"127.0.0.1", port}), "four");
  by_v6.socket->send(*parse_peer({"::1", port}), "six");
  world.run_until([&] { return server.texts.size() == 2; });
  CHECK(to_address(server.senders[0]) == by_v4.socket->address());
  CHECK(to_address(server.senders[1]) == by_v6.socket->address());
  CHECK(server.socket->send(server.senders[0], "back") == Sent::sent);
  world.run_until([&] { return by_v4.texts.size() == 1; });
  CHECK(to_address(by_v4.senders[0]) == Address{"127.0.0.1", port});
}

TEST_CASE("A simulated UDP port that is taken is told by its code; TCP has ports of its own") {
  TwoMachines world;
  Port first(world.here);
  const Address taken = first.socket->address();
  const auto ignore = [](const PeerAddress&, std::span<char>) {};
  const auto second = world.here.network->open_datagrams(taken, ignore);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Network::kPortTaken);
  for (const Address& address :
       {Address{"127.0.0.1", 65536}, Address{"no such host.invalid", 80}, Address{kThere, 0}}) {
    const auto nowhere = world.here.network->open_datagrams(address, ignore);
    REQUIRE_FALSE(nowhere.ok());
    CHECK(nowhere.error().code != Network::kPortTaken);
  }
  CHECK(world.here.network->listen(taken, [](std::unique_ptr<Stream>) {}).ok());
  first.socket.reset();
  CHECK(world.here.network->open_datagrams(taken, ignore).ok());
}

TEST_CASE(
    "A simulated socket may be destroyed by its own call, and hears nothing of what has come") {
  TwoMachines world;
  Port sender(world.there);
  std::unique_ptr<DatagramSocket> socket;
  int calls = 0;
  auto opened = world.here.network->open_datagrams({kHere, 0}, [&](const PeerAddress&, auto) {
    ++calls;
    socket.reset();
  });
  socket = std::move(*opened);
  const PeerAddress to = *parse_peer(socket->address());
  world.here.process.freeze();
  for (int i = 0; i < 8; ++i) sender.socket->send(to, "again");
  world.run_a_while();
  world.here.process.thaw();
  world.run_a_while();
  CHECK(calls == 1);
}

TEST_CASE("A flood that has piled up leaves every turn to others as well") {
  TwoMachines world;
  Port sender(world.there), receiver(world.here);
  world.here.process.freeze();
  for (int i = 0; i < 150; ++i) sender.socket->send(receiver.as_peer(), "flood");
  world.run_a_while();
  CHECK(receiver.texts.empty());
  world.here.process.thaw();
  std::size_t seen = 0;
  world.run_until([&] {
    CHECK(receiver.texts.size() - seen <= 32);
    seen = receiver.texts.size();
    return seen == 150;
  });
}

TEST_CASE("What nobody receives is kept up to a bound") {
  TwoMachines world;
  Port sender(world.there), receiver(world.here);
  world.here.process.freeze();
  const std::string large(60'000, 'x');
  for (int i = 0; i < 100; ++i) sender.socket->send(receiver.as_peer(), large);
  world.run_a_while();
  world.here.process.thaw();
  world.run_a_while();
  CHECK(receiver.texts.size() == 4 * 1024 * 1024 / large.size());
}

TEST_CASE("Some datagrams are lost, and with jitter some overtake others") {
  TwoMachines world;
  Path path;
  path.loss = 0.5;
  path.jitter = Instant(1'000);
  world.wires.set_path(kHere, kThere, path);
  Port sender(world.here), receiver(world.there);
  std::vector<std::string> sent;
  for (int i = 0; i < 1000; ++i) {
    sent.push_back(std::to_string(1000 + i));
    sender.socket->send(receiver.as_peer(), sent.back());
  }
  world.run_a_while();
  CHECK(receiver.texts.size() > 350);
  CHECK(receiver.texts.size() < 650);
  CHECK_FALSE(std::is_sorted(receiver.texts.begin(), receiver.texts.end()));
  receiver.socket->send(sender.as_peer(), "the way back is as it was");
  world.run_until([&] { return sender.texts.size() == 1; });
}

TEST_CASE("Datagrams on a cut path are lost, also those on their way") {
  TwoMachines world;
  Port sender(world.here), receiver(world.there);
  sender.socket->send(receiver.as_peer(), "on its way");
  world.wires.cut(kHere, "*");
  sender.socket->send(receiver.as_peer(), "too late");
  world.run_a_while();
  receiver.socket->send(sender.as_peer(), "one way only");
  world.run_until([&] { return sender.texts.size() == 1; });
  world.wires.mend(kHere, "*");
  world.run_a_while();
  CHECK(receiver.texts.empty());
  sender.socket->send(receiver.as_peer(), "again");
  world.run_until([&] { return receiver.texts.size() == 1; });
}

TEST_CASE("A socket of a process that has ended does nothing, and its port is free") {
  TwoMachines world;
  Port sender(world.here), receiver(world.there);
  const Address address = sender.socket->address();
  receiver.socket->send(sender.as_peer(), "never");
  world.here.kill();
  CHECK(sender.socket->send(receiver.as_peer(), "from the dead") == Sent::dropped);
  world.run_a_while();
  CHECK(sender.texts.empty());
  CHECK(receiver.texts.empty());
  const auto ignore = [](const PeerAddress&, std::span<char>) {};
  CHECK_FALSE(world.here.network->open_datagrams(address, ignore).ok());
  Party next(world.schedule, world.wires, kHere, 3);
  CHECK(next.network->open_datagrams(address, ignore).ok());
}
