#include "session/channels.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cluster/memory_network.h"
#include "cluster/party.h"
#include "session/chat_protocol.h"
#include "session/moved_session.h"

using namespace shaddock;
using namespace shaddock::session;
using Lines = std::vector<std::string>;

namespace {

struct Somebody final : Session {
  Somebody(SessionId id, std::string frontend, std::string uid = "")
      : Session(id, name), name(std::move(frontend)) {
    held.uid = std::move(uid);
  }
  const detail::SessionData& data() const override { return held; }
  std::string name;
  detail::SessionData held;
};

// A chat server with channels, and two frontends that write down each frame they get.
struct World {
  World() {
    REQUIRE(chat.endpoint->listen({"127.0.0.1", 0}).ok());
    for (auto* frontend : {&one, &two})
      frontend->endpoint->dial("chat-1", chat.endpoint->address());
    memory.loop().settle();
    cluster::View view;
    view.number = 1;
    for (const char* id : {"connector-1", "connector-2", "connector-3"}) {
      ServerInfo info;
      info.id = id, info.type = "connector", info.frontend = true;
      info.state =
          id == std::string("connector-3") ? ServerInfo::State::down : ServerInfo::State::up;
      view.servers.push_back(info);
    }
    directory.apply(view);
    one.events.clear(), two.events.clear();
  }
  Lines take(cluster::Party& party) {
    memory.loop().settle();
    return std::exchange(party.events, {});
  }

  cluster::MemoryHost memory;
  cluster::Party chat{memory.host(), "chat-1", 9}, one{memory.host(), "connector-1", 3},
      two{memory.host(), "connector-2", 4, "secret", {}, true};  // wants protobuf
  protocol::ClientProtocol protocol = testing::chat_protocol();
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  cluster::Directory directory;
  PushSender sender{*chat.endpoint, "chat-1"};
  Channels channels{sender, directory, Logger(log, "channel"), &protocol};
};

SessionId id_of(std::uint64_t incarnation, std::uint64_t counter) {
  return incarnation << 32 | counter;
}

}  // namespace

TEST_CASE("a push costs one frame per frontend, however many members it has") {
  World world;
  Channel& room = world.channels.open("room");
  for (std::uint64_t i = 1; i <= 100; ++i) {
    CHECK(room.add(Somebody(id_of(3, i), "connector-1")));
    CHECK(room.add(Somebody(id_of(4, i), "connector-2")));
    CHECK(room.add("u" + std::to_string(i), "connector-1"));
  }
  room.push("onSay", Json("hi"));
  CHECK(world.take(world.one) == Lines{"push \"hi\""});
  CHECK(world.take(world.two) == Lines{"push \"hi\""});
  world.channels.open("empty").push("onSay", Json(1));
  CHECK(world.take(world.one).empty());
}

TEST_CASE("pushes arrive in order") {
  World world;
  Channel& room = world.channels.open("room");
  room.add("amy", "connector-1");
  Lines expected;
  for (int i = 0; i < 100; ++i) {
    room.push("onSay", Json(i));
    expected.push_back("push " + std::to_string(i));
  }
  CHECK(world.take(world.one) == expected);
}

TEST_CASE("members are found, listed in the order of joining, and leave") {
  World world;
  Channel& room = world.channels.open("room");
  const Somebody amy(id_of(3, 1), "connector-1", "amy"), again(id_of(3, 2), "connector-1", "amy");
  CHECK(room.add(amy));
  CHECK(room.add("bob", "connector-2"));
  CHECK(room.add(again));
  CHECK(!room.add(amy));
  CHECK(!room.add("bob", "connector-2"));
  CHECK(room.add("bob", "connector-1"));
  CHECK(!room.add("", "connector-1"));
  CHECK(!room.add("carl", ""));
  Lines uids;
  for (const Member& member : room.members()) uids.push_back(member.uid + '@' + member.frontend);
  CHECK(uids == Lines{"amy@connector-1", "bob@connector-2", "amy@connector-1", "bob@connector-1"});
  CHECK(room.find("bob")->frontend == "connector-2");
  CHECK(room.find("nobody") == nullptr);
  CHECK(room.leave(amy));
  CHECK(!room.leave(amy));
  CHECK(room.find("amy")->session == again.id());
  CHECK(!room.leave("amy", "connector-1"));  // a session is not the uid
  CHECK(room.leave("bob", "connector-2"));
  CHECK(room.size() == 2);
}

