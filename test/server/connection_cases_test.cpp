#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/loopback.h"
#include "net/raw_peer.h"
#include "server/counted_gate.h"

// Connections as hostile and unlucky peers make them: the cases P1 to P12 of raw packages, those of
// WebSocket that need a whole server, and lengths that lie.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Over = TestClient::Over;
using protocol::PackageType;
using Wishes = Settings::Connector;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* kWelcome = R"(handshake {"code":200,"sys":{}})";
const char* kEcho = "connector.h.echo";

std::string opening() {
  return package_of(PackageType::handshake, kHello) + package_of(PackageType::handshake_ack, "");
}
std::string upgrade() {
  return "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

}  // namespace

TEST_CASE("P1, T11: a conversation cut in two at any byte is the same conversation") {
  const std::string raw =
      opening() + request_of(1, kEcho, "1") + package_of(PackageType::heartbeat, "");
  for (std::size_t at = 0; at <= raw.size(); ++at) {
    CAPTURE(at);
    CountedGate town;
    TestClient& client = town.connect("connector-1");
    town.send(client, raw.substr(0, at));
    town.pass(1000);
    town.send(client, raw.substr(at));
    CHECK(client.heard == Lines{kWelcome, "answer 1 1"});
  }
}

TEST_CASE("W11, T11: so is one of HTTP and frames, also all in one piece") {
  const std::string framed = upgrade() +
                             frame_of(kBinary, package_of(PackageType::handshake, kHello)) +
                             frame_of(kBinary, package_of(PackageType::handshake_ack, "")) +
                             frame_of(kPing, "p") + frame_of(kBinary, request_of(1, kEcho, "1"));
  for (std::size_t at = 0; at <= framed.size(); ++at) {
    CAPTURE(at);
    CountedGate town;
    TestClient& client = town.connect("connector-1");
    town.send(client, framed.substr(0, at));
    town.pass(1000);
    town.send(client, framed.substr(at));
    CHECK(!client.ended);
    CHECK(client.text.starts_with("HTTP/1.1 101"));
    CHECK(client.text.find(R"({"code":200,"sys":{}})") != std::string::npos);
    CHECK(client.text.ends_with("\x82\x07\x04\0\0\x03\x04\x01"s + "1"));
  }
}

TEST_CASE("T11: what begins like a verb is waited for, what can be none is not") {
  CountedGate town;
  for (const char* start : {"G", "GE", "GET", "P", "O", "OPTIONS", "HEA"}) {
    TestClient& client = town.connect("connector-1");
    town.send(client, start);
    CHECK(!client.ended);
    town.send(client, "\x01");
    CHECK(client.ended);
  }
  for (const std::string& start : {"X"s, "g"s, "\0"s, "\x06"s, "\x16"s, "\x80"s, "\xff"s}) {
    TestClient& client = town.connect("connector-1");
    town.send(client, start);
    CHECK(client.ended);
  }
  CHECK(town.server().connections() == 0);
  CHECK(town.server().sessions().size() == 0);
}

TEST_CASE("P2: fifty packages in one piece are answered in their order") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  std::string all = opening();
  Lines expected{kWelcome};
  for (std::uint32_t i = 1; i <= 50; ++i) {
    all += request_of(i, kEcho, std::to_string(i));
    expected.push_back("answer " + std::to_string(i) + ' ' + std::to_string(i));
  }
  town.send(client, all);
  CHECK(client.heard == expected);
}

TEST_CASE("P3: data before the ack is dropped and counted, and ends it after eight") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  town.send(client, package_of(PackageType::handshake, kHello));
  for (std::uint32_t i = 1; i <= 8; ++i) town.send(client, request_of(i, kEcho, "1"));
  CHECK(!client.ended);
  town.send(client, request_of(9, kEcho, "1"));
  CHECK(client.ended);
  CHECK(client.heard == Lines{kWelcome});
  CHECK(town.count(Count::early_messages) == 9);
}

TEST_CASE("P4, P5: a second handshake and an ack out of turn are ignored") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  town.send(client, package_of(PackageType::handshake_ack, ""));
  town.send(client, opening() + opening());
  town.send(client, package_of(PackageType::handshake, "no JSON"));
  CHECK(town.serves(client));
  CHECK(client.heard == Lines{kWelcome, "answer 1 1"});
}

