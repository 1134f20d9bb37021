#include <doctest/doctest.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include "net/loopback.h"
#include "net/raw_peer.h"
#include "server/client.h"
#include "server/counted_gate.h"

using namespace shaddock;
using namespace shaddock::server;
using protocol::PackageType;

TEST_CASE("What every client has is small") {
  CHECK(sizeof(Client) <= 576);
  CHECK(sizeof(ClientTransport) <= 192);
  CHECK(sizeof(OutputGuard) <= 64);
}

// Sanitizers have a heap of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

std::size_t heap() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

class Crowd {
 public:
  explicit Crowd(bool websocket) : websocket_(websocket) {
    ServerType(definition_.types["connector"])
        .handler("h")
        .on("echo", [](FrontendSession&, const Json& body) { return body; });
    ServerInfo info;
    info.id = "connector-1", info.type = "connector", info.host = "127.0.0.1";
    info.frontend = true, info.incarnation = 1, info.state = ServerInfo::State::up;
    house_ =
        std::make_unique<Town::House>(world_.host(), ServerSetup{info, {}, definition_, "secret"});
    REQUIRE(house_->server.start().ok());
    house_->server.apply_view({1, {info}});
    world_.run_until([&] { return house_->ready == 1; });
    peers_.reserve(1000);
  }

  // They shake hands, ask once and are answered; what they hear is not kept.
  void join(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto& peer =
          peers_.emplace_back(std::make_unique<net::RawPeer>(house_->server.client_address().port));
      std::string bytes = websocket_ ? std::string(kUpgrade) : std::string();
      bytes += wrapped(package_of(PackageType::handshake, kHello));
      peer->write(bytes);
      hear(*peer, "\"code\":200");
      bytes = wrapped(package_of(PackageType::handshake_ack, "")) +
              wrapped(request_of(1, "connector.h.echo", "12345"));
      peer->write(bytes);
      hear(*peer, "12345");
    }
  }
  std::size_t sessions() { return house_->server.sessions().size(); }

 private:
  static constexpr std::string_view kUpgrade =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  std::string wrapped(const std::string& package) const {
    return websocket_ ? frame_of(kBinary, package) : package;
  }
  void hear(net::RawPeer& peer, std::string_view what) {
    world_.run_until([&] {
      peer.read(1000);
      return peer.text.find(what) != std::string::npos;
    });
    std::string().swap(peer.text);
  }

  bool websocket_;
  net::Loopback world_;
  detail::Definition definition_;
  std::unique_ptr<Town::House> house_;
  std::vector<std::unique_ptr<net::RawPeer>> peers_;
};

}  // namespace

TEST_CASE("A client that works and waits costs at most 2 KiB over TCP, 3 KiB over WebSocket") {
  for (const bool websocket : {false, true}) {
    Crowd crowd(websocket);
    crowd.join(50);
    const std::size_t before = heap();
    constexpr std::size_t kMore = 150;
    crowd.join(kMore);
    REQUIRE(crowd.sessions() == 50 + kMore);
    const std::size_t each = (heap() - before) / kMore;  // with what the test's own peer costs
    MESSAGE(std::string(websocket ? "WebSocket: " : "TCP: "), each, " bytes");
    CHECK(each <= (websocket ? 3072 : 2048));
  }
}

#endif
