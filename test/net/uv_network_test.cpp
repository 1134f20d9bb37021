#include "net/uv_network.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <algorithm>

#include "net/descriptor.h"
#include "net/loopback.h"
#include "net/no_descriptors.h"
#include "net/uv_listener.h"
#include "net/uv_stream.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

using Connected = Result<std::unique_ptr<Stream>>;

// Asks for a connection and runs the loop until there is an answer.
Connected connect(Loopback& world, const Address& address, Duration limit = Duration(5000)) {
  std::optional<Connected> answer;
  auto connecting = world.host().network.connect(
      address, limit, [&](Connected result) { answer.emplace(std::move(result)); });
  CHECK_FALSE(answer.has_value());
  world.run_until([&] { return answer.has_value(); });
  return std::move(*answer);
}

std::unique_ptr<Listener> listen(Loopback& world, const Address& address,
                                 std::vector<std::unique_ptr<Stream>>& accepted) {
  auto listener = world.host().network.listen(
      address, [&](std::unique_ptr<Stream> stream) { accepted.push_back(std::move(stream)); });
  REQUIRE(listener.ok());
  CHECK((*listener)->address().port != 0);
  return std::move(*listener);
}

// A port that was free a moment ago.
int closed_port(Loopback& world) {
  std::vector<std::unique_ptr<Stream>> accepted;
  return listen(world, {"127.0.0.1", 0}, accepted)->address().port;
}

}  // namespace

TEST_CASE("All interfaces means IPv4 and IPv6 on one port") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"", 0}, accepted);
  const int port = listener->address().port;
  auto by_v4 = connect(world, {"127.0.0.1", port});
  REQUIRE(by_v4.ok());
  world.run_until([&] { return accepted.size() == 1; });
  CHECK(accepted[0]->peer().host == "127.0.0.1");
  if (listener->address().host != "::") return;  // this machine has no IPv6
  auto by_v6 = connect(world, {"::1", port});
  REQUIRE(by_v6.ok());
  world.run_until([&] { return accepted.size() == 2; });
  CHECK(accepted[1]->peer().host == "::1");
}

TEST_CASE("A name is resolved, and all its addresses are tried") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  CHECK(connect(world, {"localhost", listener->address().port}).ok());
}

TEST_CASE("A port that is taken is told at once, by its code") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  for (const char* host : {"127.0.0.1", ""}) {
    const auto listener = listen(world, {host, 0}, accepted);
    const Address taken{host, listener->address().port};
    auto second = world.host().network.listen(taken, [](std::unique_ptr<Stream>) {});
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Network::kPortTaken);
    CHECK(second.error().text.find(to_string(taken)) != std::string::npos);
    CHECK(second.error().text.find("in use") != std::string::npos);
  }
}

TEST_CASE("A port can be opened again at once after its listener is gone") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  const Address address = listener->address();
  auto client = connect(world, address);
  world.run_until([&] { return accepted.size() == 1; });
  listener.reset();
  accepted.clear();  // the server's side closes first, so the port is in TIME_WAIT
  world.run_turns(3);
  CHECK(listen(world, address, accepted)->address() == address);
}

TEST_CASE("Addresses that make no sense are errors, not crashes") {
  Loopback world;
  auto& network = world.host().network;
  for (const Address& address : {Address{"127.0.0.1", -1}, Address{"127.0.0.1", 65536},
                                 Address{"no such host.invalid", 80}, Address{"192.0.2.1", 0}}) {
    CAPTURE(address.host);
    auto listener = network.listen(address, [](std::unique_ptr<Stream>) {});
    REQUIRE_FALSE(listener.ok());
    CHECK(listener.error().code != Network::kPortTaken);
  }
  CHECK_FALSE(connect(world, {"127.0.0.1", 70000}).ok());
  CHECK_FALSE(connect(world, {"no such host.invalid", 80}).ok());
  CHECK_FALSE(connect(world, {"", 80}).ok());
}

TEST_CASE("Nobody listening is told by name and reason") {
  Loopback world;
  const Address address{"127.0.0.1", closed_port(world)};
  const auto result = connect(world, address);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text == "cannot connect to " + to_string(address) + ": connection refused");
}

TEST_CASE("A peer that does not answer is given up after the limit") {
  Loopback world;
  // A full backlog of a listener that nobody serves: further attempts hang.
  const Descriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(server.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(server.number(), 0) == 0);
  socklen_t size = sizeof address;
  ::getsockname(server.number(), reinterpret_cast<sockaddr*>(&address), &size);
  const Address silent{"127.0.0.1", ntohs(address.sin_port)};
  std::vector<Connected> held;
  for (int i = 0; i < 4; ++i) {
    held.push_back(connect(world, silent, Duration(50)));
    if (!held.back().ok()) break;
  }
  REQUIRE_FALSE(held.back().ok());
  CHECK(held.back().error().text.ends_with("connection timed out"));
}

