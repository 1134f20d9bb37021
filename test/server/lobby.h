#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/proto_text.h"
#include "server/gate.h"

namespace shaddock::server {

// "name" is required, so a body without it is refused.
struct Greeting {
  std::string name;
  int age = 0;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("age", m.age);
  }
};

inline constexpr std::string_view kLobbyClientProtos =
    R"({"connector.h.greet": {"required string name": 1, "required uInt32 age": 2},
        "connector.h.proto": {"required string name": 1, "required uInt32 age": 2},
        "chat.room.proto": {"required string name": 1, "required uInt32 age": 2}})";
inline constexpr std::string_view kLobbyServerProtos =
    R"({"connector.h.proto": {"optional string name": 1, "optional uInt32 age": 2,
                              "optional uInt32 code": 3},
        "connector.h.strict": {"required string name": 1},
        "chat.room.proto": {"optional string name": 1, "optional uInt32 age": 2,
                            "optional uInt32 code": 3},
        "onGreet": {"required string name": 1, "required uInt32 age": 2}})";

// What clients and servers of a lobby agree on; the codes are 1 to 4 and, for pushes, 5 and 6.
inline std::shared_ptr<const protocol::ClientProtocol> lobby_protocol() {
  using testing::schema_of;
  auto dictionary = protocol::Dictionary::make(
      {"connector.h.echo", "connector.h.proto", "chat.room.echo", "chat.room.proto"},
      {"onGreet", "onPlain"});
  return std::make_shared<const protocol::ClientProtocol>(
      protocol::ClientProtocol{std::move(dictionary).unwrap(),
                               {schema_of(kLobbyClientProtos), schema_of(kLobbyServerProtos)}});
}

// What handlers of both kinds of server do.
template <class Session>
struct LobbyHandlers {
  Json echo(Session&, const Json& body) { return body; }
  Greeting greet(Session&, const Greeting& greeting) {
    return {greeting.name + '!', greeting.age + 1};
  }
  Json nothing(Session&, const Json&) { return nullptr; }
  void silent(Session&, const Json&) {}
  void refuse(Session&, const Json&) {
    throw Error(777, "the reason", Json{{"room", "r1"}, {"left", 3}});
  }
  void crash(Session&, const Json&) { throw std::runtime_error("a defect"); }
  void drop(Session&, const Json&, Reply<Json>) {}
  Json uid(Session& session, const Json&) { return session.uid(); }
};

// A connector, or more, and a chat server behind it, with Pomelo's files. `kept` are requests
// without answer.
struct Lobby : Town {
  using Set = std::function<void(Settings&)>;

  explicit Lobby(const Set& set = {}, std::shared_ptr<const protocol::ClientProtocol> files = {},
                 std::uint64_t seed = 1, int connectors = 1)
      : Town(seed) {
    protocol = std::move(files);
    add<FrontendSession>("connector", "h")
        .on("client", [](FrontendSession& session, const Json&) { return session.client_data(); })
        .on("address",
            [](FrontendSession& session, const Json&) {
              const std::string address = session.client_address();
              return Json(address.substr(0, address.rfind(':')));
            })
        .on("login",
            [](FrontendSession& session, const Json& body) {
              session.bind(body.find("uid")->as_string());
              return Json(session.uid());
            })
        .on("logout",
            [](FrontendSession& session, const Json&) {
              session.logout();
              return Json("out");
            })
        .on("strict", [](FrontendSession&, const Json& body) { return body; })
        .on("number",
            [](FrontendSession& session, const Json&) { return Json(to_string_id(session.id())); });
    add<BackendSession>("chat", "room");
    for (int i = 1; i <= connectors; ++i) frontend("connector-" + std::to_string(i), "connector");
    backend("chat-1", "chat");
    start([set](const ServerInfo&, Settings& settings) {
      if (set) set(settings);
    });
  }
  ~Lobby() { kept.clear(); }

  RunningServer& front() { return server("connector-1"); }
  std::uint64_t counted(Count count) { return front().counts()[count]; }
  // To all clients of the connector.
  template <class M>
  void push(std::string_view route, const M& message) {
    server("chat-1").channels().broadcast("connector", route, message);
    settle();
  }

  std::vector<Reply<Json>> kept;

 private:
  template <class Session>
  HandlerBuilder<LobbyHandlers<Session>> add(const std::string& type_name,
                                             const std::string& handler) {
    using Shared = LobbyHandlers<Session>;
    return type(type_name)
        .handler<Shared>(handler)
        .template on<&Shared::echo>("echo")
        .template on<&Shared::echo>("proto")
        .template on<&Shared::greet>("greet")
        .template on<&Shared::nothing>("nothing")
        .template on<&Shared::silent>("silent")
        .template on<&Shared::refuse>("refuse")
        .template on<&Shared::crash>("crash")
        .template on<&Shared::drop>("drop")
        .template on<&Shared::uid>("uid")
        .on("keep",
            [this](Session&, const Json&, Reply<Json> reply) { kept.push_back(std::move(reply)); });
  }
};

}  // namespace shaddock::server
