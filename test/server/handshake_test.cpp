// What the client port answers to a handshake: versions, dictionary and schemas, refusals, and the
// application's own part in it (Settings::Connector::check_client and handshake).
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using Lines = std::vector<std::string>;
using protocol::PackageType;

namespace {

// The chat that Pomelo's own reply was captured from.
std::shared_ptr<const protocol::ClientProtocol> pomelo_chat() {
  return std::make_shared<const protocol::ClientProtocol>(protocol::ClientProtocol{
      protocol::Dictionary::make(
          {"gate.gateHandler.queryEntry", "chat.chatHandler.send", "connector.entryHandler.enter"})
          .unwrap(),
      {testing::schema_of("{}"), testing::schema_of(testing::kChatProtos)}});
}

const std::string kDictVersion = "s2r1qfKDrbhWCkA6uf+PTA==";
const std::string kProtoVersion = "2zWPnSlRsRxjqgcU215Uxg==";
const std::string kRoutes =
    R"("chat.chatHandler.send":1,"connector.entryHandler.enter":2,"gate.gateHandler.queryEntry":3)";
const std::string kDictionary =
    R"("dict":{)" + kRoutes + R"(},"routeToCode":{)" + kRoutes +
    R"(},"codeToRoute":{"1":"chat.chatHandler.send","2":"connector.entryHandler.enter",)"
    R"("3":"gate.gateHandler.queryEntry"},"dictVersion":")" +
    kDictVersion + R"(","useDict":true)";
const std::string kProtos =
    R"("protos":{"server":{"onChat":{"msg":{"option":"required","type":"string","tag":1},)"
    R"("from":{"option":"required","type":"string","tag":2},)"
    R"("target":{"option":"required","type":"string","tag":3},"__messages":{},)"
    R"("__tags":{"1":"msg","2":"from","3":"target"}}},"client":{},"version":")" +
    kProtoVersion + R"("},"useProto":true)";

struct Reply733 : Lobby {
  Reply733(bool dict, bool proto)
      : Lobby(
            [=](Settings& settings) {
              settings.connector.heartbeat = 3s;
              settings.connector.use_dict = dict;
              settings.connector.use_protobuf = proto;
            },
            pomelo_chat()) {}

  std::string reply(const std::string& versions = "") {
    TestClient& client = connect("connector-1");
    client.handshake(R"({"sys":{"type":"js-websocket","version":"0.0.1","rsa":{})" + versions +
                     R"(},"user":{}})");
    settle();
    REQUIRE(client.handshakes.size() == 1);
    return client.handshakes[0];
  }
};

std::string version_of(const std::string& dict, const std::string& proto) {
  return R"(,"protoVersion":")" + proto + R"(","dictVersion":")" + dict + '"';
}
std::string ok_with(const std::string& members) {
  return R"({"code":200,"sys":{"heartbeat":3)" + (members.empty() ? "" : ',' + members) + "}}";
}

// Shakes hands, and acknowledges what it may not yet.
TestClient& greet(Lobby& town, std::string_view hello = TestClient::kHello) {
  TestClient& client = town.connect("connector-1");
  client.handshake(hello);
  client.ack();
  town.settle();
  return client;
}

template <class F>
Lobby::Set with_handshake(F function) {
  return [function](Settings& settings) { settings.connector.handshake(function); };
}

struct Hello {
  struct User {
    std::string token;
    static void fields(auto& m, auto&& f) { f("token", m.token); }
  };
  User user;
  static void fields(auto& m, auto&& f) { f("user", m.user); }
};
struct Welcome {
  std::string name;
  std::optional<int> level;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("level", m.level);
  }
};

const std::string kAlice = R"({"sys":{"type":"t","version":"1"},"user":{"token":"alice"}})";

}  // namespace

TEST_CASE("the reply with dictionary and protos is Pomelo's, byte for byte") {
  Reply733 town(true, true);
  const std::string all = ok_with(kDictionary + ',' + kProtos);
  CHECK(all.size() == 733 - 4);  // of a package with its header
  CHECK(town.reply() == all);
  CHECK(town.reply(R"(,"protoVersion":0)") == all);
  CHECK(town.reply(version_of("other", "")) == all);
}