TEST_CASE("Giving up a connection or a look-up calls nobody") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  int answers = 0;
  for (const char* host : {"127.0.0.1", "localhost"}) {
    auto connecting = world.host().network.connect({host, listener->address().port}, Duration(5000),
                                                   [&](Connected) { ++answers; });
    connecting.reset();
  }
  world.run_turns(10);
  CHECK(answers == 0);
}

TEST_CASE("A connection being made may be destroyed by its own answer") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  for (const int port : {listener->address().port, closed_port(world)}) {
    std::unique_ptr<Connecting> connecting;
    bool answered = false;
    connecting = world.host().network.connect({"127.0.0.1", port}, Duration(5000), [&](Connected) {
      connecting.reset();
      answered = true;
    });
    world.run_until([&] { return answered; });
  }
}

TEST_CASE("A listener may be destroyed by its own call") {
  Loopback world;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> accepted;
  auto opened = world.host().network.listen({"127.0.0.1", 0}, [&](std::unique_ptr<Stream> stream) {
    listener.reset();
    accepted = std::move(stream);
  });
  listener = std::move(*opened);
  const Address address = listener->address();
  CHECK(connect(world, address).ok());
  world.run_until([&] { return accepted != nullptr; });
  CHECK_FALSE(connect(world, address).ok());
}

// A plain socket to `port`: what it costs is there before the test takes all descriptors away.
class PlainClient {
 public:
  void connect(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    REQUIRE(::connect(number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  // Closed, or cut, by the other side.
  bool ended() const {
    char byte;
    return ::recv(number(), &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
  }
  int number() const { return socket_.number(); }

 private:
  const Descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST_CASE("A process without free descriptors refuses clients and serves the next ones again") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  PlainClient client;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(client.number()) + 1;
  std::vector<Descriptor> filling;  // the numbers below that are free
  ::setrlimit(RLIMIT_NOFILE, &none);
  while (filling.empty() || filling.back().open()) filling.emplace_back(::dup(client.number()));
  client.connect(listener->address().port);
  world.run_until([&] { return client.ended(); });
  CHECK(accepted.empty());
  filling.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(connect(world, listener->address()).ok());
  world.run_until([&] { return accepted.size() == 1; });
}

// As when another thread, or with a full system another process, is faster: what the reserve leaves
// free cannot be had. uv_listen() never comes back from that.
TEST_CASE("A listener that has lost its reserve neither hangs nor spins, and loses nobody") {
  constexpr int kPauses = 3;
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  PlainClient clients[2];
  for (PlainClient& client : clients) client.connect(listener->address().port);
  Timer end(world.loop().timers(), [&] { world.loop().stop(); });
  end.start(kPauses * UvListener::kPause);
  const std::uint64_t before = world.loop().turns().number();
  {
    const NoDescriptors none;
    world.loop().run();
  }
  CHECK(accepted.empty());
  CHECK(world.loop().turns().number() - before < 10 * kPauses);
  world.run_until([&] { return accepted.size() == std::size(clients); });
  for (const PlainClient& client : clients) CHECK_FALSE(client.ended());
}

TEST_CASE("A listener that rests for want of descriptors may be destroyed") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  const Address address = listener->address();
  PlainClient client;
  client.connect(address.port);
  {
    const NoDescriptors none;
    world.run_turns(3);
  }
  listener.reset();
  world.run_until([&] { return client.ended(); });
  CHECK_FALSE(connect(world, address).ok());
  CHECK(accepted.empty());
}

TEST_CASE("Addresses are written as people write them") {
  CHECK(to_string(Address{"127.0.0.1", 80}) == "127.0.0.1:80");
  CHECK(to_string(Address{"::1", 80}) == "[::1]:80");
  CHECK(to_string(Address{"", 3014}) == ":3014");
}

TEST_CASE("A connection comes from the host of this machine that was asked for") {
  Loopback world;
  UvHost& real = world.real();
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  std::vector<std::unique_ptr<Connecting>> connecting;
  std::vector<std::unique_ptr<Stream>> made;
  for (const char* source : {"127.0.1.1", "127.0.1.2"}) {
    connecting.push_back(
        real.connect_from(source, listener->address(), Duration(5000), [&](Connected result) {
          REQUIRE(result.ok());
          made.push_back(std::move(*result));
        }));
  }
  world.run_until([&] { return accepted.size() == 2 && made.size() == 2; });
  std::vector<std::string> hosts{accepted[0]->peer().host, accepted[1]->peer().host};
  std::sort(hosts.begin(), hosts.end());
  CHECK(hosts == std::vector<std::string>{"127.0.1.1", "127.0.1.2"});
}

TEST_CASE("A connection from a host that is not of this machine, or is none, fails") {
  Loopback world;
  std::vector<std::unique_ptr<Stream>> accepted;
  const auto listener = listen(world, {"127.0.0.1", 0}, accepted);
  for (const char* source : {"192.0.2.1", "nowhere"}) {
    std::optional<Connected> answer;
    const auto connecting =
        world.real().connect_from(source, listener->address(), Duration(5000),
                                  [&](Connected result) { answer.emplace(std::move(result)); });
    world.run_until([&] { return answer.has_value(); });
    CHECK_FALSE(answer->ok());
  }
}
