// Several client ports of one server, each with options of its own, and who a client behind a proxy
// is taken for.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/datagram_world.h"
#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using Over = TestClient::Over;
using Transport = ListenerSettings::Transport;

namespace {

constexpr int kSecond = 45'000, kUdp = 45'001;

// One port as Pomelo's, another with these options.
Lobby::Set second(std::function<void(ListenerSettings&)> set) {
  return [set](Settings& settings) {
    ListenerSettings& listener = settings.connector.listeners.emplace_back();
    listener.port = kSecond;
    set(listener);
  };
}
const net::Address kSecondAddress{"127.0.0.1", kSecond};

TestClient& join(Lobby& town, const net::Address& address, Over over = Over::tcp) {
  TestClient& client = town.connect(address, over);
  client.handshake();
  town.settle();
  client.ack();
  town.settle();
  return client;
}

std::string upgrade_with(const std::string& headers) {
  return "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         headers + "\r\n";
}
// The status that an upgrade is answered with.
std::string status_of(Lobby& town, const net::Address& address, const std::string& headers = "") {
  TestClient& client = town.connect(address);
  client.send_bytes(upgrade_with(headers));
  town.settle();
  return client.text.substr(0, 12);
}

// What the server thinks a client's address is, after these bytes.
std::string address_after(Lobby& town, const net::Address& to, std::string_view first) {
  TestClient& client = town.connect(to);
  client.send_bytes(first);
  client.handshake();
  client.ack();
  return town.ask(client, "connector.h.address");
}

}  // namespace

TEST_CASE("two ports of one server have the same handlers and sessions, and options of their own") {
  Lobby town(second([](ListenerSettings& listener) { listener.websocket = false; }));
  const net::Address first = town.front().client_address();
  CHECK(first.port != kSecond);
  TestClient& one = join(town, first, Over::websocket);
  TestClient& two = join(town, kSecondAddress);
  CHECK(town.ask(one, "connector.h.echo", "1") == "1");
  CHECK(town.ask(two, "connector.h.echo", "2") == "2");
  CHECK(town.ask(two, "chat.room.echo", "3") == "3");
  CHECK(town.front().connections() == 2);
  town.push("onAll", Json(1));
  CHECK(one.heard.back() == "push onAll 1");
  CHECK(two.heard.back() == "push onAll 1");
  CHECK(status_of(town, first) == "HTTP/1.1 101");
  CHECK(status_of(town, kSecondAddress) == "HTTP/1.1 403");
}

TEST_CASE("the first entry without a port, or with clientPort's, describes that port") {
  Lobby town([](Settings& settings) {
    settings.connector.listeners.resize(3);
    settings.connector.listeners[0].port = kSecond;
    settings.connector.listeners[1].raw = false;  // of servers.json, say
    settings.connector.listeners[2].websocket = false;
  });
  CHECK(status_of(town, town.front().client_address()) == "HTTP/1.1 101");
  CHECK(join(town, town.front().client_address()).ended);
  CHECK(!join(town, kSecondAddress).ended);
}

TEST_CASE("a port without raw packages closes them, a WebSocket is welcome there") {
  Lobby town(second([](ListenerSettings& listener) { listener.raw = false; }));
  TestClient& raw = join(town, kSecondAddress);
  CHECK(raw.ended);
  CHECK(raw.heard.empty());
  CHECK(town.counted(Count::malformed_package) == 1);
  TestClient& web = join(town, kSecondAddress, Over::websocket);
  CHECK(town.ask(web, "connector.h.echo", "1") == "1");
}

TEST_CASE("text frames are packages where the port allows them, else the end with 1003") {
  Lobby town(second([](ListenerSettings& listener) { listener.text = false; }));
  for (const bool allowed : {true, false}) {
    TestClient& client =
        town.connect(allowed ? town.front().client_address() : kSecondAddress, Over::websocket);
    const std::string hello = package_of(protocol::PackageType::handshake, TestClient::kHello);
    net::write_masked_frame(client.stream->output(), net::Opcode::text, hello, 7);
    town.settle();
    CHECK(client.handshakes.size() == (allowed ? 1 : 0));
    CHECK(client.ended != allowed);
    if (!allowed) CHECK(client.heard.back() == "close 1003");
  }
}

TEST_CASE("a port with origins upgrades none but theirs; who has none only if none is required") {
  const std::string good = "Origin: https://game.example\r\n",
                    bad = "Origin: https://evil.example\r\n";
  for (const bool required : {false, true}) {
    Lobby town(second([required](ListenerSettings& listener) {
      listener.origins = {"https://game.example"};
      listener.origin_required = required;
    }));
    CHECK(status_of(town, kSecondAddress, good) == "HTTP/1.1 101");
    CHECK(status_of(town, kSecondAddress, bad) == "HTTP/1.1 403");
    CHECK(status_of(town, kSecondAddress) == (required ? "HTTP/1.1 403" : "HTTP/1.1 101"));
    CHECK(status_of(town, town.front().client_address(), bad) == "HTTP/1.1 101");
  }
}

