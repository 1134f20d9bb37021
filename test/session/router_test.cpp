#include "session/router.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::session;

namespace {

ServerList servers(int count, const std::string& type = "chat") {
  ServerList list;
  for (int i = 0; i < count; ++i) {
    ServerInfo info;
    info.id = type + '-' + std::to_string(i);
    info.type = type;
    info.state = ServerInfo::State::up;
    list.push_back(info);
  }
  return list;
}

struct Routes {
  explicit Routes(ServerList list, std::map<std::string, Router, std::less<>> routers = {})
      : table(directory, std::move(routers), {"chat", "known"}) {
    directory.apply({1, std::move(list)});
  }
  std::string choose(const RouteParameter& parameter, std::string_view type = "chat") {
    const auto chosen = table.choose(Call{type, "h", "m", parameter});
    return chosen.ok() ? (*chosen)->id : std::to_string(chosen.error().code);
  }
  cluster::Directory directory;
  RouterTable table;
};

}  // namespace

TEST_CASE("dispatch is Pomelo's arithmetic") {
  struct Row {
    std::string key;
    int two, three, five;
  };
  for (const Row& row : std::vector<Row>{{"", 0, 0, 0},
                                         {"1", 1, 2, 3},
                                         {"bob", 0, 2, 2},
                                         {"amy", 1, 2, 4},
                                         {"bob*r1", 0, 0, 3},
                                         {"player-10042", 1, 1, 3},
                                         {"r1", 1, 0, 3},
                                         {"\xe8\x81\x8a\xe5\xa4\xa9", 0, 2, 0}}) {
    CAPTURE(row.key);
    CHECK(dispatch(row.key, servers(2)).id == "chat-" + std::to_string(row.two));
    CHECK(dispatch(row.key, servers(3)).id == "chat-" + std::to_string(row.three));
    CHECK(dispatch(row.key, servers(5)).id == "chat-" + std::to_string(row.five));
    CHECK(Routes(servers(5)).choose(row.key) == "chat-" + std::to_string(row.five));
  }
  CHECK(dispatch(Json("bob"), servers(3)).id == "chat-2");
  CHECK(dispatch(Json(1), servers(5)).id == "chat-3");
  CHECK_THROWS_AS(dispatch("x", ServerList{}), Error);
}

TEST_CASE("ten thousand keys spread within 5 % over four servers") {
  const ServerList four = servers(4);
  std::map<std::string, int> counts;
  for (int i = 0; i < 10'000; ++i) ++counts[dispatch("player-" + std::to_string(i), four).id];
  for (const auto& [id, count] : counts) CHECK(std::abs(count - 2500) < 125);
}

TEST_CASE("a type that is unknown is 500, one without servers 521") {
  Routes routes(servers(1));
  CHECK(routes.choose("x", "nobody") == "500");
  CHECK(routes.choose("x", "known") == "521");
}

TEST_CASE(
    "a stable router sees a server that is down, a live one does not, none sees a failed one") {
  const auto last = [](const Call&, const ServerList& list) -> const ServerInfo& {
    return list.back();
  };
  ServerList list = servers(3);
  list[2].state = ServerInfo::State::down;
  CHECK(Routes(list, {{"chat", Router(last)}}).choose("x") == "chat-2");
  CHECK(Routes(list, {{"chat", live(Router(last))}}).choose("x") == "chat-1");
  list[2].state = ServerInfo::State::failed;
  CHECK(Routes(list, {{"chat", Router(last)}}).choose("x") == "chat-1");
  for (auto& info : list) info.state = ServerInfo::State::down;
  CHECK(Routes(list, {{"chat", live(Router(last))}}).choose("x") == "521");
}

TEST_CASE("what a live router sees changes with the view, and its candidates are those of choose") {
  const auto last = [](const Call&, const ServerList& list) -> const ServerInfo& {
    return list.back();
  };
  ServerList list = servers(3);
  Routes routes(list, {{"chat", live(Router(last))}});
  CHECK(routes.choose("x") == "chat-2");
  CHECK(routes.table.candidates("chat").servers->size() == 3);
  list[2].state = ServerInfo::State::down;
  routes.directory.apply({2, list});
  CHECK(routes.choose("x") == "chat-1");
  CHECK(routes.table.candidates("chat").servers->size() == 2);
  CHECK(routes.table.candidates("nobody").servers == nullptr);
}

TEST_CASE("what a route function throws is the answer") {
  Routes refusing(servers(2),
                  {{"chat", Router([](const Call&, const ServerList&) -> const ServerInfo& {
                      throw Error(403, "not you");
                    })}});
  CHECK(refusing.choose("x") == "403");
  Routes broken(servers(2),
                {{"chat", Router([](const Call&, const ServerList&) -> const ServerInfo& {
                    throw std::runtime_error("defect");
                  })}});
  CHECK(broken.choose("x") == "500");
}

TEST_CASE("a route function that wants a session refuses a key") {
  Routes routes(
      servers(2),
      {{"chat", Router([](const Session& session, const ServerList& list) -> const ServerInfo& {
          return dispatch(session.get("rid"), list);
        })}});
  CHECK(routes.choose("x") == "500");
}

TEST_CASE("a route function sees the whole call") {
  Routes routes(
      servers(2),
      {{"chat", Router([](const Call& call, const ServerList& list) -> const ServerInfo& {
          return list[call.service == "h" && call.method == "m" && call.parameter.key() == "x"];
        })}});
  CHECK(routes.choose("x") == "chat-1");
  CHECK(routes.choose("y") == "chat-0");
}