TEST_CASE(
    "what the client has already is left out, the dictionary and the protos each for itself") {
  Reply733 town(true, true);
  const std::string nothing = ok_with(R"("useDict":true,"useProto":true)");
  CHECK(nothing.size() == 0x41);
  CHECK(town.reply(version_of(kDictVersion, kProtoVersion)) == nothing);
  CHECK(town.reply(version_of(kDictVersion, "x")) == ok_with(R"("useDict":true,)" + kProtos));
  CHECK(town.reply(version_of("x", kProtoVersion)) == ok_with(kDictionary + R"(,"useProto":true)"));
}

TEST_CASE("dictionary alone, protos alone, or neither, whatever the files hold") {
  CHECK(Reply733(true, false).reply() == ok_with(kDictionary));
  CHECK(Reply733(false, true).reply() == ok_with(kProtos));
  CHECK(Reply733(false, false).reply() == ok_with(""));
  Lobby without([](Settings& settings) {
    settings.connector.use_dict = settings.connector.use_protobuf = true;
  });
  CHECK(greet(without).handshakes == Lines{R"({"code":200,"sys":{}})"});
}

TEST_CASE("a handshake that is none is answered with 500 and nothing else, then comes the end") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Lobby town;
    std::uint64_t refused = 0;
    for (const std::string_view wrong :
         {"", "{", "no json", "5", "null", "[]", "{}", R"({"sys":null})", R"({"sys":0})",
          R"({"user":{}})", "\xFF", "\x78\x9C\x01\x02\x03", "\x1F\x8B"}) {
      CAPTURE(wrong);
      TestClient& client = town.connect("connector-1", over);
      client.handshake(wrong);
      client.ack();
      client.request("connector.h.echo");
      town.settle();
      CHECK(client.handshakes == Lines{R"({"code":500})"});
      CHECK(client.messages.empty());
      CHECK(client.ended);
      if (over == Over::websocket) CHECK(client.heard.back() == "close 1000");
      CHECK(town.counted(Count::handshake_refused) == ++refused);
    }
    CHECK(town.front().sessions().size() == 0);
  }
}

TEST_CASE("clients of a wrong type or version are told 501") {
  Lobby town([](Settings& settings) {
    settings.connector.check_client = [](std::string_view type, std::string_view version) {
      if (type == "defect") throw std::runtime_error("in the check");
      return type == "js-websocket" && version == "0.0.1";
    };
  });
  const auto told = [&](const std::string& sys) {
    TestClient& client = greet(town, R"({"sys":)" + sys + '}');
    CHECK(client.ended == (client.handshakes != Lines{R"({"code":200,"sys":{}})"}));
    CHECK(client.heard.size() == 1);
    return client.handshakes.at(0);
  };
  CHECK(told(R"({"type":"js-websocket","version":"0.0.1"})") == R"({"code":200,"sys":{}})");
  CHECK(told(R"({"type":"js-websocket","version":"0.0.2"})") == R"({"code":501})");
  CHECK(told(R"({"type":"c","version":"0.0.1"})") == R"({"code":501})");
  CHECK(told("{}") == R"({"code":501})");
  CHECK(told(R"({"type":5,"version":null})") == R"({"code":501})");
  CHECK(told(R"({"type":"defect"})") == R"({"code":500})");
}

TEST_CASE("who is refused by the thousand fills no log") {
  Lobby town([](Settings& settings) {
    settings.connector.check_client = [](std::string_view, std::string_view) -> bool {
      throw Error(500, "nobody comes in");
    };
  });
  for (int i = 0; i < 50; ++i) greet(town, R"({"sys":{"type":"x"}})");
  CHECK(town.counted(Count::handshake_refused) == 50);
  CHECK(town.log("connector-1").count("nobody comes in") == 10);
}