TEST_CASE("a UDP port beside TCP has the same handlers, and pushes reach both") {
  Lobby town([](Settings& settings) {
    ListenerSettings& udp = settings.connector.listeners.emplace_back();
    udp.transport = Transport::udp;
    udp.port = kUdp;
  });
  TestClient& tcp = town.join("connector-1");
  datagrams::DatagramPeer peer(town.world.network(), {"10.0.0.1", 1000}, {"127.0.0.1", kUdp});
  const auto say = [&](std::string_view bytes) {
    peer.say(bytes);
    town.settle();
  };
  say(datagrams::kHello);
  REQUIRE(peer.heard.size() == 1);
  say(datagrams::hello_with(datagrams::token_in(peer.heard[0])));
  REQUIRE(peer.heard.size() == 2);
  CHECK(peer.heard[1] == datagrams::kWelcome);
  say(datagrams::kAck);
  say(request_of(1, "connector.h.echo", "1"));
  say(request_of(2, "chat.room.echo", "2"));
  say(request_of(3, "connector.h.address", "{}"));
  REQUIRE(peer.heard.size() == 5);
  CHECK(peer.heard[2] == datagrams::data_of("\x04\x01\x31"));
  CHECK(peer.heard[3] == datagrams::data_of("\x04\x02\x32"));
  CHECK(peer.heard[4] == datagrams::data_of("\x04\x03\"10.0.0.1\""));
  town.push("onAll", Json(1));
  CHECK(peer.heard.back() == datagrams::data_of("\x06\x05onAll1"));
  CHECK(tcp.heard.back() == "push onAll 1");
  CHECK(town.front().connections() == 2);
}

TEST_CASE("an option that cannot be is told when the ports open") {
  const auto complaint = [](const std::vector<ListenerSettings>& listeners) {
    Town town;
    town.frontend("connector-1", "connector");
    town.entries[0].state = ServerInfo::State::up;
    const auto set = [&](const ServerInfo&, Settings& settings) {
      settings.connector.listeners = listeners;
    };
    REQUIRE(town.open(town.entries[0], set).ok());
    town.show();
    CHECK(town.house("connector-1").ready == 0);
    return town.house("connector-1").fatal;
  };
  ListenerSettings main, other, udp;
  other.port = kSecond;
  udp.port = kUdp;
  udp.transport = Transport::udp;
  CHECK(complaint({other, other}) == "address in use");
  CHECK(complaint({udp, udp}) == "address in use");
  main.proxies = {"no network"};
  CHECK(complaint({main}).find("no network") != std::string::npos);
  CHECK(complaint({main, other}).find("no network") != std::string::npos);
}

TEST_CASE("a PROXY header of a listed address says who the client is, v1 and v2") {
  Lobby town(second([](ListenerSettings& listener) { listener.proxies = {"127.0.0.0/8"}; }));
  using namespace std::string_literals;
  const std::string v1 = "PROXY TCP4 203.0.113.7 192.0.2.1 1234 3010\r\n";
  const std::string v2 =
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x08\xC0\0\x02\x01\x04\xD2\x0B\xC2"s;
  CHECK(address_after(town, kSecondAddress, v1) == R"("203.0.113.7")");
  CHECK(address_after(town, kSecondAddress, v2) == R"("203.0.113.8")");
  CHECK(address_after(town, kSecondAddress, "PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n")
            .find("2001:db8::7") != std::string::npos);
  CHECK(address_after(town, kSecondAddress, "PROXY UNKNOWN\r\n") == R"("127.0.0.1")");
  CHECK(address_after(town, kSecondAddress, "") == R"("127.0.0.1")");
}

TEST_CASE("a PROXY header of anyone else, or a broken one, ends the connection") {
  Lobby town(second([](ListenerSettings& listener) { listener.proxies = {"10.0.0.0/8"}; }));
  const std::string v1 = "PROXY TCP4 203.0.113.7 192.0.2.1 1234 3010\r\n";
  CHECK(address_after(town, kSecondAddress, v1) == "");
  CHECK(address_after(town, town.front().client_address(), v1) == "");
  CHECK(town.front().connections() == 0);
  Lobby listed(second([](ListenerSettings& listener) { listener.proxies = {"127.0.0.1/32"}; }));
  CHECK(address_after(listed, kSecondAddress, "PROXY TCP4 x y 1 2\r\n") == "");
  CHECK(listed.front().connections() == 0);
}

TEST_CASE("X-Forwarded-For counts from listed addresses only") {
  const std::string header = "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n";
  for (const bool listed : {true, false}) {
    Lobby town(second([listed](ListenerSettings& listener) {
      listener.proxies = {listed ? "127.0.0.0/8" : "10.0.0.0/8"};
    }));
    TestClient& client = town.connect(kSecondAddress);
    client.send_bytes(upgrade_with(header));
    town.settle();
    const auto frame = [&](std::string_view bytes) {
      net::write_masked_frame(client.stream->output(), net::Opcode::binary, bytes, 7);
      town.settle();
    };
    frame(package_of(protocol::PackageType::handshake, TestClient::kHello));
    frame(package_of(protocol::PackageType::handshake_ack, ""));
    frame(request_of(1, "connector.h.address", "{}"));
    const std::string expected = listed ? "203.0.113.7" : "127.0.0.1";
    CHECK(client.text.find("\x04\x01\"" + expected + '"') != std::string::npos);
  }
}
