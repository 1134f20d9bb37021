#include "net/local_network.h"

#include <doctest/doctest.h>

#include <functional>
#include <optional>

#include "net/local_process.h"
#include "net/raw_peer.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// Somebody dials while the socket is being opened.
class DialledWhileOpening final : public Network {
 public:
  DialledWhileOpening(Network& real, std::function<void()> dial)
      : real_(real), dial_(std::move(dial)) {}

  Result<std::unique_ptr<Listener>> listen(const Address& address, OnAccept on_accept) override {
    auto opened = real_.listen(address, std::move(on_accept));
    dial_();
    return opened;
  }
  std::unique_ptr<Connecting> connect(const Address& address, Duration limit,
                                      OnConnect on_connect) override {
    return real_.connect(address, limit, std::move(on_connect));
  }
  Result<std::unique_ptr<DatagramSocket>> open_datagrams(const Address& address,
                                                         OnDatagram on_datagram) override {
    return real_.open_datagrams(address, std::move(on_datagram));
  }

 private:
  Network& real_;
  const std::function<void()> dial_;
};

// A port that was free a moment ago.
int free_port(Process& process) { return process.listen({"127.0.0.1", 0})->address().port; }

}  // namespace

TEST_CASE("A listener of the process is reached without a socket, by others through one") {
  Process process;
  const auto listener = process.listen({"127.0.0.1", 0});
  REQUIRE(listener != nullptr);
  CHECK(listener->address().port > 0);
  const auto local = process.connect(listener->address());
  CHECK(is_local(local));
  REQUIRE(process.accepted.size() == 1);
  CHECK(is_local(process.accepted[0]));

  const RawPeer outside(listener->address().port);
  process.world.run_until([&] { return process.accepted.size() == 2; });
  CHECK_FALSE(is_local(process.accepted[1]));
}

TEST_CASE("Who is not in the table is reached through a socket") {
  Process process, other;
  const auto listener = other.listen({"127.0.0.1", 0});
  std::unique_ptr<Stream> stream;
  const auto connecting =
      process.network->connect(listener->address(), Duration(5000),
                               [&](Opened result) { stream = std::move(result).value(); });
  process.world.run_until([&] { return stream != nullptr; });
  CHECK_FALSE(is_local(stream));
}

TEST_CASE("All ways to write an address of this machine lead to a listener of all interfaces") {
  Process process;
  const auto listener = process.listen({"", 0});
  const int port = listener->address().port;
  CHECK(process.local.real_address({"", port}) == Address{"127.0.0.1", port});
  for (const char* host : {"127.0.0.1", "localhost", "127.1.2.3", "::1", "0.0.0.0", ""}) {
    CAPTURE(host);
    CHECK(is_local(process.connect({host, port})));
  }
  CHECK_FALSE(process.local.real_address({"192.0.2.1", port}).has_value());
  CHECK_FALSE(process.local.real_address({"localhost", port + 1}).has_value());
}

TEST_CASE("A listener of one host answers only for that one, however it is written") {
  Process process;
  const auto listener = process.listen({"localhost", 0});
  const int port = listener->address().port;
  CHECK(is_local(process.connect({"127.0.0.1", port})));
  CHECK(is_local(process.connect({"::ffff:127.0.0.1", port})));
  CHECK_FALSE(process.local.real_address({"127.0.0.2", port}).has_value());
  CHECK_FALSE(process.local.real_address({"", port}).has_value());
}

TEST_CASE("An address is taken until its listener has gone, which refuses from then on") {
  for (const Ports ports : {Ports::as_asked, Ports::chosen}) {
    Process process(ports);
    const Address address{"127.0.0.1", free_port(process)};
    auto listener = process.listen(address);
    REQUIRE(listener != nullptr);
    CHECK(process.reaches(address));
    const auto second = process.network->listen(address, [](auto) {});
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Network::kPortTaken);
    CHECK(second.error().text.find(to_string(address)) != std::string::npos);
    CHECK_FALSE(process.network->listen({"", address.port}, [](auto) {}).ok());
    CHECK(process.reaches(address));
    listener.reset();
    CHECK_FALSE(process.reaches(address));
    CHECK(process.why == "cannot connect to " + to_string(address) + ": connection refused");
    CHECK(process.listen(address) != nullptr);
  }
}

