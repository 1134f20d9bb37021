#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/wire_codec.h"
#include "protocol/hex.h"
#include "protocol/proto_text.h"
#include "server/town.h"
#include "session/chat_protocol.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace shaddock::testing;
using namespace std::string_view_literals;

namespace {

using Lines = std::vector<std::string>;

struct Odd {  // lacks what the schema of the answer requires
  std::string msg = "hi";
  static void fields(auto& m, auto&& f) { f("msg", m.msg); }
};

// The same handlers on either side of a link. say, json and odd have schemas in both directions,
// fails for its answer; none has none.
template <class S>
void describe(ServerType type) {
  type.handler("h")
      .on("say", [](S&, const Chat& chat) { return chat; })
      .on("json", [](S&, const Json& chat) { return chat; })
      .on("odd", [](S&, const Chat&) { return Odd(); })
      .on("fails",
          [](S&, const Json&) -> Json {
            throw Error(402, "pay", {{"price", 7}});
          })
      .on("none", [](S&, const Chat& chat) { return chat; });
}

std::string schemas(std::string_view fails) {
  std::string file = "{";
  for (const std::string type : {"connector", "chat"}) {
    for (const std::string method : {"say", "json", "odd"})
      file += '"' + type + ".h." + method +
              R"(": {"required string msg": 1, "required string from": 2,
                     "required string target": 3},)";
    file += '"' + type + ".h.fails\": " + std::string(fails) + ',';
  }
  return file + R"("onChat": {"required string msg": 1, "required string from": 2,
                              "required string target": 3}})";
}