TEST_CASE("the user's handshake reads it whole and its answer becomes 'user', in every shape") {
  const auto users_part = [](const Lobby::Set& set) {
    Lobby town(set);
    TestClient& client = greet(town, kAlice);
    town.pass(10);
    REQUIRE(client.handshakes.size() == 1);
    CHECK(!client.ended);
    client.ack();
    CHECK(town.ask(client, "connector.h.echo", "1") == "1");
    const std::string expected_start = R"({"code":200,"sys":{})";
    REQUIRE(client.handshakes[0].starts_with(expected_start));
    return client.handshakes[0].substr(expected_start.size());
  };
  using S = FrontendSession;
  CHECK(users_part(with_handshake([](S&, const Json& hello) { return hello; })) ==
        R"(,"user":)" + kAlice + '}');
  CHECK(users_part(with_handshake([](S&, const Hello& hello) {
          return Welcome{hello.user.token, 7};
        })) == R"(,"user":{"name":"alice","level":7}})");
  CHECK(users_part(with_handshake([](S&, const Hello& hello) -> Task<Welcome> {
          co_return Welcome{hello.user.token, {}};
        })) == R"(,"user":{"name":"alice"}})");
  CHECK(users_part(with_handshake([](S&, const Hello& hello, Reply<Json> reply) {
          reply(Json(hello.user.token));
        })) == R"(,"user":"alice"})");
  CHECK(users_part(with_handshake([](S&, const Json&) {})) == "}");
  CHECK(users_part(with_handshake([](S&, const Json&) -> Task<> { co_return; })) == "}");
}

TEST_CASE("'user' is left out when the answer is nothing, as JavaScript sees it") {
  for (const char* nothing : {"null", "false", "0", "\"\""}) {
    CAPTURE(nothing);
    Lobby town(with_handshake(
        [nothing](FrontendSession&, const Json&) { return parse_json(nothing).unwrap(); }));
    CHECK(greet(town).handshakes == Lines{R"({"code":200,"sys":{}})"});
  }
  for (const std::string something : {"{}", "[]", "true", "1", "\"0\""}) {
    CAPTURE(something);
    Lobby town(with_handshake(
        [something](FrontendSession&, const Json&) { return parse_json(something).unwrap(); }));
    CHECK(greet(town).handshakes == Lines{R"({"code":200,"sys":{},"user":)" + something + '}'});
  }
}

TEST_CASE(
    "a handshake that the user's handler refuses, cannot read or drops is answered with 500") {
  using S = FrontendSession;
  for (const Lobby::Set& set : {
           with_handshake([](S&, const Json&) -> Json { throw Error(401, "who are you"); }),
           with_handshake([](S&, const Json&) -> Json { throw std::runtime_error("a defect"); }),
           with_handshake([](S&, const Json&) -> Task<Json> {
             throw Error(401, "who are you");
             co_return Json(1);
           }),
           with_handshake([](S&, const Json&, Reply<Json> reply) { reply.fail(Error(403, "no")); }),
           with_handshake([](S&, const Json&, Reply<Json>) { throw Error(403, "no"); }),
           with_handshake([](S&, const Json&, Reply<Json>) {}),
           with_handshake([](S&, const Hello& hello) { return Json(hello.user.token); }),
           with_handshake([](BackendSession&, const Json&) { return Json(1); }),
       }) {
    Lobby town(set);
    TestClient& client = greet(town);
    CHECK(client.heard == Lines{R"(handshake {"code":500})"});
    CHECK(client.ended);
    CHECK(town.front().sessions().size() == 0);
    CHECK(town.counted(Count::handshake_refused) == 1);
  }
}

