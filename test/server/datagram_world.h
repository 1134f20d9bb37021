#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/memory_network.h"
#include "protocol/package.h"
#include "server/datagram_port.h"

namespace shaddock::server::datagrams {

inline std::string package_of(protocol::PackageType type, std::string_view body = {}) {
  std::string package(protocol::kPackageHeaderSize, '\0');
  protocol::write_package_header(package.data(), type, body.size());
  return package.append(body);
}
inline std::string data_of(std::string_view body) {
  return package_of(protocol::PackageType::data, body);
}
inline std::string handshake_of(std::string_view body) {
  return package_of(protocol::PackageType::handshake, body);
}
inline std::string hello_with(std::string_view token) {
  return handshake_of(R"({"sys":{"type":"test","version":"1","token":")" + std::string(token) +
                      R"("},"user":{}})");
}
inline const std::string kHello =
    handshake_of(R"({"sys":{"type":"test","version":"1"},"user":{"name":"somebody"}})");
inline const std::string kAck(protocol::kHandshakeAckPackage);
inline const std::string kWelcome = handshake_of(R"({"code":200,"sys":{}})");

// The token of a challenge; fails when it is anything else.
inline std::string token_in(const std::string& challenge) {
  const std::string before = R"({"code":401,"sys":{"token":")", behind = R"("}})";
  REQUIRE(challenge.size() == 4 + before.size() + 22 + behind.size());
  const std::string token = challenge.substr(4 + before.size(), 22);
  CHECK(challenge == handshake_of(before + token + behind));
  return token;
}

// A client's socket, which writes down what it hears.
struct DatagramPeer {
  DatagramPeer(net::Network& network, net::Address own, const net::Address& server)
      : to(*net::parse_peer(server)) {
    auto opened = network.open_datagrams(own, [this](const net::PeerAddress&, auto bytes) {
      heard.emplace_back(bytes.data(), bytes.size());
    });
    REQUIRE(opened.ok());
    socket = std::move(*opened);
  }
  void say(std::string_view bytes) { socket->send(to, bytes); }
  std::size_t bytes_heard() const {
    std::size_t sum = 0;
    for (const std::string& datagram : heard) sum += datagram.size();
    return sum;
  }

  net::PeerAddress to;
  std::vector<std::string> heard;
  std::unique_ptr<net::DatagramSocket> socket;
};

// What the port's owner makes of an accepted stream.
struct Visitor final : net::StreamEvents {
  explicit Visitor(std::unique_ptr<net::Stream> accepted) : stream(std::move(accepted)) {}
  void on_bytes(std::span<char> bytes) override {
    CHECK_FALSE(inside);
    heard.emplace_back(bytes.data(), bytes.size());
    if (when_heard) when_heard(*this);
  }
  void on_end() override {
    CHECK_FALSE(inside);
    ++ends;
  }
  void close() {
    inside = true;
    stream->close();
    inside = false;
  }

  std::unique_ptr<net::Stream> stream;
  std::vector<std::string> heard;
  int ends = 0;
  bool inside = false;  // a call of the stream
  std::function<void(Visitor&)> when_heard;
};

// A port with its owner, on any network.
struct DatagramHouse {
  explicit DatagramHouse(const net::Host& host, DatagramPort::Options options = {}) {
    auto opened = DatagramPort::open(
        host, {"127.0.0.1", 0}, options, counters, [this](std::unique_ptr<net::Stream> stream) {
          ++accepted;
          if (refuses) return;
          visitors.push_back(std::make_unique<Visitor>(std::move(stream)));
          visitors.back()->when_heard = when_heard;
          if (listens) visitors.back()->stream->set_events(*visitors.back());
        });
    REQUIRE(opened.ok());
    port = std::move(*opened);
  }

  Counters counters;
  bool refuses = false, listens = true;
  int accepted = 0;
  std::function<void(Visitor&)> when_heard;  // of visitors to come
  std::unique_ptr<DatagramPort> port;
  std::vector<std::unique_ptr<Visitor>> visitors;
};

// The same in memory, where any address can be played.
struct DatagramWorld {
  explicit DatagramWorld(DatagramPort::Options options = {}) : house(world.host(), options) {}

  std::unique_ptr<DatagramPeer> peer(net::Address own = {"10.0.0.1", 0}) {
    return std::make_unique<DatagramPeer>(world.network(), own, house.port->address());
  }
  void settle() { world.loop().settle(); }
  void say(DatagramPeer& from, std::string_view bytes) {
    from.say(bytes);
    settle();
  }
  std::string token_for(DatagramPeer& from) {
    say(from, kHello);
    REQUIRE(!from.heard.empty());
    const std::string token = token_in(from.heard.back());
    from.heard.clear();
    return token;
  }
  // Shows a good token; the stream is the owner's last one.
  Visitor& join(DatagramPeer& from) {
    say(from, hello_with(token_for(from)));
    REQUIRE(!house.visitors.empty());
    return *house.visitors.back();
  }
  // And the handshake is done.
  Visitor& enter(DatagramPeer& from) {
    Visitor& visitor = join(from);
    visitor.stream->write(kWelcome);
    settle();
    say(from, kAck);
    REQUIRE(visitor.heard.size() == 2);
    visitor.heard.clear();
    from.heard.clear();
    return visitor;
  }
  std::uint64_t counted(Count count) const { return house.counters[count]; }

  cluster::MemoryHost world;
  DatagramHouse house;
};

}  // namespace shaddock::server::datagrams
