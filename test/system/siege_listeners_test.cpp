#include <doctest/doctest.h>

#include "client/client.h"
#include "net/tls_context.h"
#include "net/tls_test_certificate.h"
#include "system/fortress_cluster.h"

namespace shaddock::system_test {
namespace {

constexpr int kTls = 3060, kUdp = 3070;
constexpr const char* kMorePorts =
    R"(,"listeners":[{"port":3060,"host":"127.0.0.1","tls":{"certificate":"cert.pem","key":"key.pem"}},)"
    R"({"transport":"udp","port":3070}])";
constexpr const char* kSecond =
    R"(,{"id":"connector-server-2","host":"127.0.0.1","port":4051,"clientPort":3051,"frontend":true})";

void install_certificate(Fortress& fortress) {
  const net::TestCertificate certificate;
  fortress.write(fortress.folder() + "/cert.pem", certificate.certificate());
  fortress.write(fortress.folder() + "/key.pem", certificate.key());
}

bool speaks_tls(Fortress& fortress, int port) {
  client::Client::Settings settings;
  settings.tls = net::TlsContext::client().value();
  client::Client client(fortress.host(), settings);
  bool ended = false;
  client.on_close([&](const std::string&) { ended = true; });
  client.connect(fortress.door(port));
  fortress.until([&] { return client.open() || ended; });
  return client.open();
}

// A UDP port that is open tells a stranger to prove its address.
bool speaks_udp(Fortress& fortress, int port) {
  bool answered = false;
  auto socket = fortress.host().network.open_datagrams(
      {"127.0.0.1", 0}, [&](const net::PeerAddress&, std::span<char>) { answered = true; });
  REQUIRE(socket.ok());
  Buffer hello;
  REQUIRE(protocol::append_package(hello, protocol::PackageType::handshake,
                                   std::string(server::TestClient::kHello) + std::string(40, ' ')));
  const auto to = net::parse_peer(fortress.door(port));
  REQUIRE(to.has_value());
  (*socket)->send(*to, hello.view());
  return fortress.until([&] { return answered; }, std::chrono::seconds(2));
}

TEST_CASE("one server has a plain, a TLS and a UDP port; another of its type has none of them") {
  Fortress fortress("defaults", kMorePorts, kSecond);
  install_certificate(fortress);
  fortress.start();
  for (const int port : {Fortress::kDoor, 3051}) fortress.check_served(*fortress.guest(port));
  CHECK(speaks_tls(fortress, kTls));
  CHECK_FALSE(speaks_tls(fortress, Fortress::kDoor));
  CHECK_FALSE(speaks_tls(fortress, 3051));
  CHECK(speaks_udp(fortress, kUdp));
  CHECK_FALSE(speaks_udp(fortress, 3051));
  // Plain words on the TLS port are refused.
  const auto plain = fortress.visitor(kTls);
  REQUIRE(fortress.until([&] { return plain->stream != nullptr; }));
  plain->handshake();
  CHECK(fortress.until([&] { return plain->ended; }));
  CHECK(plain->text.find("200") == std::string::npos);
}

TEST_CASE("wrong ports in servers.json are told with file, line and column, and exit code 2") {
  struct Wrong {
    const char* members;
    const char* says;
  };
  for (const Wrong& wrong :
       {Wrong{R"(,"listeners":[{"port":"x"}])", "port"},
        Wrong{R"(,"listeners":[{"transport":"carrier pigeon","port":3060}])", "carrier pigeon"},
        Wrong{R"(,"listeners":[{"port":3060,"host":"not-numeric"}])", "not-numeric"},
        Wrong{R"(,"listeners":[{"port":3060,"proxies":["10.0.0.0/33"]}])", "proxies"},
        Wrong{R"(,"listeners":[{"transport":"udp","port":3060,"tls":{"pkcs12":"a"}}])", "tls"},
        Wrong{R"(,"listeners":5)", "listeners"},
        Wrong{R"(,"tls":{"key":"key.pem"})", "certificate"},
        Wrong{R"(,"listeners":[{"port":3060},{"port":3060}])", "3060"}}) {
    CAPTURE(wrong.members);
    Fortress fortress("defaults");
    // As it is written here, so that the place can be told.
    const std::string before =
        R"({"defaults":{"connector":[{"id":"c-1","host":"127.0.0.1","port":4050,"clientPort":3050,)"
        "\n\"frontend\":true";
    fortress.write(fortress.config("servers.json"), before + wrong.members + "}]}}");
    const auto started = fortress.run({"start", "--daemon"});
    INFO(started.output);
    CHECK(started.code == 2);
    CHECK(started.says("servers.json:2:"));
    CHECK(started.says(wrong.says));
  }
}

TEST_CASE("a port that another program has ends the start with exit code 3 and names the port") {
  for (const int taken : {Fortress::kDoor, kTls, kUdp}) {
    CAPTURE(taken);
    Fortress fortress("defaults", kMorePorts);
    install_certificate(fortress);
    net::Host& host = fortress.host();
    const net::Address address{"", fortress.door(taken).port};
    std::unique_ptr<net::Listener> tcp;
    std::unique_ptr<net::DatagramSocket> udp;
    if (taken == kUdp)
      udp = host.network.open_datagrams(address, [](const auto&, auto) {}).value();
    else
      tcp = host.network.listen(address, [](auto) {}).value();
    const auto started = fortress.run({"start", "--daemon"});
    INFO(started.output);
    CHECK(started.code == 3);
    CHECK(started.says(std::to_string(address.port)));
  }
}

}  // namespace
}  // namespace shaddock::system_test