TEST_CASE("until the user's handshake answers nothing else is sent, and an ack means nothing") {
  std::vector<Reply<Json>> kept;
  Lobby town([&kept](Settings& settings) {
    settings.connector.heartbeat = 3s;
    settings.connector.handshake([&kept](FrontendSession& session, const Json&, Reply<Json> reply) {
      session.bind("amy");
      kept.push_back(std::move(reply));
    });
  });
  TestClient& client = town.connect("connector-1");
  client.handshake();
  client.handshake();
  client.ack();
  client.heartbeat();
  client.request("connector.h.echo");
  town.push("onPlain", Json(1));
  town.pass(5000);
  CHECK(client.heard.empty());
  CHECK(!client.ended);
  REQUIRE(kept.size() == 1);
  kept[0](Json("hello"));
  town.push("onPlain", Json(2));
  CHECK(client.heard == Lines{R"(handshake {"code":200,"sys":{"heartbeat":3},"user":"hello"})"});
  client.ack();
  CHECK(town.ask(client, "connector.h.uid") == R"("amy")");
  CHECK(client.heard.size() == 3);
  CHECK(client.heard[1] == "heartbeat");
  kept.clear();
}

TEST_CASE("the limit of the ack covers the user's handshake, too") {
  std::vector<Reply<Json>> kept;
  Lobby town([&kept](Settings& settings) {
    settings.connector.limits.ack = 1000ms;
    settings.connector.handshake([&kept](FrontendSession&, const Json&, Reply<Json> reply) {
      kept.push_back(std::move(reply));
    });
  });
  TestClient& never = town.connect("connector-1");
  never.handshake();
  TestClient& late = town.connect("connector-1");
  late.handshake();
  town.settle();
  town.pass(990);
  CHECK(!never.ended);
  REQUIRE(kept.size() == 2);
  kept[1](Json(1));
  town.settle();
  CHECK(late.heard.size() == 1);
  town.pass(20);
  CHECK(never.ended);
  CHECK(never.heard.empty());
  CHECK(late.ended);
  kept[0](Json("too late"));
  kept.clear();
  town.settle();
  CHECK(town.front().connections() == 0);
}

TEST_CASE("a user's handshake may answer after its client has left, and after its server") {
  std::vector<Reply<Json>> kept;
  {
    Lobby town(with_handshake([&kept](FrontendSession&, const Json&, Reply<Json> reply) {
      kept.push_back(std::move(reply));
    }));
    TestClient& client = greet(town);
    TestClient& other = greet(town);
    town.hang_up(client);
    REQUIRE(kept.size() == 2);
    kept[0](Json(1));
    town.settle();
    CHECK(client.heard.empty());
    CHECK(!other.ended);
  }
  REQUIRE(kept.size() == 2);
  kept[1](Json(2));
}

TEST_CASE("in a handshake the session can be bound, told to go and logged out") {
  Lobby town(with_handshake([](FrontendSession& session, const Json& hello) {
    const std::string what = hello.find("user")->as_string();
    session.bind("amy");
    if (what == "kick") session.kick("not today");
    if (what == "logout") session.logout();
    return Json(what);
  }));
  const auto hello = [](const std::string& what) { return R"({"sys":{},"user":")" + what + "\"}"; };
  TestClient& kicked = greet(town, hello("kick"));
  CHECK(kicked.heard.empty());
  CHECK(kicked.ended);
  TestClient& stays = town.join("connector-1", Over::tcp, hello("stay"));
  CHECK(town.ask(stays, "connector.h.uid") == R"("amy")");
  TestClient& out = town.join("connector-1", Over::tcp, hello("logout"));
  CHECK(out.heard == Lines{R"(handshake {"code":200,"sys":{},"user":"logout"})"});
  CHECK(town.ask(out, "connector.h.uid") == R"("")");
}

TEST_CASE("what the client said in its handshake stays readable for handlers, as it came") {
  Lobby town;
  const std::string hello =
      R"({"user":{"b":[1,{"c":null}],"a":1.5},"more":"x","sys":{"type":"t","version":"1"}})";
  TestClient& client = town.join("connector-1", Over::tcp, hello);
  CHECK(town.ask(client, "connector.h.client") == hello);
  CHECK(town.ask(client, "connector.h.logout") == R"("out")");
  CHECK(town.ask(client, "connector.h.client") == hello);
}