TEST_CASE("P6: a heartbeat may have a body, which is nothing") {
  CountedGate town([](Wishes& connector) { connector.heartbeat = 3s; });
  TestClient& client = town.join("connector-1");
  town.send(client, package_of(PackageType::heartbeat, "beat"));
  CHECK(client.heard.back() == "heartbeat");
  CHECK(client.count("heartbeat") == 2);
  CHECK(town.serves(client));
}

TEST_CASE("P8: a compressed body that was not agreed on ends it") {
  CountedGate town;
  TestClient& client = town.join("connector-1", Over::websocket);
  client.send_message({protocol::MessageType::request, true, false, 0, 1, kEcho},
                      "\x78\x9c\x33\x04\x00\x00\x32\x00\x32");
  town.settle();
  CHECK(client.heard.back() == "close 1002");
  CHECK(town.count(Count::malformed_package) == 1);
}

TEST_CASE("P9, P10: nobody waits for an answer to id 0 or to a notify, known or not") {
  CountedGate town;
  TestClient& client = town.join("connector-1");
  for (const char* route : {kEcho, "connector.h.none", "nobody.h.f", "a.b", "a", "", "....."}) {
    client.notify(route);
    town.send(client, request_of(0, route, "1"));
  }
  CHECK(client.heard == Lines{kWelcome});
  CHECK(town.serves(client));
}

TEST_CASE("P11: an end in the midst of a package ends one session, and runs nothing") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    CountedGate town;
    TestClient& client = town.join("connector-1", over);
    TestClient& other = town.join("connector-1", over);
    const std::string package = request_of(1, "connector.h.keep", "1");
    const std::string bytes = over == Over::tcp ? package : frame_of(kBinary, package);
    town.send(client, bytes.substr(0, bytes.size() - 1));
    town.hang_up(client);
    CHECK(town.kept.empty());
    CHECK(town.server().sessions().size() == 1);
    CHECK(town.serves(other));
  }
}

namespace {

// One frontend on real sockets.
struct Harbour {
  explicit Harbour(std::function<void(Wishes&)> set = {}) {
    ServerType(definition.types["connector"])
        .handler("h")
        .on("echo", [](FrontendSession&, const Json& body) { return body; })
        .on("watch", [this](FrontendSession& session, const Json&) {
          session.on_close([this](FrontendSession&) { ++ends; });
        });
    ServerInfo info;
    info.id = "connector-1", info.type = "connector", info.host = "127.0.0.1";
    info.frontend = true, info.incarnation = 1, info.state = ServerInfo::State::up;
    Settings settings;
    if (set) set(settings.connector);
    house = std::make_unique<Town::House>(world.host(),
                                          ServerSetup{info, settings, definition, "secret"});
    REQUIRE(house->server.start().ok());
    house->server.apply_view({1, {info}});
    world.run_until([&] { return house->ready == 1; });
  }
  std::unique_ptr<TestClient> join(Over over = Over::tcp) {
    auto client = std::make_unique<TestClient>(
        world.host(), net::Address{"127.0.0.1", house->server.client_address().port}, over);
    world.run_until([&] { return client->stream != nullptr; });
    if (over == Over::websocket)
      world.run_until([&] { return client->text.find("\r\n\r\n") != std::string::npos; });
    client->handshake();
    client->ack();
    client->request("connector.h.watch");
    world.run_until([&] { return client->count("answer") == 1; });
    return client;
  }

  net::Loopback world;
  detail::Definition definition;
  std::unique_ptr<Town::House> house;
  int ends = 0;
};

}  // namespace