TEST_CASE("a channel is made once, found, and destroyed") {
  World world;
  Channel& room = world.channels.open("room");
  CHECK(&world.channels.open("room") == &room);
  CHECK(world.channels.find("room") == &room);
  CHECK(world.channels.find("other") == nullptr);
  const Somebody amy(id_of(3, 1), "connector-1", "amy");
  room.add(amy);
  world.channels.open("other").add(amy);
  world.channels.destroy("room");
  world.channels.destroy("none");
  CHECK(world.channels.size() == 1);
  world.channels.on_session_closed(amy.id());
  CHECK(world.channels.open("other").size() == 0);
  CHECK(world.channels.open("room").size() == 0);
}

TEST_CASE("members that are lost are told of once, and the callback may do what it likes") {
  World world;
  Channel& room = world.channels.open("room");
  Channel& other = world.channels.open("other");
  Lines lost;
  room.on_lost([&](const Member& member) {
    lost.push_back(member.uid);
    world.channels.open("room").push("onLeave", Json(member.uid));
    world.channels.destroy("other");
    if (member.uid == "amy") throw std::runtime_error("in on_lost");
    if (member.uid == "dan") world.channels.destroy("room");
  });
  const Somebody amy(id_of(3, 1), "connector-1", "amy"), bob(id_of(4, 2), "connector-2", "bob");
  for (Channel* channel : {&room, &other}) channel->add(amy);
  room.add(bob);
  room.add("carl", "connector-1");
  room.add("dan", "connector-1");
  world.channels.on_session_closed(amy.id());
  CHECK(lost == Lines{"amy"});
  CHECK(world.log->count("in on_lost") == 1);
  CHECK(world.channels.find("other") == nullptr);
  CHECK(world.take(world.two) == Lines{"push \"amy\""});
  room.leave(bob);
  CHECK(lost == Lines{"amy"});
  world.channels.on_frontend_gone("connector-1", 3);
  CHECK(lost == Lines{"amy", "carl", "dan"});
  CHECK(world.channels.find("room") == nullptr);
}

TEST_CASE(
    "who joins or leaves by the id that a session had before it moved is the one it has now") {
  World world;
  Channel& room = world.channels.open("room");
  const Somebody before(id_of(3, 1), "connector-1", "amy");
  world.channels.on_session_moved(
      {before.id(), id_of(4, 1), "amy", "connector-1", "connector-2", true});
  world.channels.on_session_moved(
      {id_of(4, 1), id_of(3, 2), "amy", "connector-2", "connector-1", true});
  CHECK(room.add(before));
  CHECK(!room.add(before));
  REQUIRE(room.size() == 1);
  CHECK(room.members()[0].session == id_of(3, 2));
  CHECK(room.members()[0].frontend == "connector-1");
  CHECK(room.leave(before));
  CHECK(room.size() == 0);
}

TEST_CASE("a circle of moves, and more of them than are remembered, do no harm") {
  World world;
  Channel& room = world.channels.open("room");
  world.channels.on_session_moved({1, 2, "", "connector-1", "connector-2", true});
  world.channels.on_session_moved({2, 1, "", "connector-2", "connector-1", true});
  CHECK(room.add(Somebody(1, "connector-1")));
  for (SessionId id = 10; id < 10 + SessionMoves::kMost; ++id)
    world.channels.on_session_moved({id, id << 32, "", "connector-1", "connector-2", true});
  CHECK(room.add(Somebody(2, "connector-2")));
  CHECK(room.find("") == nullptr);
  CHECK(room.members().back().session == 2);
}

TEST_CASE("a session that ended at its new frontend before its move was told is lost") {
  World world;
  Channel& room = world.channels.open("room");
  Lines lost;
  room.on_lost([&lost](const Member& member) { lost.push_back(member.uid); });
  SUBCASE("a member that is a session") { room.add(Somebody(id_of(3, 1), "connector-1", "amy")); }
  SUBCASE("a member that is its uid") { room.add("amy", "connector-1"); }
  world.channels.on_session_closed(id_of(4, 1));
  CHECK(lost.empty());
  world.channels.on_session_moved(
      {id_of(3, 1), id_of(4, 1), "amy", "connector-1", "connector-2", true});
  CHECK(room.size() == 0);
  CHECK(lost == Lines{"amy"});
}

TEST_CASE("a session that moved to a life of a frontend that has ended since is lost") {
  World world;  // connector-2 is in life 4
  Channel& room = world.channels.open("room");
  Lines lost;
  room.on_lost([&lost](const Member& member) { lost.push_back(member.uid); });
  SUBCASE("a member that is a session") { room.add(Somebody(id_of(3, 1), "connector-1", "amy")); }
  SUBCASE("a member that is its uid") { room.add("amy", "connector-1"); }
  world.channels.on_session_moved(
      {id_of(3, 1), id_of(2, 1), "amy", "connector-1", "connector-2", true});
  CHECK(room.size() == 0);
  CHECK(lost == Lines{"amy"});
}

