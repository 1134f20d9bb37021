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

TEST_CASE(
    "a server that joins is in no list, can be found, and nobody waits for another of its type") {
  Directory directory;
  REQUIRE(directory.apply({1, {server("c1", "chat"), server("c2", "chat", State::joining)}}));
  CHECK(directory.find_type("chat")->size() == 1);
  CHECK(directory.find("c2") != nullptr);
  REQUIRE(directory.apply({2, {server("c1", "chat"), server("a1", "area", State::joining)}}));
  CHECK(directory.complete());
  CHECK(directory.find_type("area")->empty());
  REQUIRE(directory.apply({3, {server("c1", "chat"), server("a1", "area", State::starting)}}));
  CHECK_FALSE(directory.complete());
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

TEST_CASE(
    "a backend that drains keeps its place in the list and is not up, until a later life is") {
  Directory directory;
  ServerInfo one = server("c1", "chat");
  one.incarnation = 7;
  const View view{1, {one, server("c2", "chat")}};
  REQUIRE(directory.apply(view));
  const ServerList* const list = directory.find_type("chat");
  const std::uint64_t before = directory.changes();
  directory.set_draining("c1", 7);
  CHECK(directory.changes() != before);
  CHECK(directory.find_type("chat") == list);
  REQUIRE(list->size() == 2);
  CHECK(!(*list)[0].up());
  CHECK((*list)[1].up());
  CHECK(directory.find("c1")->up());  // as the master sees it

  View later = view;
  later.number = 2;
  REQUIRE(directory.apply(later));
  CHECK(!directory.find_type("chat")->front().up());
  later.number = 3;
  later.servers[0].state = State::down;
  later.servers[0].incarnation = 8;
  REQUIRE(directory.apply(later));
  later.number = 4;
  later.servers[0].state = State::up;
  REQUIRE(directory.apply(later));
  CHECK(directory.find_type("chat")->front().up());
}

TEST_CASE("a frontend that drains is in no list, until a later life is up") {
  Directory directory;
  ServerInfo one = server("f1", "connector");
  one.frontend = true;
  one.incarnation = 7;
  REQUIRE(directory.apply({1, {one, server("f2", "connector")}}));
  directory.set_draining("f1", 7);
  directory.set_draining("f1", 6);
  directory.set_draining("unknown", 1);
  REQUIRE(directory.find_type("connector")->size() == 1);
  CHECK(directory.find_type("connector")->front().id == "f2");
  CHECK(directory.find("f1") != nullptr);
  one.incarnation = 8;
  REQUIRE(directory.apply({2, {one, server("f2", "connector")}}));
  CHECK(directory.find_type("connector")->size() == 2);
}
