#include "cluster/view.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::cluster;

namespace {

using State = ServerInfo::State;

ServerInfo server(std::string id, std::string type, State state = State::up) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = std::move(type);
  info.state = state;
  return info;
}

}  // namespace

TEST_CASE(
    "servers are listed by type in the order of the view, those that are down in their places") {
  Directory directory;
  REQUIRE(directory.apply(
      {1,
       {server("chat-3", "chat"), server("gate-1", "gate"), server("chat-1", "chat", State::down),
        server("chat-2", "chat", State::starting)}}));
  const ServerList* const chats = directory.find_type("chat");
  REQUIRE(chats != nullptr);
  REQUIRE(chats->size() == 3);
  CHECK((*chats)[0].id == "chat-3");
  CHECK((*chats)[1].id == "chat-1");
  CHECK((*chats)[2].id == "chat-2");
  CHECK(directory.find_type("area") == nullptr);
}

TEST_CASE("a failed server is in no list but can be found, and its type stays known") {
  Directory directory;
  REQUIRE(directory.apply({1, {server("chat-1", "chat", State::failed)}}));
  REQUIRE(directory.find_type("chat") != nullptr);
  CHECK(directory.find_type("chat")->empty());
  REQUIRE(directory.find("chat-1") != nullptr);
  CHECK(directory.find("chat-1")->state == State::failed);
  CHECK(directory.find("chat-2") == nullptr);
}

TEST_CASE("a view that is not newer changes nothing") {
  Directory directory;
  CHECK(!directory.apply({}));
  CHECK(directory.apply({5, {server("a", "t")}}));
  CHECK(!directory.apply({5, {server("b", "t")}}));
  CHECK(!directory.apply({4, {}}));
  CHECK(directory.find("a") != nullptr);
  CHECK(directory.view().number == 5);
  CHECK(directory.apply({6, {server("b", "u")}}));
  CHECK(directory.find("a") == nullptr);
  CHECK(directory.find_type("t") == nullptr);
}

TEST_CASE("a view is complete when each type has a server that is up") {
  Directory directory;
  CHECK(!directory.complete());
  REQUIRE(directory.apply({1, {server("c1", "chat"), server("g1", "gate", State::starting)}}));
  CHECK(!directory.complete());
  REQUIRE(directory.apply(
      {2, {server("c1", "chat"), server("c2", "chat", State::down), server("g1", "gate")}}));
  CHECK(directory.complete());
  REQUIRE(directory.apply({3, {server("c1", "chat", State::failed), server("g1", "gate")}}));
  CHECK(!directory.complete());
}