TEST_CASE("a uid that moved to a life of a frontend that is not linked yet ends with that life") {
  World world;
  Channel& room = world.channels.open("room");
  room.add("amy", "connector-1");
  world.channels.on_session_moved(
      {id_of(3, 1), id_of(7, 1), "amy", "connector-1", "connector-2", true});
  world.channels.on_frontend_gone("connector-2", 6);
  CHECK(room.size() == 1);
  world.channels.on_frontend_gone("connector-2", 7);
  CHECK(room.size() == 0);
}

TEST_CASE("only what came with that life of a frontend, or an earlier one, goes with it") {
  World world;
  Channel& room = world.channels.open("room");
  room.add(Somebody(id_of(2, 1), "connector-1", "old"));
  room.add(Somebody(id_of(3, 1), "connector-1", "new"));
  room.add("uid", "connector-1");  // linked now: incarnation 3
  room.add("nowhere", "connector-3");
  world.channels.on_frontend_gone("connector-1", 2);
  CHECK(room.size() == 3);
  CHECK(room.find("old") == nullptr);
  world.channels.on_frontend_gone("connector-3", 1);
  CHECK(room.find("nowhere") == nullptr);
  world.channels.on_frontend_gone("connector-1", 3);
  CHECK(room.size() == 0);
}

TEST_CASE("a broadcast is one frame to each frontend of the type that is up") {
  World world;
  world.channels.broadcast("connector", "onAll", Json(1));
  world.channels.broadcast("connector", "onBound", Json(2), true);
  world.channels.broadcast("nobody", "onAll", Json(3));
  CHECK(world.take(world.one) == Lines{"push 1", "push 2"});
  CHECK(world.take(world.two) == Lines{"push 1", "push 2"});
  CHECK(world.sender.lost() == 0);
}

TEST_CASE("a push to listed members is one frame per frontend") {
  World world;
  const std::vector<Member> to = {{"amy", "connector-1", 0},
                                  {"bob", "connector-2", 0},
                                  {"", "connector-1", id_of(3, 9)},
                                  {"lost", "connector-3", 0}};
  world.channels.push("onSay", Json(1), to);
  CHECK(world.take(world.one) == Lines{"push 1"});
  CHECK(world.take(world.two) == Lines{"push 1"});
  CHECK(world.sender.lost() == 1);
  world.channels.push("onSay", Json(1), std::vector<Member>{});
  CHECK(world.take(world.one).empty());
}

TEST_CASE("pushes to a link that is full are shed and counted") {
  World world;
  Channel& room = world.channels.open("room");
  room.add("amy", "connector-1");
  const Json large(std::string(1 << 20, 'x'));
  for (int i = 0; i < 20; ++i) room.push("onSay", large);
  CHECK(world.sender.lost() == 4);
  CHECK(world.chat.endpoint->find("connector-1")->counters().shed_pushes == 4);
  CHECK(world.take(world.one).size() == 16);
  room.push("onSay", Json(1));
  CHECK(world.take(world.one) == Lines{"push 1"});
}

TEST_CASE("a push goes in protobuf to frontends that want it, in JSON to the others") {
  World world;
  const std::string protobuf = "protobuf " + std::string(testing::kChatBytes);
  const std::string json = "push " + std::string(testing::kChatJson);
  Channel& room = world.channels.open("room");
  room.add("amy", "connector-1");
  room.add("bob", "connector-2");
  room.push("onChat", testing::Chat());
  world.channels.push("onChat", testing::Chat(), room.members());
  world.channels.broadcast("connector", "onChat", testing::Chat());
  CHECK(world.take(world.one) == Lines{json, json, json});
  CHECK(world.take(world.two) == Lines{protobuf, protobuf, protobuf});
  room.push("onPlain", testing::Chat());
  CHECK(world.take(world.two) == Lines{json});
}

TEST_CASE("a push that its schema refuses is logged and lost where protobuf is wanted") {
  World world;
  const Json half{{"msg", "hi"}};
  world.channels.broadcast("connector", "onChat", half);
  CHECK(world.take(world.one) == Lines{R"(push {"msg":"hi"})"});
  CHECK(world.take(world.two).empty());
  CHECK(world.log->count("push not sent") == 1);
  CHECK(world.sender.lost() == 1);
}
