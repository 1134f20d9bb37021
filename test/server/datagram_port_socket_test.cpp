// DatagramPort on real sockets of the loopback interface.

#include "net/loopback.h"
#include "server/datagram_port.h"
#include "server/datagram_world.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace shaddock::server::datagrams;

namespace {

struct RealWorld {
  std::unique_ptr<DatagramPeer> peer() {
    return std::make_unique<DatagramPeer>(world.host().network, net::Address{"127.0.0.1", 0},
                                          house.port->address());
  }
  // Sends and waits for one answer.
  std::string ask(DatagramPeer& from, std::string_view bytes) {
    const std::size_t before = from.heard.size();
    from.say(bytes);
    world.run_until([&] { return from.heard.size() > before; });
    return from.heard.back();
  }
  // As a client does; the owner answers, and then echoes data.
  void enter(DatagramPeer& from) {
    const std::string hello = hello_with(token_in(ask(from, kHello)));
    house.when_heard = [](Visitor& self) {
      if (self.heard.size() == 1) self.stream->write(kWelcome);
      if (self.heard.back()[0] == 4) self.stream->write(self.heard.back());
    };
    from.say(hello);
    world.run_until([&] { return from.heard.size() == 2; });
    CHECK(from.heard.back() == kWelcome);
    from.say(kAck);
  }

  net::Loopback world;
  DatagramHouse house{world.host()};
};

}  // namespace

TEST_CASE("Over real sockets: challenge, handshake, ack, data of every size, and the end") {
  RealWorld real;
  const auto peer = real.peer();
  real.enter(*peer);
  CHECK(real.house.visitors[0]->stream->peer() == peer->socket->address());
  for (const std::size_t size : {0u, 1u, 1400u, 9000u, 65'503u}) {
    const std::string data = data_of(std::string(size, 'x'));
    CHECK(real.ask(*peer, data) == data);
  }
  for (const std::string& bad : {std::string(), data_of("a") + data_of("b"), std::string("\4", 1),
                                 std::string(net::kMaxDatagram, '\4')}) {
    peer->say(bad);
  }
  real.world.run_until([&] { return real.house.counters[Count::dropped_datagrams] == 4; });
  Visitor& visitor = *real.house.visitors[0];
  visitor.stream->write(data_of("goodbye"));
  visitor.close();
  real.world.run_until([&] { return visitor.ends == 1; });
  real.world.run_until([&] { return peer->heard.back() == data_of("goodbye"); });
  CHECK(real.house.port->peers() == 0);
}

TEST_CASE("Over real sockets: two peers hear their own answers, and one may end the port") {
  RealWorld real;
  const auto left = real.peer(), right = real.peer();
  real.enter(*left);
  real.enter(*right);
  CHECK(real.house.port->peers() == 2);
  CHECK(real.ask(*left, data_of("left")) == data_of("left"));
  CHECK(real.ask(*right, data_of("right")) == data_of("right"));
  real.house.visitors[0]->when_heard = [&](Visitor& self) {
    self.stream.reset();
    real.house.port.reset();
  };
  for (int i = 0; i < 10; ++i) left->say(data_of("the end"));
  real.world.run_until([&] { return real.house.visitors[1]->ends == 1; });
  CHECK(real.house.visitors[0]->ends == 0);
}

TEST_CASE("Over real sockets: a package too long for a datagram ends its stream") {
  RealWorld real;
  const auto peer = real.peer();
  real.enter(*peer);
  Visitor& visitor = *real.house.visitors[0];
  visitor.stream->write(data_of(std::string(net::kMaxDatagram - 3, 'x')));
  real.world.run_until([&] { return visitor.ends == 1; });
  CHECK(peer->heard.size() == 2);
}

TEST_CASE("Over real sockets: what came in one turn with a closing is not given any more") {
  RealWorld real;
  const auto peer = real.peer();
  real.enter(*peer);
  Visitor& visitor = *real.house.visitors[0];
  real.world.run_until([&] { return visitor.heard.size() == 2; });
  visitor.when_heard = [](Visitor& self) { self.close(); };
  for (int i = 0; i < 10; ++i) peer->say(data_of("again"));
  real.world.run_until([&] { return real.house.counters[Count::dropped_datagrams] == 9; });
  CHECK(visitor.heard.size() == 3);
  CHECK(visitor.ends == 1);
}
