#include <doctest/doctest.h>

#include <deque>

#include "system/fortress_cluster.h"

namespace shaddock::system_test {
namespace {

using protocol::PackageType;

constexpr int kUdp = 3070;
constexpr const char* kUdpPort = R"(,"listeners":[{"transport":"udp","port":3070}])";

// A client over UDP that does what it is told, and keeps what it hears.
class UdpPeer {
 public:
  UdpPeer(net::Host& host, const net::Address& to) : to_(*net::parse_peer(to)) {
    socket_ = host.network
                  .open_datagrams({"127.0.0.1", 0},
                                  [this](const net::PeerAddress&, std::span<char> bytes) {
                                    heard.emplace_back(bytes.data(), bytes.size());
                                  })
                  .value();
  }

  void send_bytes(std::string_view bytes) { socket_->send(to_, bytes); }
  void send(PackageType type, std::string_view body = {}) {
    Buffer bytes;
    REQUIRE(protocol::append_package(bytes, type, body));
    send_bytes(bytes.view());
  }
  void request(std::uint32_t id, std::string_view body) {
    Buffer bytes;
    REQUIRE(protocol::append_message(
        bytes, {protocol::MessageType::request, false, false, 0, id, "connector.hall.echo"}, body));
    send_bytes(bytes.view());
  }
  bool has_heard(std::string_view text) const {
    return std::any_of(heard.begin(), heard.end(), [text](const std::string& datagram) {
      return datagram.find(text) != std::string::npos;
    });
  }

  std::deque<std::string> heard;

 private:
  net::PeerAddress to_;
  std::unique_ptr<net::DatagramSocket> socket_;
};

std::string hello(const std::string& token) {
  return R"({"sys":{"token":")" + token + R"(","type":"udp","version":"1"},"user":{}})";
}

std::string token_in(const std::string& answer) {
  constexpr std::string_view kStart = R"("token":")";
  const auto at = answer.find(kStart);
  REQUIRE(at != std::string::npos);
  const auto from = at + kStart.size();
  return answer.substr(from, answer.find('"', from) - from);
}

// Nothing is lost on the loopback interface as long as nobody floods it.
void arrive(Fortress& fortress, UdpPeer& peer) {
  peer.send(PackageType::handshake, std::string(Fortress::Visitor::kHello) + std::string(20, ' '));
  REQUIRE(fortress.until([&] { return peer.has_heard(R"({"code":401)"); }));
  peer.send(PackageType::handshake, hello(token_in(peer.heard.back())));
  REQUIRE(fortress.until([&] { return peer.has_heard(R"({"code":200)"); }));
  peer.send(PackageType::handshake_ack);
}

// Asks again until it is answered: under a flood datagrams get lost.
bool is_served(Fortress& fortress, UdpPeer& peer, std::uint32_t id) {
  const std::string body = R"({"datagram":)" + std::to_string(id) + '}';
  peer.heard.clear();
  net::Timer again(fortress.host().loop.timers(), [&] {
    peer.request(id, body);
    again.start(std::chrono::milliseconds(300));
  });
  again.start(net::Duration(0));
  return fortress.until([&] { return peer.has_heard(body); });
}

// Sends a heartbeat whenever the other one is answered.
void beat_until(Fortress& fortress, UdpPeer& peer, const std::function<bool()>& condition) {
  net::Loop& loop = fortress.host().loop;
  net::Timer beat(loop.timers(), [&] {
    peer.send(PackageType::heartbeat);
    beat.start(std::chrono::milliseconds(300));
  });
  beat.start(net::Duration(0));
  CHECK(fortress.until(condition));
}

bool lists(Fortress& fortress, const std::string& connections) {
  const auto listed = fortress.run({"list"});
  INFO(listed.output);
  CHECK(listed.code == 0);
  const auto line = listed.output.find(Fortress::kServer);
  REQUIRE(line != std::string::npos);
  return listed.output.substr(line, listed.output.find('\n', line) - line)
             .find(' ' + connections + ' ') != std::string::npos;
}

TEST_CASE("over UDP a peer proves its address, is served, and is dropped when it falls silent") {
  Fortress fortress("beating", kUdpPort);
  fortress.start();
  UdpPeer lively(fortress.host(), fortress.door(kUdp)),
      silent(fortress.host(), fortress.door(kUdp));
  arrive(fortress, lively);
  arrive(fortress, silent);
  CHECK(is_served(fortress, lively, 1));
  CHECK(is_served(fortress, silent, 1));
  CHECK(lists(fortress, "2"));

  const auto since = std::chrono::steady_clock::now();
  beat_until(fortress, lively, [&] { return lists(fortress, "1"); });
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - since;
  MESSAGE("the silent peer was gone after ", time.count(), " s, of two heartbeats of 1 s");
  CHECK(is_served(fortress, lively, 2));
  // A stranger again: what it says is not heard.
  silent.heard.clear();
  silent.request(3, "{}");
  CHECK(is_served(fortress, lively, 3));
  CHECK_FALSE(silent.has_heard("{}"));
}

TEST_CASE("10,000 datagrams of strangers are no session and take no memory") {
  Fortress fortress("beating", kUdpPort);
  fortress.start();
  UdpPeer good(fortress.host(), fortress.door(kUdp));
  arrive(fortress, good);
  CHECK(is_served(fortress, good, 1));
  const ProcessFigures figures = fortress.figures();
  const std::int64_t before = figures.resident_bytes();
  figures.forget_peak();

  // Few at a time: what overflows the kernel's buffer of the port proves nothing.
  constexpr std::size_t kStrangers = 500, kEach = 20;
  std::uint32_t id = 1;
  for (std::size_t i = 0; i < kStrangers; ++i) {
    UdpPeer stranger(fortress.host(), fortress.door(kUdp));
    for (std::size_t n = 0; n < kEach; ++n) {
      const std::string padding(n * 200, n % 2 == 0 ? ' ' : 'x');
      if (n % 3 == 0)
        stranger.send(PackageType::handshake, hello("AAAAAAAAAAAAAAAAAAAAAA") + padding);
      else if (n % 3 == 1)
        stranger.send(PackageType::data, padding);
      else
        stranger.send_bytes(padding);
    }
    REQUIRE(is_served(fortress, good, ++id));
  }
  CHECK(lists(fortress, "1"));
  const std::int64_t peak = figures.peak_bytes() - before;
  MESSAGE("10,000 datagrams of 500 strangers: peak ", peak / 1024, " KiB more than ", before / 1024,
          " KiB");
  CHECK(peak < (1 << 20));
}

}  // namespace
}  // namespace shaddock::system_test
