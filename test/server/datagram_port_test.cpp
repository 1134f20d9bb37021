#include "server/datagram_port.h"

#include "server/datagram_stream.h"
#include "server/datagram_world.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace shaddock::server::datagrams;
using protocol::PackageType;

TEST_CASE("A stranger is asked for a token; with it he is let in, his handshake first") {
  DatagramWorld world;
  const auto peer = world.peer();
  world.say(*peer, kHello);
  REQUIRE(peer->heard.size() == 1);
  CHECK(peer->heard[0].size() <= kHello.size());
  CHECK(world.house.accepted == 0);
  CHECK(world.house.port->peers() == 0);
  const std::string hello = hello_with(token_in(peer->heard[0]));
  world.say(*peer, hello);
  REQUIRE(world.house.visitors.size() == 1);
  const Visitor& visitor = *world.house.visitors[0];
  CHECK(visitor.heard == std::vector<std::string>{hello});
  CHECK(visitor.stream->peer() == peer->socket->address());
  CHECK(world.house.port->peers() == 1);
  CHECK(world.counted(Count::unproven_datagrams) == 1);
  CHECK(world.counted(Count::dropped_datagrams) == 0);
}

TEST_CASE("A wrong token, one of another address or another port opens nothing") {
  DatagramWorld world;
  const auto peer = world.peer({"10.0.0.1", 5000}), other_host = world.peer({"10.0.0.2", 5000}),
             other_port = world.peer({"10.0.0.1", 5001});
  DatagramHouse second(world.world.host());
  DatagramPeer at_second(world.world.network(), {"10.0.0.3", 1}, second.port->address());
  const std::string good = world.token_for(*peer);
  world.say(at_second, kHello);
  const std::string of_second = token_in(at_second.heard.back());
  std::string wrong = good;
  wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
  for (const std::string& token : {wrong, of_second, std::string(), std::string(22, 'A')}) {
    world.say(*peer, hello_with(token));
  }
  world.say(*other_host, hello_with(good));
  world.say(*other_port, hello_with(good));
  CHECK(world.house.accepted == 0);
  CHECK(world.counted(Count::unproven_datagrams) == 1 + 4 + 2);
  world.say(*peer, hello_with(good));
  CHECK(world.house.accepted == 1);
}

TEST_CASE("The token counts only where it belongs") {
  DatagramWorld world;
  const auto peer = world.peer();
  const std::string token = world.token_for(*peer);
  for (const std::string body :
       {R"({"token":"TOKEN","sys":{"type":"a"}})", R"({"sys":{},"user":{"token":"TOKEN"}})",
        R"({"sys":{"token":["TOKEN"]}})", R"({"sys":["token","TOKEN"]})", R"("token":"TOKEN")",
        R"({"sys":{"token":"TOKEN"})"}) {
    std::string shown = body;
    shown.replace(shown.find("TOKEN"), 5, token);
    CAPTURE(shown);
    world.say(*peer, handshake_of(shown));
    CHECK(world.house.accepted == 0);
  }
  world.say(*peer, handshake_of(R"({"sys":{"token":")" + token + R"("}})"));
  CHECK(world.house.accepted == 1);
}

TEST_CASE("An expired token is answered with a new one") {
  DatagramWorld world;
  const auto peer = world.peer();
  const std::string token = world.token_for(*peer);
  world.world.loop().stall(2 * DatagramToken::kWindow);
  world.say(*peer, hello_with(token));
  CHECK(world.house.accepted == 0);
  REQUIRE(peer->heard.size() == 1);
  const std::string fresh = token_in(peer->heard[0]);
  CHECK(fresh != token);
  world.say(*peer, hello_with(fresh));
  CHECK(world.house.accepted == 1);
}

TEST_CASE("Nobody is answered with more than he sent") {
  DatagramWorld world;
  const auto peer = world.peer();
  world.say(*peer, kHello);
  const std::size_t challenge = peer->heard.at(0).size();
  CHECK(challenge == 57);
  const std::string small = R"({"sys":{}})";
  const auto padded = [&](std::size_t size) {
    return handshake_of(small + std::string(size - 4 - small.size(), ' '));
  };
  peer->heard.clear();
  world.say(*peer, handshake_of(small));
  world.say(*peer, padded(challenge - 1));
  CHECK(peer->heard.empty());
  world.say(*peer, padded(challenge));
  CHECK(peer->heard.size() == 1);
  CHECK(world.counted(Count::unproven_datagrams) == 4);
}

TEST_CASE("Ten thousand forged addresses leave no state and draw no more bytes than they sent") {
  DatagramWorld world;
  std::vector<std::unique_ptr<DatagramPeer>> peers;
  std::size_t said = 0, heard = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string host = "10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    peers.push_back(world.peer({host, 1000}));
    const std::string datagram =
        i % 2 == 0 ? kHello : hello_with("0123456789012345678901").substr(0, 4 + i % 90);
    peers.back()->say(datagram);
    said += datagram.size();
  }
  world.settle();
  for (const auto& peer : peers) heard += peer->bytes_heard();
  CHECK(heard > 0);
  CHECK(heard <= said);
  CHECK(world.house.accepted == 0);
  CHECK(world.house.port->peers() == 0);
  CHECK(world.counted(Count::unproven_datagrams) + world.counted(Count::dropped_datagrams) ==
        10'000);
}

