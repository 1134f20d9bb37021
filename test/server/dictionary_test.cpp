// Routes that travel as codes (Settings::Connector::use_dict), in requests and in pushes.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using Over = TestClient::Over;
using Lines = std::vector<std::string>;

namespace {

struct Codes : Lobby {
  explicit Codes(bool use_dict = true)
      : Lobby([use_dict](Settings& settings) { settings.connector.use_dict = use_dict; },
              lobby_protocol()) {}
  std::string ask_code(TestClient& client, std::uint16_t code, std::string_view body) {
    const std::uint32_t id = client.request_code(code, body);
    settle();
    return client.answer(id);
  }
};

// In the order of the sorted routes.
constexpr std::uint16_t kChatEcho = 1, kConnectorEcho = 3;

}  // namespace

TEST_CASE("a request may have its route as a code, and be answered here or by another server") {
  Codes town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.join("connector-1", over);
    CHECK(town.ask_code(client, kConnectorEcho, R"({"a":1})") == R"({"a":1})");
    CHECK(town.ask_code(client, kChatEcho, R"({"a":2})") == R"({"a":2})");
    CHECK(town.ask(client, "chat.room.echo", R"({"a":3})") == R"({"a":3})");
  }
}

TEST_CASE("a notify may have its route as a code") {
  Codes town;
  TestClient& client = town.join("connector-1");
  client.send_message({protocol::MessageType::notify, false, true, kChatEcho, 0, {}}, "{}");
  CHECK(town.ask(client, "chat.room.echo", "1") == "1");
  CHECK(client.messages.size() == 1);
  CHECK(town.counted(Count::unknown_code) == 0);
}

TEST_CASE("an unknown code is dropped without an answer, and the connection stays") {
  Codes town;
  TestClient& client = town.join("connector-1");
  std::uint64_t dropped = 0;
  for (const std::uint16_t code : {0, 7, 255, 256, 65535}) {
    CHECK(town.ask_code(client, code, "{}") == "");
    CHECK(town.counted(Count::unknown_code) == ++dropped);
  }
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  CHECK(client.messages.size() == 1);
}

TEST_CASE("without use_dict every code is unknown, whatever the files say") {
  Codes town(false);
  TestClient& client = town.join("connector-1");
  CHECK(town.ask_code(client, kConnectorEcho, "{}") == "");
  CHECK(town.counted(Count::unknown_code) == 1);
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  Lobby without([](Settings& settings) { settings.connector.use_dict = true; });
  TestClient& other = without.join("connector-1");
  other.request_code(1);
  CHECK(without.ask(other, "connector.h.echo", "1") == "1");
  CHECK(other.messages.size() == 1);
  CHECK(without.counted(Count::unknown_code) == 1);
}

TEST_CASE("a push has its code where the dictionary knows the route, else its text") {
  Codes town;
  TestClient& raw = town.join("connector-1");
  TestClient& web = town.join("connector-1", Over::websocket);
  town.push("onPlain", Json{{"a", 1}});
  town.push("onOther", Json{{"a", 2}});
  for (TestClient* client : {&raw, &web}) {
    CHECK(client->messages ==
          Lines{std::string("\x07\x00\x06{\"a\":1}", 10), "\x06\x07onOther{\"a\":2}"});
  }
  Codes plain(false);
  TestClient& client = plain.join("connector-1");
  plain.push("onPlain", Json{{"a", 1}});
  CHECK(client.messages == Lines{"\x06\x07onPlain{\"a\":1}"});
}

TEST_CASE("answers have no route, whatever the request had") {
  Codes town;
  TestClient& client = town.join("connector-1");
  town.ask_code(client, kChatEcho, "1");
  town.ask(client, "chat.room.echo", "2");
  CHECK(client.messages == Lines{"\x04\x01\x31", "\x04\x02\x32"});
}
