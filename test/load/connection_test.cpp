#include "load/connection.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "load/game_server.h"

using namespace shaddock;
using namespace shaddock::load;

namespace {

constexpr std::string_view kHandshake{"\x01\0\0\x02{}", 6};

// Shakes hands as soon as it is open, and stops the loop at what the test waits for.
class Caller final : public ConnectionEvents {
 public:
  Caller(const std::string& url, const std::string& source = {})
      : target(parse_target(url).unwrap()), connection(place, target, source, *this) {}

  void run() { place.loop().run(); }

  Place place;
  Target target;
  std::vector<std::string> bodies;
  std::string why;
  bool closes = false;  // when the first package has come
  Connection connection;

 private:
  void on_open() override { connection.write(kHandshake); }
  void on_package(const protocol::Package& package) override {
    bodies.emplace_back(package.body);
    if (!closes) return place.loop().stop();
    connection.close();
  }
  void on_end(const std::string& reason) override {
    why = reason;
    place.loop().stop();
  }
};

}  // namespace

TEST_CASE("Packages go and come over TCP and WebSocket, and are counted") {
  GameServer server;
  for (const char* scheme : {"tcp", "ws"}) {
    Caller caller(server.url(scheme));
    caller.run();
    REQUIRE(caller.bodies.size() == 1);
    CHECK(caller.bodies[0] == R"({"code":200,"sys":{}})");
    const Counters& counters = caller.place.counters;
    CHECK(counters.writes == 1);
    CHECK(counters.reads >= 1);
    CHECK(counters.bytes_received >= 4 + caller.bodies[0].size());
    CHECK(counters.bytes_sent == kHandshake.size() + (scheme[0] == 'w' ? 6 : 0));
    CHECK(caller.place.now > 0);
  }
}

TEST_CASE("A connection that closes hears of its end, and of nothing before it") {
  GameServer server;
  for (const char* scheme : {"tcp", "ws"}) {
    Caller caller(server.url(scheme));
    caller.closes = true;
    caller.run();
    CHECK(caller.connection.ended());
    CHECK(caller.bodies.size() == 1);
  }
}

TEST_CASE("One closed before it was open hears of its end, too") {
  GameServer server;
  Caller caller(server.url());
  caller.connection.close();
  caller.run();
  CHECK(caller.bodies.empty());
  CHECK_FALSE(caller.why.empty());
}

TEST_CASE("Why a connection could not be made is told") {
  int port = 0;
  {
    GameServer gone;
    port = gone.port();
  }
  Caller nobody("tcp://127.0.0.1:" + std::to_string(port));
  nobody.run();
  CHECK(nobody.why.find("connection refused") != std::string::npos);

  GameServer server;
  Caller stranger(server.url(), "192.0.2.1");
  stranger.run();
  CHECK(stranger.why.find("cannot connect") != std::string::npos);
}

TEST_CASE("A server that does not speak TLS ends the handshake") {
  GameServer server;
  const auto context = net::TlsContext::client().unwrap();
  struct Secret final : ConnectionEvents {
    Place place;
    Target target;
    std::string why;
    std::unique_ptr<Connection> connection;
    void on_open() override { connection->write(kHandshake); }
    void on_package(const protocol::Package&) override {}
    void on_end(const std::string& reason) override {
      why = reason;
      place.loop().stop();
    }
  } secret;
  secret.place.tls = context;
  secret.target = parse_target(server.url("tls")).unwrap();
  secret.connection = std::make_unique<Connection>(secret.place, secret.target, "", secret);
  // It takes the hello for packages of an unknown type, and says nothing: so we close.
  net::Timer end(secret.place.loop().timers(), [&] { secret.connection->close(); });
  end.start(net::Duration(50));
  secret.place.loop().run();
  CHECK(secret.connection->ended());
}