TEST_CASE("Who dials while the socket is being opened does not get that one") {
  Process process;
  const Address address{"127.0.0.1", free_port(process)};
  std::optional<Opened> result;
  std::unique_ptr<Connecting> connecting;
  DialledWhileOpening real(process.world.host().network, [&] {
    connecting = process.network->connect(address, Duration(5000),
                                          [&](Opened opened) { result = std::move(opened); });
  });
  const auto opening = process.local.attach(process.world.loop(), real);
  SUBCASE("but the listener") {
    const auto listener = opening->listen(address, [](auto) {});
    REQUIRE(listener.ok());
    process.world.run_until([&] { return result.has_value(); });
    REQUIRE(result->ok());
    CHECK(is_local(**result));
  }
  SUBCASE("and is refused when it cannot be opened") {
    const auto taken = process.world.host().network.listen(address, [](auto) {});
    REQUIRE(taken.ok());
    REQUIRE_FALSE(opening->listen(address, [](auto) {}).ok());
    process.world.run_until([&] { return result.has_value(); });
    CHECK_FALSE(result->ok());
  }
}

TEST_CASE("A listener may be destroyed by the connection that it accepts") {
  Process process;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> server;
  const auto kept = std::make_shared<int>(0);
  auto opened =
      process.network->listen({"127.0.0.1", 0}, [&, kept](std::unique_ptr<Stream> stream) {
        listener.reset();
        server = std::move(stream);
        ++*kept;
      });
  listener = std::move(opened).value();
  const Address address = listener->address();
  CHECK(process.reaches(address));
  CHECK(*kept == 1);
  CHECK(kept.use_count() == 1);
  CHECK_FALSE(process.reaches(address));
}

TEST_CASE("Processes of chosen ports have the same addresses beside each other") {
  Process one(Ports::chosen), other(Ports::chosen), real;
  const auto holder = real.listen({"127.0.0.1", 0});
  const Address address = holder->address();
  const auto of_one = one.listen(address), of_other = other.listen(address);
  REQUIRE(of_one != nullptr);
  REQUIRE(of_other != nullptr);
  CHECK(of_one->address() == address);
  CHECK(is_local(one.connect(address)));
  CHECK(one.accepted.size() == 1);
  CHECK(other.accepted.empty());
  CHECK(one.local.real_address(address) != other.local.real_address(address));

  const RawPeer outside(other.local.real_address(address)->port);
  other.world.run_until([&] { return other.accepted.size() == 1; });
  CHECK_FALSE(is_local(other.accepted[0]));
}

TEST_CASE("From a process of chosen ports nobody outside of it is reached") {
  Process process(Ports::chosen), real;
  const auto holder = real.listen({"127.0.0.1", 0});
  CHECK_FALSE(process.reaches(holder->address()));
  CHECK(process.why.ends_with("connection refused"));
  CHECK_FALSE(process.local.real_address(holder->address()).has_value());
}

TEST_CASE("To a process of chosen ports all hosts are its own, and two of them are two") {
  Process process(Ports::chosen);
  const auto one = process.listen({"192.0.2.1", 3000}), two = process.listen({"192.0.2.2", 3000});
  REQUIRE(one != nullptr);
  REQUIRE(two != nullptr);
  CHECK(process.reaches({"192.0.2.2", 3000}));
  CHECK_FALSE(process.reaches({"192.0.2.3", 3000}));
  const auto all = process.listen({"", 4000});
  CHECK(process.reaches({"game.example", 4000}));
  CHECK(process.local.real_address({"game.example", 4000})->host == "127.0.0.1");
  const auto any = process.listen({"", 0});
  CHECK(any->address() == *process.local.real_address(any->address()));
  CHECK_FALSE(process.network->listen({"127.0.0.1", 70'000}, [](auto) {}).ok());
}

TEST_CASE("Datagram ports follow the same rules") {
  Process process(Ports::chosen);
  std::string heard;
  const auto open = [&] {
    return process.network->open_datagrams({"", 3000}, [&](const PeerAddress&, auto bytes) {
      heard.assign(bytes.data(), bytes.size());
    });
  };
  auto socket = open();
  REQUIRE(socket.ok());
  CHECK((*socket)->address() == Address{"", 3000});
  CHECK(open().error().code == Network::kPortTaken);
  CHECK(process.listen({"", 3000}) != nullptr);
  const auto real = process.local.real_datagram_address({"127.0.0.1", 3000});
  REQUIRE(real.has_value());
  CHECK((*socket)->send(*parse_peer(*real), "ping") == DatagramSocket::Sent::sent);
  process.world.run_until([&] { return heard == "ping"; });
  socket->reset();
  CHECK_FALSE(process.local.real_datagram_address({"127.0.0.1", 3000}).has_value());
}
