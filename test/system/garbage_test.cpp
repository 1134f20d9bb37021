#include <doctest/doctest.h>

#include <map>

#include "system/conversation.h"

namespace shaddock::system_test {
namespace {

using namespace std::string_view_literals;

// Connects, says its piece, and waits for the other side to hang up.
class Intruder final : net::StreamEvents {
 public:
  Intruder(net::Host& host, const net::Address& address, std::string bytes)
      : bytes_(std::move(bytes)) {
    connecting_ = host.network.connect(address, std::chrono::seconds(10),
                                       [this](Result<std::unique_ptr<net::Stream>> connected) {
                                         if (!connected) return;
                                         stream_ = std::move(*connected);
                                         stream_->set_events(*this);
                                         if (!bytes_.empty()) stream_->write(bytes_);
                                       });
  }
  bool was_heard() const { return stream_ != nullptr; }
  bool was_sent_away() const { return ended_; }

 private:
  void on_bytes(std::span<char>) override {}
  void on_end() override { ended_ = true; }

  std::string bytes_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::Stream> stream_;
  bool ended_ = false;
};

std::string random_bytes(net::Host& host, std::size_t size) {
  std::string bytes(size, '\0');
  host.random.fill(bytes);
  return bytes;
}

// A client's first words in TLS 1.2, as far as any server must read them to see what they are.
std::string tls_hello() {
  std::string hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"sv);
  hello.append(32, '\x5a');
  return hello.append("\x00\x00\x04\x13\x01\x00\xff\x01\x00"sv);
}

std::map<std::string, std::string> garbage(net::Host& host) {
  return {{"nothing", ""},
          {"one byte", "\x01"},
          {"random bytes", random_bytes(host, 5000)},
          {"many random bytes", random_bytes(host, 1 << 20)},
          {"zeros", std::string(5000, '\0')},
          {"ones", std::string(5000, '\xff')},
          {"a request for a page", "GET / HTTP/1.1\r\nHost: chat\r\n\r\n"},
          {"half a request", "GET / HTTP/1.1\r\nHost: "},
          {"a request that is no HTTP", "GET\r\n\r\n\r\n"},
          {"a TLS hello", tls_hello()},
          {"half the header of a package", std::string("\x01\x00\x00"sv)},
          {"half a handshake", std::string("\x01\x00\x00\x20{\"sys\":"sv)},
          {"a huge package", std::string("\x01\xff\xff\xff{"sv)},
          {"a handshake that is no JSON", std::string("\x01\x00\x00\x04oops"sv)},
          {"data without a handshake", std::string("\x04\x00\x00\x04\x00\x01\x01x"sv)},
          {"a kick from a client", std::string("\x05\x00\x00\x00"sv)},
          {"half a frame of a link", std::string("\x00\x00\x00\x40\x93\x01"sv)},
          {"an upgrade and a frame without a mask",
           "GET / HTTP/1.1\r\nHost: chat\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
           "\x82\x04hugs"},
          {"a handshake without an ack", std::string("\x01\x00\x00\x0a{\"sys\":{}}"sv)}};
}

std::map<std::string, int> targets(ChatCluster& cluster) {
  return {{"the gate's client port", cluster.gate().port},
          {"a connector's client port", cluster.client_address("connector-server-1").port},
          {"a connector's port for servers", cluster.servers("connector")[1].port},
          {"a chat server's port for servers", cluster.servers("chat")[2].port},
          {"the master's port", cluster.master_port()}};
}

TEST_CASE("garbage on every port is sent away in time and disturbs no conversation") {
  ChatCluster cluster;
  cluster.start();
  const auto processes = cluster.processes();
  // Rooms of all three chat servers, and people of all connectors.
  std::vector<std::unique_ptr<Conversation>> conversations;
  for (const char* room : {"r1", "r2", "r3", "r4", "r5"})
    conversations.push_back(std::make_unique<Conversation>(cluster, room));

  std::map<std::string, std::unique_ptr<Intruder>> intruders;
  for (const auto& [port_name, port] : targets(cluster))
    for (const auto& [name, bytes] : garbage(cluster.host()))
      intruders[name + " on " + port_name] =
          std::make_unique<Intruder>(cluster.host(), net::Address{"127.0.0.1", port}, bytes);
  cluster.until([&] {
    return std::all_of(intruders.begin(), intruders.end(),
                       [](const auto& named) { return named.second->was_sent_away(); });
  });
  for (const auto& named : intruders) {
    const auto& intruder = named.second;
    CAPTURE(named.first);
    CHECK(intruder->was_heard());
    CHECK(intruder->was_sent_away());
  }
  for (const auto& conversation : conversations) {
    CHECK(conversation->goes_on(cluster));
    CHECK(conversation->faults() == std::vector<std::string>{});
  }
  CHECK(cluster.processes() == processes);
  CHECK(cluster.run({"list"}).code == 0);
  // Warnings tell of the intruders; nothing may have been taken for an error of our own.
  CHECK(cluster.complaints().find(" ERROR ") == std::string::npos);
}

TEST_CASE("a client's garbage after a proper start is sent away as well") {
  ChatCluster cluster;
  cluster.start();
  Conversation conversation(cluster, "r1");
  const std::string start("\x01\x00\x00\x0a{\"sys\":{}}\x02\x00\x00\x00"sv);
  const std::map<std::string, std::string> pieces = {
      {"random bytes", start + "\xfe" + random_bytes(cluster.host(), 100)},
      {"an empty message", start + std::string("\x04\x00\x00\x00"sv)},
      {"a route that is not whole", start + std::string("\x04\x00\x00\x03\x00\x01\x30"sv)},
      {"too large a package", start + std::string("\x04\x02\x00\x00x"sv)},
      {"half a package and silence", start + std::string("\x04\x00\x00\x09\x00\x01"sv)},
      {"silence", start}};
  std::map<std::string, std::unique_ptr<Intruder>> intruders;
  for (const auto& [name, bytes] : pieces)
    intruders[name] = std::make_unique<Intruder>(
        cluster.host(), cluster.client_address("connector-server-2"), bytes);
  for (const auto& named : intruders) {
    const auto& intruder = named.second;
    CAPTURE(named.first);
    CHECK(cluster.until([&, who = intruder.get()] { return who->was_sent_away(); }));
  }
  CHECK(conversation.goes_on(cluster));
}

}  // namespace
}  // namespace shaddock::system_test
