#include "server/datagram_stream.h"

#include "server/datagram_world.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace shaddock::server::datagrams;
using protocol::PackageType;

TEST_CASE("Each package that is written leaves as one datagram, in order, at the end of the turn") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  const auto large = std::make_shared<const std::string>(data_of(std::string(5000, 'x')));
  const std::string head = data_of("split").substr(0, 2), tail = data_of("split").substr(2);
  visitor.stream->write(data_of("one") + data_of(""));
  visitor.stream->write(large);
  visitor.stream->write(head);
  visitor.stream->write(tail);
  CHECK(visitor.stream->queued() != 0);
  CHECK(peer->heard.empty());
  world.settle();
  CHECK(visitor.stream->queued() == 0);
  CHECK(peer->heard == std::vector{data_of("one"), data_of(""), *large, data_of("split")});
}

TEST_CASE("A package in several segments of the queue is sent as one datagram") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  const std::string package = data_of(std::string(9000, 'y'));
  for (const std::size_t cut : {1u, 3u, 4u, 5u, 2000u, 7000u}) {
    CAPTURE(cut);
    peer->heard.clear();
    const auto first = std::make_shared<const std::string>(package.substr(0, cut));
    const auto second = std::make_shared<const std::string>(package.substr(cut) + data_of("next"));
    visitor.stream->write(first);
    visitor.stream->write(second);
    visitor.stream->write(data_of("last"));
    world.settle();
    CHECK(peer->heard == std::vector{package, data_of("next"), data_of("last")});
  }
}

TEST_CASE("A package that is written over two turns leaves when it is whole") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  const std::string package = data_of("a slow one");
  for (const std::size_t cut : {2u, 4u, 9u}) {
    visitor.stream->write(std::string_view(package).substr(0, cut));
    world.settle();
    CHECK(peer->heard.empty());
    visitor.stream->write(package.substr(cut));
    world.settle();
    CHECK(peer->heard == std::vector{package});
    peer->heard.clear();
  }
}

TEST_CASE("The longest datagram goes out; one byte more ends the stream") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  const std::string longest = data_of(std::string(net::kMaxDatagram - 4, 'x'));
  visitor.stream->write(longest);
  world.settle();
  CHECK(peer->heard == std::vector{longest});
  CHECK(visitor.ends == 0);
  peer->heard.clear();
  visitor.stream->write(data_of("before"));
  visitor.stream->write(data_of(std::string(net::kMaxDatagram - 3, 'x')));
  visitor.stream->write(std::make_shared<const std::string>(data_of(std::string(2000, 'x'))));
  world.settle();
  CHECK(visitor.stream->queued() == 0);
  CHECK(peer->heard == std::vector{data_of("before")});
  CHECK(visitor.ends == 1);
  CHECK(world.house.port->peers() == 0);
  CHECK(world.counted(Count::unsent_datagrams) == 1);
}

TEST_CASE("What the system has no room for is lost and counted, and the stream goes on") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  world.world.network().datagrams.full = true;
  visitor.stream->write(data_of("lost") + data_of("lost, too"));
  world.settle();
  world.world.network().datagrams.full = false;
  CHECK(visitor.stream->queued() == 0);
  CHECK(world.counted(Count::unsent_datagrams) == 2);
  visitor.stream->write(data_of("here"));
  world.settle();
  CHECK(peer->heard == std::vector{data_of("here")});
  CHECK(visitor.ends == 0);
}

TEST_CASE("What a peer sends is given package by package; anything else is dropped") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  const std::string one = data_of("one"),
                    largest = data_of(std::string(net::kMaxDatagram - 4, 'x'));
  for (const std::string& bad :
       {std::string(), one + one, one + "x", one.substr(0, 3), one.substr(0, one.size() - 1),
        std::string("\x07\0\0\0", 4), std::string("GET / HTTP/1.1")}) {
    world.say(*peer, bad);
  }
  CHECK(visitor.heard.empty());
  CHECK(world.counted(Count::dropped_datagrams) == 7);
  world.say(*peer, one);
  world.say(*peer, largest);
  CHECK(visitor.heard == std::vector{one, largest});
  CHECK(visitor.ends == 0);
}

TEST_CASE("A handshake whose answer was lost gets it again, until the peer says something else") {
  DatagramWorld world;
  const auto peer = world.peer();
  const std::string hello = hello_with(world.token_for(*peer));
  world.say(*peer, hello);
  Visitor& visitor = *world.house.visitors.at(0);
  world.say(*peer, hello);  // there is no answer yet
  CHECK(peer->heard.empty());
  visitor.stream->write(kWelcome);
  world.settle();
  CHECK(peer->heard.size() == 1);
  for (int i = 0; i < 2; ++i) world.say(*peer, hello);
  CHECK(peer->heard == std::vector{kWelcome, kWelcome, kWelcome});
  CHECK(visitor.heard == std::vector{hello});
  world.say(*peer, kAck);
  world.say(*peer, hello);
  CHECK(peer->heard.size() == 3);
  CHECK(visitor.heard == std::vector{hello, kAck});
  CHECK(world.counted(Count::dropped_datagrams) == 1);
}

TEST_CASE("An answer that the system refused is repeated as well") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.join(*peer);
  world.world.network().datagrams.full = true;
  visitor.stream->write(kWelcome);
  world.settle();
  world.world.network().datagrams.full = false;
  CHECK(peer->heard.empty());
  world.say(*peer, visitor.heard[0]);
  CHECK(peer->heard == std::vector{kWelcome});
}

