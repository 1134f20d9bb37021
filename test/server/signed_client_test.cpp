// Clients that sign their bodies (Settings::Connector::use_crypto), from the handshake on.
#include <doctest/doctest.h>

#include <string>

#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using Over = TestClient::Over;
using protocol::MessageType;

namespace {

// The vector that a client of Pomelo and OpenSSL agree on: a key of 512 bits and its signature over
// {"uid":"bob","n":1}.
const std::string kModulus =
    "bb03273393a97ce85313aa2fd8b9267fd9731eec9a024e0ed7d5f3b103baef20"
    "cbf78beae7f9be0a9d0c0db95a24c6dd154302432282fadbc52378073acfb7b3";
const std::string kSignature =
    "4f3dbdb457c7a102d5347590e3c23437c9107fb0ea6d4a5a09bc4989749d946b"
    "263abe1bb737cedbe529e2e0af533ee8d617cd1ea0be87c9ebe074ca53d99566";
const std::string kSigned = R"({"uid":"bob","n":1,"__crypto__":")" + kSignature + "\"}";
const std::string kUnsigned = R"({"uid":"bob","n":1})";

std::string hello_with(const std::string& rsa) {
  return R"({"sys":{"type":"js-websocket","version":"0.0.1","rsa":)" + rsa + R"(},"user":{}})";
}
const std::string kBobsHello = hello_with(R"({"rsa_n":")" + kModulus + R"(","rsa_e":65537})");

void sign(Settings& settings) { settings.connector.use_crypto = true; }

}  // namespace

TEST_CASE("the signed body of the vector reaches handlers without its signature") {
  Lobby town(sign);
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.join("connector-1", over, kBobsHello);
    CHECK(town.ask(client, "connector.h.echo", kSigned) == kUnsigned);
    CHECK(town.ask(client, "chat.room.echo", kSigned) == kUnsigned);
    client.notify("connector.h.login", kSigned);
    CHECK(town.ask(client, "chat.room.uid", kSigned) == R"("bob")");
  }
  CHECK(town.counted(Count::unsigned_messages) == 0);
}

TEST_CASE("a body without a signature or with a wrong one runs nothing, and is answered with 400") {
  Lobby town(sign);
  TestClient& client = town.join("connector-1", Over::tcp, kBobsHello);
  std::string wrong = kSigned, other = kSigned;
  wrong[wrong.find("4f3d")] = '5';
  other[other.find("bob")] = 'B';
  std::uint64_t refused = 0;
  for (const std::string& body : {kUnsigned, wrong, other, std::string("{}"), std::string(),
                                  std::string("no json"), std::string("[]")}) {
    CAPTURE(body);
    for (const char* route : {"connector.h.login", "chat.room.echo"}) {
      CHECK(town.ask(client, route, body) == R"({"code":400})");
      client.notify(route, body);
      town.settle();
      refused += 2;
    }
  }
  CHECK(client.messages.size() == 14);
  CHECK(town.counted(Count::unsigned_messages) == refused);
  CHECK(town.front().sessions().bound() == 0);
  CHECK(!client.ended);
}

TEST_CASE("who shows no good key is refused") {
  Lobby town(sign);
  for (const std::string rsa :
       {"{}", "null", "5", R"({"rsa_n":""})", R"({"rsa_n":"0","rsa_e":65537})",
        R"({"rsa_n":"zz","rsa_e":65537})", R"({"rsa_n":"bb03","rsa_e":-1})"}) {
    CAPTURE(rsa);
    TestClient& client = town.connect("connector-1");
    client.handshake(hello_with(rsa));
    town.settle();
    REQUIRE(client.handshakes.size() == 1);
    CHECK(client.handshakes[0] == R"({"code":500})");
    CHECK(client.ended);
  }
  TestClient& none = town.join("connector-1");
  CHECK(none.heard.size() == 1);
  CHECK(none.ended);
}

TEST_CASE("without use_crypto a key is no more than data, and a signature a field as others") {
  Lobby town;
  TestClient& client = town.join("connector-1", Over::tcp, kBobsHello);
  CHECK(town.ask(client, "connector.h.echo", kSigned) == kSigned);
  CHECK(town.ask(client, "connector.h.echo", kUnsigned) == kUnsigned);
}

TEST_CASE("the key outlives a logout") {
  Lobby town(sign);
  TestClient& client = town.join("connector-1", Over::tcp, kBobsHello);
  CHECK(town.ask(client, "connector.h.logout", kSigned) == R"("out")");
  CHECK(town.ask(client, "connector.h.echo", kSigned) == kUnsigned);
  CHECK(town.ask(client, "connector.h.echo", kUnsigned) == R"({"code":400})");
}

TEST_CASE("a body in protobuf has its signature as a field of the schema") {
  auto schema = testing::schema_of(
      R"({"connector.h.echo": {"required string uid": 1, "required uInt32 n": 2,
                               "optional string __crypto__": 3},
          "chat.room.echo": {"required string uid": 1, "required uInt32 n": 2,
                             "optional string __crypto__": 3}})");
  Lobby town(
      [](Settings& settings) {
        sign(settings);
        settings.connector.use_protobuf = true;
      },
      std::make_shared<const protocol::ClientProtocol>(
          protocol::ClientProtocol{protocol::Dictionary(), {schema, protocol::ProtoSchema()}}));
  TestClient& client = town.join("connector-1", Over::tcp, kBobsHello);
  const std::string plain =
      "\x0A\x03"
      "bob\x10\x01";
  const std::string with_signature = plain + "\x1A\x80\x01" + kSignature;
  for (const char* route : {"connector.h.echo", "chat.room.echo"}) {
    CHECK(town.ask(client, route, with_signature) == kUnsigned);
    CHECK(town.ask(client, route, plain) == R"({"code":400})");
    CHECK(town.ask(client, route, "\xFF") == R"({"code":400})");
  }
}

TEST_CASE("what is signed and compressed is inflated first") {
  Lobby town(sign);
  std::string hello = kBobsHello;
  hello.insert(hello.find("\"type\""), R"("compress":"zlib",)");
  TestClient& client = town.join("connector-1", Over::tcp, hello);
  Deflater deflater;
  Buffer deflated;
  const std::string spaced = kSigned + std::string(200, ' ');
  REQUIRE(deflater.deflate(Compression::zlib, spaced, deflated));
  const std::uint32_t id = client.request_deflated("connector.h.echo", deflated.view());
  town.settle();
  CHECK(client.answer(id) == kUnsigned);
}