// connector-1 speaks protobuf, connector-2 route codes alone; both serve clients of Pitaya, which
// speak neither.
struct Bodies : Town {
  explicit Bodies(const Configure& more = {}) {
    describe<FrontendSession>(type("connector"));
    describe<BackendSession>(type("chat"));
    type("chat").handler("room").on("join", [this](BackendSession& session, const Json&) {
      server("chat-1").channels().open("room").add(session);
    });
    frontend("connector-1", "connector");
    frontend("connector-2", "connector");
    backend("chat-1", "chat");
    protocol = std::make_shared<protocol::ClientProtocol>(protocol::ClientProtocol{
        protocol::Dictionary::make({"chat.h.say"}, {"onChat"}).unwrap(),
        protocol::Protos(schema_of(schemas("{}")), schema_of(schemas(R"({"required uInt32 code": 1,
                                               "optional uInt32 price": 2})")))});
    start([more](const ServerInfo& info, Settings& settings) {
      settings.connector.use_protobuf = info.id == "connector-1";
      settings.connector.use_dict = info.id == "connector-2";
      if (more) more(info, settings);
    });
  }
  TestClient& join_pitaya(const std::string& id) {
    TestClient& client = connect(id);
    client.send(protocol::PackageType::handshake,
                R"({"sys":{"platform":"mac","libVersion":"0.3.5","clientVersion":"1"}})");
    settle();
    client.ack();
    settle();
    return client;
  }
};

const std::string kBytes(kChatBytes), kText(kChatJson);

}  // namespace

TEST_CASE("a handler reads protobuf and answers it byte for byte, on frontends and backends") {
  Bodies town;
  TestClient& client = town.join("connector-1");
  for (const std::string type : {"connector", "chat"}) {
    CHECK(to_hex(town.ask(client, type + ".h.say", kChatBytes)) == "0a0268691203626f621a012a");
    CHECK(town.ask(client, type + ".h.json", kChatBytes) == kBytes);
    CHECK(town.ask(client, type + ".h.none", kChatJson) == kText);
    CHECK(town.ask(client, type + ".h.say", "\x0a\xff") != kBytes);
  }
}

TEST_CASE("on the same frontend, and on others, clients without protobuf send and get JSON") {
  Bodies town;
  TestClient& proto = town.join("connector-1");
  TestClient& codes = town.join("connector-2");
  TestClient& pitaya = town.join_pitaya("connector-1");
  for (const std::string type : {"connector", "chat"}) {
    for (const std::string method : {"say", "json", "none"}) {
      CHECK(town.ask(codes, type + ".h." + method, kChatJson) == kText);
      CHECK(town.ask(pitaya, type + ".h." + method, kChatJson) == kText);
    }
    CHECK(town.ask(proto, type + ".h.say", kChatBytes) == kBytes);
  }
}

TEST_CASE("an error is answered in the schema of the answer, where the client reads that") {
  Bodies town;
  TestClient& proto = town.join("connector-1");
  TestClient& codes = town.join("connector-2");
  for (const std::string type : {"connector", "chat"}) {
    CHECK(to_hex(town.ask(proto, type + ".h.fails", "")) == "0892031007");
    CHECK(town.ask(codes, type + ".h.fails") == R"({"code":402,"price":7})");
    CHECK(town.ask(proto, type + ".h.none", "[]") == R"({"code":400})");
  }
}

TEST_CASE("a body that its schema refuses is 400 and never reaches the handler") {
  Bodies town([](const ServerInfo&, Settings& settings) { settings.send_error_text = true; });
  TestClient& client = town.join("connector-1");
  for (const std::string type : {"connector", "chat"}) {
    for (const std::string_view bytes :
         {"\x0a\xff"sv, "\x22\x01x"sv, "\x0a\x02hi"sv, ""sv, kChatJson}) {
      CAPTURE(to_hex(bytes));
      CHECK(town.ask(client, type + ".h.say", bytes).empty());  // its schema has no code
    }
  }
  CHECK(town.log("chat-1").count("code=400") + town.log("connector-1").count("code=400") > 0);
}

TEST_CASE("an answer that its schema refuses is 500, to whoever reads JSON it is sent") {
  Bodies town;
  TestClient& proto = town.join("connector-1");
  TestClient& codes = town.join("connector-2");
  for (const std::string type : {"connector", "chat"}) {
    const auto id = proto.request(type + ".h.odd", kChatBytes);
    town.settle();
    CHECK(proto.knows("answer " + std::to_string(id) + ' '));
    CHECK(town.ask(codes, type + ".h.odd", kChatJson) == R"({"msg":"hi"})");
  }
  CHECK(town.log("chat-1").count("does not fit its schema") == 1);
  CHECK(town.log("connector-1").count("does not fit its schema") == 1);
}

TEST_CASE("one push reaches each client as it reads it") {
  Bodies town;
  TestClient& proto = town.join("connector-1");
  TestClient& pitaya = town.join_pitaya("connector-1");
  TestClient& codes = town.join("connector-2");
  TestClient& plain = town.join_pitaya("connector-2");
  for (TestClient* client : {&proto, &pitaya, &codes, &plain}) town.ask(*client, "chat.room.join");
  town.server("chat-1").channels().open("room").push("onChat", Chat());
  town.server("chat-1").channels().broadcast("connector", "onChat", Chat());
  town.settle();
  CHECK(proto.count("push onChat " + kBytes) == 2);
  CHECK(pitaya.count("push onChat " + kText) == 2);
  CHECK(codes.count("push #2 " + kText) == 2);
  CHECK(plain.count("push onChat " + kText) == 2);
}

TEST_CASE("filters see what the client sent as JSON, whatever it sent") {
  struct Seeing final : Filter {
    explicit Seeing(std::shared_ptr<Lines> seen) : seen(std::move(seen)) {}
    void before(Request& request) override { seen->push_back(request.body().dump()); }
    std::shared_ptr<Lines> seen;
  };
  const auto seen = std::make_shared<Lines>();
  Bodies town([seen](const ServerInfo&, Settings& settings) {
    const auto make = [seen](Server&) { return std::make_unique<Seeing>(seen); };
    settings.filters.push_back(make);
    settings.global_filters.push_back(make);
  });
  TestClient& proto = town.join("connector-1");
  TestClient& codes = town.join("connector-2");
  for (const std::string type : {"connector", "chat"}) {
    CHECK(town.ask(proto, type + ".h.say", kChatBytes) == kBytes);
    CHECK(town.ask(codes, type + ".h.say", kChatJson) == kText);
  }
  CHECK(*seen == Lines(8, kText));
  seen->clear();
  town.ask(proto, "chat.h.say", "\xff");
  town.ask(codes, "chat.h.say", "\xff");
  CHECK(*seen == Lines(4, "{}"));
}

TEST_CASE("limits on bodies are those of the server that reads them") {
  Bodies town([](const ServerInfo& info, Settings& settings) {
    settings.connector.limits.json_depth = info.type == "chat" ? 2 : 3;
    settings.connector.limits.proto_values = info.type == "chat" ? 2 : 3;
  });
  TestClient& codes = town.join("connector-2");
  CHECK(town.ask(codes, "chat.h.json", "[[]]") == "[[]]");
  CHECK(town.ask(codes, "chat.h.json", "[[[]]]") == R"({"code":400})");
  CHECK(town.ask(codes, "connector.h.json", "[[[]]]") == "[[[]]]");
  CHECK(town.ask(codes, "connector.h.json", "[[[[]]]]") == R"({"code":400})");
  TestClient& proto = town.join("connector-1");
  CHECK(town.ask(proto, "connector.h.say", kChatBytes) == kBytes);
  CHECK(town.ask(proto, "chat.h.say", kChatBytes).empty());
}

namespace {

// In the place of chat-1: writes down what connectors send it, and calls their remotes.
struct Spy final : cluster::Receiver {
  explicit Spy(Town& town) : rpc(town.world.host().loop) {
    const ServerInfo& info = town.info("chat-1");
    cluster::Identity self{cluster::Role::server, info.id, info.incarnation, "",
                           {"chat.h.say"},        {}};
    endpoint.emplace(town.world.host(), Logger(log, "link"), std::move(self), "secret", *this);
    for (const ServerInfo& other : town.entries)
      if (other.frontend) endpoint->dial(other.id, {other.host, other.port});
    town.settle();
  }
  void on_link_up(cluster::Link&) override {}
  void on_link_down(cluster::Link&) override {}
  void on_request(cluster::Link& link, const cluster::Frame& frame) override {
    heard.push_back(std::to_string(frame.coding) + ' ' + to_hex(frame.body));
    if (frame.call == 0) return;
    cluster::FrameWriter answer(link.output());
    answer.answer(frame.call, code::kOk);
    answer.body().append("as it is");
    REQUIRE(answer.finish());
  }
  void on_call(cluster::Link&, const cluster::Frame&) override {}
  void on_push(cluster::Link&, const cluster::Frame&) override {}
  void on_session_closed(cluster::Link&, SessionId) override {}

  // The code that the call ended with.
  int call(Town& town, const std::string& server, std::string_view route, const Json& argument) {
    int status = code::kOk;
    rpc.call(endpoint->find(server), route, type_of<Json>(), &argument, {net::Duration(5000), 0},
             [&](Result<std::string_view> answer) {
               if (!answer.ok()) status = answer.error().code;
             });
    town.settle();
    return status;
  }

  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  Lines heard;
  cluster::RpcClient rpc;
  std::optional<cluster::Endpoint> endpoint;
};

}  // namespace

TEST_CASE("a message that is forwarded is the bytes that the client sent, and so is its answer") {
  struct Looking final : Filter {
    void before(Request& request) override { CHECK(request.body().size() == 3); }
  };
  Bodies town([](const ServerInfo&, Settings& settings) {
    settings.global_filters.push_back([](Server&) { return std::make_unique<Looking>(); });
  });
  town.kill("chat-1");
  Spy spy(town);
  TestClient& proto = town.join("connector-1");
  TestClient& codes = town.join("connector-2");
  // Lengths in more bytes than they need, fields in another order: no encoder writes that.
  const std::string odd = from_hex("1a8100 2a 0a820068 69 128380 00 626f62");
  CHECK(town.ask(proto, "chat.h.say", odd) == "as it is");
  const std::string spaced = R"({ "target":"*", "msg":"\u0068i","from":"bob" })";
  CHECK(town.ask(codes, "chat.h.say", spaced) == "as it is");
  proto.notify("chat.h.say", odd);
  town.settle();
  CHECK(spy.heard == Lines{"3 " + to_hex(odd), "0 " + to_hex(spaced), "3 " + to_hex(odd)});
}

TEST_CASE("T8: what is no object is 400 wherever a struct is expected") {
  Bodies town;
  TestClient& codes = town.join("connector-2");
  for (const char* body : {"null", "5", "\"s\"", "[]", "true", "-1.5", "[{}]"}) {
    CAPTURE(body);
    for (const std::string type : {"connector", "chat"}) {
      for (const std::string method : {"say", "odd", "none"})
        CHECK(town.ask(codes, type + ".h." + method, body) == R"({"code":400})");
    }
  }
  // Names that mean something to JavaScript are names of fields that nobody knows.
  const std::string_view framework =
      R"({"__route__":1,"__proto__":{"msg":1},"constructor":[],"msg":"hi","from":"bob","target":"*"})";
  CHECK(town.ask(codes, "chat.h.say", framework) == kText);
}

TEST_CASE("T8: what is no object is 400 from every remote that servers have by themselves") {
  Bodies town;
  town.kill("chat-1");
  Spy spy(town);
  const cluster::Link* link = spy.endpoint->find("connector-1");
  REQUIRE(link != nullptr);
  const Lines routes = link->peer().remotes;
  CHECK(routes.size() >= 5);
  for (const std::string& route : routes) {
    CAPTURE(route);
    for (const Json& argument : {Json(), Json(5), Json("s"), Json::array(), Json(true),
                                 Json{{"__proto__", 1}, {"constructor", 2}}})
      CHECK(spy.call(town, "connector-1", route, argument) == code::kBadMessage);
  }
}