TEST_CASE("Nobody who does not know the token calls up answers in another one's name") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.join(*peer);
  visitor.stream->write(kWelcome);
  world.settle();
  peer->heard.clear();
  world.say(*peer, kHello);
  world.say(*peer, hello_with(std::string(22, 'A')));
  CHECK(peer->heard.empty());
  CHECK(world.counted(Count::dropped_datagrams) == 2);
}

TEST_CASE("Before its ack an unproven peer is sent three times its own bytes at most") {
  DatagramWorld world({.prove_address = false});
  const auto peer = world.peer();
  const std::string hello = handshake_of(std::string(96, ' '));  // 100 bytes
  world.say(*peer, hello);
  Visitor& visitor = *world.house.visitors.at(0);
  const std::string answer = handshake_of(std::string(146, ' '));  // 150
  visitor.stream->write(answer);
  visitor.stream->write(answer);
  visitor.stream->write(data_of(""));
  world.settle();
  CHECK(peer->heard == std::vector{answer, answer});
  CHECK(world.counted(Count::unsent_datagrams) == 1);
  world.say(*peer, hello);  // 300 more
  CHECK(peer->bytes_heard() == 450);
  world.say(*peer, kAck);
  visitor.stream->write(data_of(std::string(1000, 'x')));
  world.settle();
  CHECK(peer->bytes_heard() == 450 + 1004);
}

TEST_CASE("An answer of more than three times the handshake arrives once enough has come") {
  DatagramWorld world({.prove_address = false});
  const auto peer = world.peer();
  const std::string hello = handshake_of(std::string(96, ' '));
  const std::string answer = handshake_of(std::string(800, ' '));
  world.say(*peer, hello);
  world.house.visitors.at(0)->stream->write(answer);
  world.settle();
  world.say(*peer, hello);
  CHECK(peer->heard.empty());
  world.say(*peer, hello);
  CHECK(peer->heard == std::vector{answer});
}

TEST_CASE("Closing sends what is queued, forgets the peer, and tells the end once") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  visitor.stream->write(data_of("goodbye"));
  visitor.close();
  visitor.close();
  CHECK(visitor.ends == 0);
  world.settle();
  CHECK(peer->heard == std::vector{data_of("goodbye")});
  CHECK(visitor.ends == 1);
  CHECK(world.house.port->peers() == 0);
  world.say(*peer, data_of("anybody there?"));
  CHECK(visitor.heard.empty());
  visitor.stream->write(data_of("nobody"));
  visitor.close();
  world.settle();
  CHECK(peer->heard.size() == 1);
  CHECK(visitor.ends == 1);
}

TEST_CASE("Who left may come back from the same address while the old stream is still held") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& old = world.enter(*peer);
  old.close();
  world.settle();
  Visitor& back = world.enter(*peer);
  CHECK(&back != &old);
  world.house.visitors.erase(world.house.visitors.begin());
  world.say(*peer, data_of("it is me"));
  CHECK(back.heard == std::vector{data_of("it is me")});
}

TEST_CASE("A stream may be destroyed in its own call") {
  DatagramWorld world;
  const auto peer = world.peer();
  Visitor& visitor = world.enter(*peer);
  visitor.when_heard = [](Visitor& self) {
    self.stream->write(data_of("never"));
    self.stream.reset();
  };
  peer->say(data_of("one"));
  peer->say(data_of("two"));
  world.settle();
  CHECK(visitor.heard.size() == 1);
  CHECK(visitor.ends == 0);
  CHECK(peer->heard.empty());
  CHECK(world.house.port->peers() == 0);
}

TEST_CASE("A stream may be destroyed in the call of another one, in the same turn") {
  DatagramWorld world;
  const auto left = world.peer({"10.0.0.1", 1}), right = world.peer({"10.0.0.2", 1});
  Visitor& of_left = world.enter(*left);
  Visitor& of_right = world.enter(*right);
  struct Ending final : net::StreamEvents {
    explicit Ending(Visitor& other) : other(other) {}
    void on_bytes(std::span<char>) override {}
    void on_end() override { other.stream.reset(); }
    Visitor& other;
  } ending(of_right);
  of_left.stream->set_events(ending);
  of_left.close();
  of_right.stream->write(data_of("never"));
  world.settle();
  CHECK(of_right.stream == nullptr);
  CHECK(right->heard.empty());
}

TEST_CASE("The handshake waits for an owner; what overtakes it is dropped") {
  DatagramWorld world;
  const auto peer = world.peer();
  world.house.listens = false;
  Visitor& visitor = world.join(*peer);
  world.say(*peer, kAck);
  CHECK(visitor.heard.empty());
  CHECK(world.counted(Count::dropped_datagrams) == 1);
  visitor.stream->set_events(visitor);
  CHECK(visitor.heard.empty());
  world.settle();
  CHECK(visitor.heard.size() == 1);
}

TEST_CASE("An owner who comes after the end is told of it") {
  DatagramWorld world;
  const auto peer = world.peer();
  world.house.listens = false;
  Visitor& visitor = world.join(*peer);
  visitor.close();
  world.settle();
  visitor.stream->set_events(visitor);
  CHECK(visitor.ends == 0);
  world.settle();
  CHECK(visitor.ends == 1);
  CHECK(visitor.heard.empty());
}