TEST_CASE("P12: a mebibyte in one go and a half-close: every answer still comes, then the end") {
  Harbour harbour;
  net::RawPeer peer(harbour.house->server.client_address().port);
  const std::string body = '"' + std::string(10'000, 'x') + '"';
  std::string all = opening() + request_of(1, "connector.h.watch", "1");
  for (std::uint32_t i = 2; i <= 106; ++i) all += request_of(i, kEcho, body);
  CHECK(all.size() > 1u << 20);
  harbour.world.run_until([&] {
    peer.write(all);
    if (all.empty()) peer.end_writing();
    peer.read(1 << 20);
    return peer.ended;
  });
  std::size_t answers = 0;
  for (std::size_t at = 0; (at = peer.text.find(body, at)) != std::string::npos; ++at) ++answers;
  CHECK(answers == 105);
  harbour.world.run_until([&] { return harbour.house->server.connections() == 0; });
  CHECK(harbour.ends == 1);
}

TEST_CASE("W41: we close and the peer never answers: over in two seconds, the session once") {
  Harbour harbour;
  const auto client = harbour.join(Over::websocket);
  client->stream->write(frame_of(3, ""));  // no such opcode; the peer does not close by itself
  const auto start = harbour.world.loop().now();
  harbour.world.run_until([&] { return harbour.house->server.connections() == 0; });
  CHECK(harbour.world.loop().now() - start <= 2500ms);
  CHECK(client->heard.back() == "close 1002");
  CHECK(harbour.ends == 1);
}

TEST_CASE("W41: a reset in the midst of a frame ends the session once") {
  Harbour harbour;
  const auto client = harbour.join(Over::websocket);
  client->stream->write(frame_of(kBinary, std::string(1000, 'x')).substr(0, 500));
  harbour.world.run_turns(10);
  client->stream->write(std::string(1 << 20, 'x'));  // unsent when it goes: a reset
  client->stream.reset();
  harbour.world.run_until([&] { return harbour.house->server.connections() == 0; });
  CHECK(harbour.ends == 1);
  harbour.world.run_turns(10);
  CHECK(harbour.ends == 1);
}

TEST_CASE("W40: what comes behind a close frame is ignored") {
  for (const std::string& after : {frame_of(kBinary, request_of(7, "connector.h.keep", "1")),
                                   frame_of(kPing, "late"), frame_of(kClose, "\x03\xE9")}) {
    CountedGate town;
    TestClient& client = town.join("connector-1", Over::websocket);
    town.send(client, frame_of(kClose, "\x03\xE8") + after);
    town.send(client, after);
    CHECK(client.heard == Lines{kWelcome, "close 1000"});
    CHECK(client.ended);
    CHECK(town.kept.empty());
    CHECK(town.refusals() == 0);
  }
}

TEST_CASE("W42: a server that stops says 1001, a kick its reason and 1000, one too many 1013") {
  CountedGate town([](Wishes& connector) { connector.limits.half_open = 1; });
  TestClient& kicked = town.join("connector-1", Over::websocket);
  kicked.request("connector.h.kick");
  town.settle();
  CHECK(kicked.heard == Lines{kWelcome, R"(kick {"reason":"bye"})", "close 1000"});
  TestClient& oldest = town.connect("connector-1", Over::websocket);
  TestClient& client = town.join("connector-1", Over::websocket);
  CHECK(oldest.heard == Lines{"close 1013"});
  town.server().stop([] {});
  town.pass(2100);
  CHECK(client.heard == Lines{kWelcome, "close 1001"});
}

TEST_CASE("T1: packages and messages that no client sends end it, and nobody else") {
  CountedGate town([](Wishes& connector) {
    connector.limits.new_burst = 0, connector.limits.new_per_address = 0;
  });
  TestClient& other = town.join("connector-1");
  std::vector<std::string> bad;
  for (unsigned type = 0; type < 256; ++type)
    if (type == 0 || type > 4) bad.push_back(std::string(1, static_cast<char>(type)) + "\0\0\0"s);
  // Of a flag, bits 1 to 3 are the type: request 0, notify 1, response 2, push 3.
  for (unsigned flag = 0; flag < 256; ++flag) {
    const bool known = (flag & 0xE0) == 0 && (flag >> 1 & 7) <= 1;
    if (!known)
      bad.push_back(package_of(
          PackageType::data, std::string(1, static_cast<char>(flag)) + "\x01\x03" + "a.b" + "{}"));
  }
  for (const std::string& bytes : bad) {
    CAPTURE(static_cast<unsigned>(static_cast<unsigned char>(bytes[0])));
    CAPTURE(bytes.size());
    TestClient& client = town.join("connector-1");
    town.send(client, bytes);
    CHECK(client.ended);
    CHECK(client.heard == Lines{kWelcome});
  }
  CHECK(town.count(Count::malformed_package) == bad.size());
  CHECK(town.serves(other));
  CHECK(town.server().connections() == 1);
}

namespace {

std::string data(const std::string& message) { return package_of(PackageType::data, message); }
std::string package_header(unsigned type, std::uint32_t length) {
  std::string header(1, static_cast<char>(type));
  for (int shift : {16, 8, 0}) header += static_cast<char>(length >> shift);
  return header;
}
std::string frame_header(std::uint64_t length, bool as_long) {
  std::string header = as_long ? "\x82\xFF" : "\x82\xFE";
  for (int shift = as_long ? 56 : 8; shift >= 0; shift -= 8)
    header += static_cast<char>(length >> shift);
  return header.append(4, '\0');  // the mask
}

struct Length {
  std::string what;
  Over over;
  std::string bytes;
};

// Lengths that lie, each in the place where it is read. All of them end the connection before the
// body is there.
std::vector<Length> lying_lengths() {
  std::vector<Length> all;
  for (const std::uint32_t length : {0x10001u, 0x10002u, 0x1FFFFu, 0x20000u, 0x7FFFFFu, 0x800000u,
                                     0x800001u, 0xFFFFFEu, 0xFFFFFFu})
    for (const unsigned type : {1u, 2u, 3u, 4u})
      all.push_back({"package " + std::to_string(length), Over::tcp, package_header(type, length)});
  for (const std::uint64_t length :
       {0x10005ull, 0x10006ull, 0xFFFFFFull, 0x7FFFFFFFull, 0x80000000ull, 0xFFFFFFFFull,
        0x100000000ull, 0x100000004ull, 0x7FFFFFFFFFFFFFFFull, 0x8000000000000000ull,
        0xFFFFFFFFFFFFFFFFull, 125ull, 126ull, 65'535ull})
    all.push_back({"frame " + std::to_string(length), Over::websocket, frame_header(length, true)});
  for (const std::uint64_t length : {0ull, 1ull, 125ull})
    all.push_back(
        {"short frame " + std::to_string(length), Over::websocket, frame_header(length, false)});
  for (const char* id : {"\x80\x80\x80\x80\x10", "\x80\x80\x80\x80\x80\x01", "\xFF\xFF\xFF\xFF\xFF",
                         "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", "\x80"})
    all.push_back({"id", Over::tcp, data("\0"s + id + "\x01" + "a")});
  for (const std::size_t length : {1u, 5u, 127u, 128u, 254u, 255u})
    all.push_back({"route " + std::to_string(length), Over::tcp,
                   data("\0\x01"s + static_cast<char>(length) + std::string(length - 1, 'a'))});
  all.push_back({"half a code", Over::tcp, data("\x01\x01\x00"s)});
  all.push_back({"no route", Over::tcp, data("\0\x01"s)});
  return all;
}

}  // namespace

TEST_CASE("T2: lengths that lie are refused from the header, and nothing is kept for them") {
  const std::vector<Length> lengths = lying_lengths();
  CHECK(lengths.size() >= 60);
  for (const Length& one : lengths) {
    CAPTURE(one.what);
    CountedGate town;
    TestClient& client = town.join("connector-1", one.over);
    town.send(client, one.bytes);
    CHECK(client.ended);
    CHECK(town.refusals() == 1);
    CHECK(client.count("answer") == 0);
    CHECK(town.server().connections() == 0);
  }
}

TEST_CASE("T2: lengths that are long but true are taken") {
  CountedGate town;
  TestClient& client = town.join("connector-1");
  town.send(client, request_of(0xFFFFFFFF, kEcho, "1"));
  CHECK(client.heard.back() == "answer 4294967295 1");
  town.send(client, request_of(0x80000000, kEcho, "2"));
  CHECK(client.heard.back() == "answer 2147483648 2");
  const std::string route = "connector." + std::string(243, 'h') + ".e";
  REQUIRE(route.size() == 255);
  town.send(client, request_of(5, route, "3"));
  CHECK(client.heard.back().starts_with(R"(answer 5 {"code":500)"));
}