TEST_CASE("Of a stranger only a whole handshake is looked at") {
  DatagramWorld world;
  const auto peer = world.peer();
  const std::string hello = hello_with(world.token_for(*peer));
  const std::string heartbeat(protocol::kHeartbeatPackage);
  const std::vector<std::string> bad = {"",
                                        hello.substr(0, 1),
                                        hello.substr(0, 4),
                                        hello.substr(0, hello.size() - 1),
                                        hello + "x",
                                        hello + hello,
                                        hello + kAck,
                                        kAck,
                                        heartbeat,
                                        data_of("hello?"),
                                        package_of(PackageType::kick),
                                        std::string("\x06\0\0\0", 4),
                                        std::string("\0\0\0\0", 4),
                                        std::string(net::kMaxDatagram, '\1')};
  for (const std::string& datagram : bad) world.say(*peer, datagram);
  CHECK(peer->heard.empty());
  CHECK(world.house.accepted == 0);
  CHECK(world.counted(Count::dropped_datagrams) == bad.size());
}

TEST_CASE("The limit of a handshake goes before everything else") {
  DatagramWorld world({.prove_address = true, .handshake_bytes = 200});
  const auto peer = world.peer();
  const std::string body = R"({"sys":{"token":")" + world.token_for(*peer) + R"("}})";
  const auto padded = [&](std::size_t size) {
    return handshake_of(body + std::string(size - body.size(), ' '));
  };
  world.say(*peer, padded(201));
  CHECK(world.counted(Count::too_long) == 1);
  CHECK(peer->heard.empty());
  world.say(*peer, padded(200));
  CHECK(world.house.accepted == 1);
  DatagramWorld unlimited({.prove_address = false, .handshake_bytes = 0});
  unlimited.say(*unlimited.peer(), handshake_of(std::string(60'000, ' ')));
  CHECK(unlimited.house.accepted == 1);
}

TEST_CASE("Who is refused by the owner leaves nothing behind and may come again") {
  DatagramWorld world;
  const auto peer = world.peer();
  const std::string hello = hello_with(world.token_for(*peer));
  world.house.refuses = true;
  for (int i = 0; i < 3; ++i) world.say(*peer, hello);
  CHECK(world.house.accepted == 3);
  CHECK(world.house.port->peers() == 0);
  world.house.refuses = false;
  world.say(*peer, hello);
  CHECK(world.house.visitors.size() == 1);
}

TEST_CASE("Two peers on one port do not hear each other") {
  DatagramWorld world;
  const auto left = world.peer({"10.0.0.1", 5000}), right = world.peer({"10.0.0.1", 5001});
  Visitor& of_left = world.enter(*left);
  Visitor& of_right = world.enter(*right);
  world.say(*left, data_of("from left"));
  world.say(*right, data_of("from right"));
  CHECK(of_left.heard == std::vector{data_of("from left")});
  CHECK(of_right.heard == std::vector{data_of("from right")});
  of_left.stream->write(data_of("to left"));
  of_right.stream->write(data_of("to right"));
  world.settle();
  CHECK(left->heard == std::vector{data_of("to left")});
  CHECK(right->heard == std::vector{data_of("to right")});
  of_left.close();
  world.settle();
  CHECK(of_left.ends == 1);
  world.say(*right, data_of("still here"));
  CHECK(of_right.heard.size() == 2);
  CHECK(of_right.ends == 0);
}

TEST_CASE("Without proof a stranger is let in at once") {
  DatagramWorld world({.prove_address = false});
  const auto peer = world.peer();
  world.say(*peer, handshake_of("{}"));
  REQUIRE(world.house.visitors.size() == 1);
  CHECK(world.house.visitors[0]->heard == std::vector{handshake_of("{}")});
  CHECK(world.counted(Count::unproven_datagrams) == 0);
}

TEST_CASE("A port that closes ends its streams on a later turn, and what they write goes nowhere") {
  DatagramWorld world;
  const auto left = world.peer({"10.0.0.1", 1}), right = world.peer({"10.0.0.2", 1}),
             closing = world.peer({"10.0.0.3", 1});
  Visitor& of_left = world.enter(*left);
  Visitor& of_right = world.enter(*right);
  Visitor& of_closing = world.enter(*closing);
  of_left.stream->write(data_of("too late"));
  of_closing.close();
  world.house.port.reset();
  CHECK(of_left.ends + of_right.ends + of_closing.ends == 0);
  of_right.stream->write(data_of("much too late"));
  world.settle();
  for (Visitor* visitor : {&of_left, &of_right, &of_closing}) CHECK(visitor->ends == 1);
  of_right.stream->write(data_of("never"));
  of_left.close();
  world.settle();
  CHECK(left->heard.empty());
  CHECK(right->heard.empty());
  CHECK(of_left.ends == 1);
}

TEST_CASE("Streams and their port may go in any order, with things still to do") {
  for (const bool port_first : {true, false}) {
    DatagramWorld world;
    const auto peer = world.peer();
    Visitor& visitor = world.enter(*peer);
    visitor.stream->write(data_of("never sent"));
    if (port_first) world.house.port.reset();
    world.house.visitors.clear();
    world.house.port.reset();
    world.settle();
    CHECK(peer->heard.empty());
  }
}

TEST_CASE("A port may be destroyed while a stream of it is called") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  visitor.when_heard = [&](Visitor&) { world.house.port.reset(); };
  peer->say(data_of("one"));
  peer->say(data_of("two"));
  world.settle();
  CHECK(visitor.heard.size() == 1);
  CHECK(visitor.ends == 1);
}

TEST_CASE("A port that is taken is told as by any listener") {
  DatagramWorld world;
  Counters counters;
  const auto second = DatagramPort::open(world.world.host(), world.house.port->address(), {},
                                         counters, [](std::unique_ptr<net::Stream>) {});
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == net::Network::kPortTaken);
}
