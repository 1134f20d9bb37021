#include "server/joins.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

struct Name {
  std::string name;
  static void fields(auto& m, auto&& f) { f("name", m.name); }
};

// What the rooms hear, in order, and what they say to it.
struct Diary {
  std::string text;
  int refuse = 0, refuse_again = 0;  // codes; 0: nobody is refused
  bool hold_again = false;
  std::vector<Reply<Nothing>> held;
  std::string take() { return std::exchange(text, {}); }
};

// Remotes are made from a server and nothing else, so the diary of the test stands here.
Diary* diary_of_this_test = nullptr;

class Room {
 public:
  explicit Room(Server& server) : server_(server), diary_(*diary_of_this_test) {}
  Name add(const Name& who) {
    note("add", who);
    if (diary_.refuse != 0) throw Error(diary_.refuse, "not in here");
    return {who.name + " at " + server_.id()};
  }
  void again(const Name& who, Reply<Nothing> reply) {
    note("again", who);
    if (diary_.refuse_again != 0) throw Error(diary_.refuse_again, "not again");
    if (diary_.hold_again)
      diary_.held.push_back(std::move(reply));
    else
      reply({});
  }
  void kick(const Name& who) { note("kick", who); }
  void depart(const Name& who) { note("depart", who); }

 private:
  void note(const char* what, const Name& who) {
    diary_.text += server_.id() + ' ' + what + ' ' + who.name + "; ";
  }
  Server& server_;
  Diary& diary_;
};

// The server that the setting "home" names, by its place in the list.
const ServerInfo& by_home(const Session& session, const ServerList& chats) {
  const auto place = static_cast<std::size_t>(session.get("home").as_integer());
  const ServerInfo& home = chats[place % chats.size()];
  if (home.state == ServerInfo::State::down) throw Error(code::kNoServer, "nobody is at home");
  return home;
}

// It outlives the servers, whose last sessions leave their rooms at the end.
struct WithDiary {
  Diary diary;
};

struct Rooms : WithDiary, Town {
  Rooms() {
    diary_of_this_test = &diary;
    type("chat")
        .remote<Room>("room")
        .on<&Room::add>("add")
        .on<&Room::again>("again")
        .on<&Room::kick>("kick")
        .on<&Room::depart>("depart");
    type("chat").handler("h").on("say", [this](BackendSession& session, const Json&) {
      diary.text += "said " + session.uid() + "; ";
    });
    type("connector")
        .handler("h")
        .on("enter",
            [this](FrontendSession& session, const Json& body) -> Task<Name> {
              const std::string name = body.find("name")->as_string();
              auto bound = session.bind(name);
              co_await bound;
              session.set("home", *body.find("home"));
              auto joined = stay(session, name);
              co_return co_await joined;
            })
        .on("leave",
            [this](FrontendSession& session, const Json&) {
              server("connector-1").Server::leave_joined<&Room::add>(session);
            })
        .on("watch", [this](FrontendSession& session, const Json&) {
          server("connector-1").follow(session, "chat", [this](const Moved& moved) {
            diary.text += moved.session.uid() + " moved from " + std::string(moved.from) + " to " +
                          std::string(moved.to) + "; ";
          });
        });
    frontend("connector-1", "connector");
    backend("chat-1", "chat");
    backend("chat-2", "chat");
    start(configure);
  }

  Pending<Name> stay(FrontendSession& session, const std::string& name) {
    Server& here = server("connector-1");
    return here.stay_joined<&Room::add, &Room::kick, &Room::again, &Room::depart>(
        session, Name{name}, [this](FrontendSession& who, const Error& error) {
          diary.text += "refused " + who.uid() + ' ' + std::to_string(error.code) + "; ";
        });
  }
  TestClient& enter(const std::string& name, int home = 0) {
    TestClient& client = join("connector-1");
    const Json body{{"name", name}, {"home", home}};
    entered = ask(client, "connector.h.enter", body.dump());
    return client;
  }
  // The next life of it.
  void restart(const std::string& id) {
    kill(id);
    info(id).incarnation += 100;
    REQUIRE(open(info(id), configure).ok());
    show();
  }
  const Joins& joins() { return *server("connector-1").joins(); }

  Configure configure = [](const ServerInfo&, Settings& settings) {
    settings.route("chat", by_home);
  };
  std::string entered;
};

}  // namespace

TEST_CASE("who joins is where the router says, and leaves it at the end") {
  Rooms town;
  TestClient& ann = town.enter("ann", 1);
  CHECK(town.entered == R"({"name":"ann at chat-2"})");
  CHECK(town.diary.take() == "chat-2 add ann; ");
  town.show();
  CHECK(town.diary.take() == "");
  town.hang_up(ann);
  town.pass(10);
  CHECK(town.diary.take() == "chat-2 kick ann; ");
  CHECK(town.joins().leaves() == 0);
}

TEST_CASE("who leaves before the end is followed no longer") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  town.ask(ann, "connector.h.leave");
  CHECK(town.diary.take() == "chat-1 add ann; chat-1 kick ann; ");
  town.restart("chat-1");
  town.hang_up(ann);
  town.pass(10);
  CHECK(town.diary.take() == "");
}

TEST_CASE("all join the next life of their server again, and those of others are left alone") {
  Rooms town;
  town.enter("ann");
  town.enter("ben", 1);
  town.enter("cat");
  town.diary.take();
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 again ann; chat-1 again cat; ");
  CHECK(town.joins().on_the_way() == 0);
}

TEST_CASE("when the list of servers changes, rooms are left where they were and joined anew") {
  Rooms town;
  town.enter("ann", 3);
  CHECK(town.diary.take() == "chat-2 add ann; ");
  town.backend("chat-3", "chat");
  town.info("chat-3").state = ServerInfo::State::up;
  REQUIRE(town.open(town.info("chat-3"), town.configure).ok());
  town.show();
  CHECK(town.diary.take() == "chat-2 depart ann; chat-1 again ann; ");
  town.enter("ben", 2);
  CHECK(town.diary.take() == "chat-3 add ben; ");

  // Given up: it is in no list any more.
  town.kill("chat-3");
  town.info("chat-3").state = ServerInfo::State::failed;
  town.show();
  CHECK(town.diary.take() == "chat-1 depart ann; chat-2 again ann; chat-1 again ben; ");
}

TEST_CASE("a request never reaches a new life before the join of its session") {
  Rooms town;
  std::vector<TestClient*> clients;
  const std::size_t many = Joins::kMostOnTheWay + 3;
  for (std::size_t i = 0; i < many; ++i) clients.push_back(&town.enter("g" + std::to_string(i)));
  town.diary.take();
  town.diary.hold_again = true;
  town.restart("chat-1");
  CHECK(town.diary.held.size() == Joins::kMostOnTheWay);
  CHECK(town.diary.take().find("g258") == std::string::npos);

  CHECK(town.ask(*clients.back(), "chat.h.say") == "{}");
  CHECK(town.diary.take() == "chat-1 again g258; said g258; ");
  // The others come as soon as there is room.
  town.diary.hold_again = false;
  for (int i = 0; i < 2; ++i) town.diary.held[static_cast<std::size_t>(i)]({});
  town.settle();
  CHECK(town.diary.take() == "chat-1 again g256; chat-1 again g257; ");
  town.diary.held.clear();
}

TEST_CASE("requests that wait for a restart come after the joins") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  bool ended = false;
  town.server("chat-1").stop([&] { ended = true; });
  town.settle();
  const auto said = ann.request("chat.h.say", "{}");
  town.pass(10);
  REQUIRE(ended);
  town.diary.take();
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 again ann; said ann; ");
  CHECK(ann.answer(said) == "{}");
}

TEST_CASE("a first join waits for a restart as calls do, and fails as they do") {
  Rooms town;
  bool ended = false;
  town.server("chat-1").stop([&] { ended = true; });
  town.settle();
  town.enter("ann");
  CHECK(town.entered == "");
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 add ann; ");

  town.kill("chat-1");
  town.info("chat-1").state = ServerInfo::State::down;
  town.show();
  town.enter("ben");
  CHECK(town.entered == R"({"code":521})");
  town.info("chat-1").state = ServerInfo::State::up;
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 again ann; ");
}

TEST_CASE("a first join that is refused is told and forgotten") {
  Rooms town;
  town.diary.refuse = 509;
  TestClient& ann = town.enter("ann");
  CHECK(town.entered == R"({"code":509})");
  town.diary.take();
  town.restart("chat-1");
  town.hang_up(ann);
  town.pass(10);
  CHECK(town.diary.take() == "");
}

TEST_CASE("a join that is refused later is told, and not tried again") {
  Rooms town;
  town.enter("ann");
  town.diary.take();
  town.diary.refuse_again = 509;
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 again ann; refused ann 509; ");
  town.diary.refuse_again = 0;
  town.restart("chat-1");
  town.pass(1000);
  CHECK(town.diary.take() == "");
}

TEST_CASE("a join that fails for a reason that passes is made again") {
  Rooms town;
  town.enter("ann");
  town.diary.take();
  town.diary.refuse_again = code::kShed;
  town.restart("chat-1");
  town.diary.refuse_again = 0;
  CHECK(town.diary.take() == "chat-1 again ann; ");
  town.pass(300);
  CHECK(town.diary.take() == "chat-1 again ann; ");
  town.pass(1000);
  CHECK(town.diary.take() == "");
}

TEST_CASE(
    "a session that came from another frontend is in its rooms, though they cannot be asked") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  FrontendSession session = town.server("connector-1").sessions().find("ann").at(0);
  town.server("connector-1").leave_joined<&Room::add>(session);
  town.settle();
  town.diary.take();
  session.state().coming_back = true;
  SUBCASE("because they refuse for now") { town.diary.refuse = code::kShed; }
  SUBCASE("because they are away") {
    town.kill("chat-1");
    town.info("chat-1").state = ServerInfo::State::down;
    town.show();
  }
  int failed = 0;
  town.stay(session, "ann").then([&failed](const Result<Name>& joined) {
    failed = joined.ok() ? 0 : joined.error().code;
  });
  town.settle();
  CHECK(failed != 0);
  town.diary.take();
  town.diary.refuse = 0;
  town.info("chat-1").state = ServerInfo::State::up;
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 again ann; ");
  town.hang_up(ann);
  town.pass(10);
  CHECK(town.diary.take() == "chat-1 kick ann; ");
}

TEST_CASE("a session that came from another frontend leaves its room, though that was not asked") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  FrontendSession session = town.server("connector-1").sessions().find("ann").at(0);
  town.server("connector-1").leave_joined<&Room::add>(session);
  bool stopped = false;
  town.server("chat-1").stop([&] { stopped = true; });
  town.settle();
  town.diary.take();
  session.state().coming_back = true;
  int failed = 0;
  town.stay(session, "ann").then([&failed](const Result<Name>& joined) {
    failed = joined.ok() ? 0 : joined.error().code;
  });
  CHECK(failed == 0);  // it waits for the restart
  std::string heard;
  SUBCASE("when it ends") {
    town.hang_up(ann);
    heard = "chat-1 kick ann; ";
  }
  SUBCASE("but not when it goes on at yet another one") {
    town.server("connector-1").joins()->followed().forget(session.state());
  }
  town.pass(10);
  CHECK(failed == code::kFailed);
  town.restart("chat-1");
  CHECK(town.diary.take() == heard);
}

TEST_CASE("who has ended while the server was away is told to its next life") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  town.enter("ben");
  town.diary.take();
  town.kill("chat-1");
  town.hang_up(ann);
  town.pass(10);
  CHECK(town.joins().leaves() == 1);
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 kick ann; chat-1 again ben; ");
  CHECK(town.joins().leaves() == 0);
}

TEST_CASE(
    "who has ended is told to the server that it was at, also while that is said to be down") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  town.diary.take();
  town.info("chat-1").state = ServerInfo::State::down;
  town.show();
  town.server("connector-1").endpoint().find("chat-1")->close("cut");
  town.hang_up(ann);
  CHECK(town.joins().leaves() == 1);
  town.pass(2'000);
  REQUIRE(town.server("connector-1").endpoint().find("chat-1") != nullptr);
  CHECK(town.diary.take() == "chat-1 kick ann; ");
  CHECK(town.joins().leaves() == 0);
}

TEST_CASE("who is back under the same name comes after the leave that was waiting") {
  Rooms town;
  TestClient& ann = town.enter("ann");
  town.diary.take();
  bool ended = false;
  town.server("chat-1").stop([&] { ended = true; });
  town.settle();
  town.hang_up(ann);
  town.pass(10);
  town.enter("ann");
  town.restart("chat-1");
  CHECK(town.diary.take() == "chat-1 kick ann; chat-1 add ann; ");
  town.pass(1000);
  CHECK(town.diary.take() == "");
}

TEST_CASE("an application may follow its sessions itself") {
  Rooms town;
  TestClient& ann = town.enter("ann", 3);
  town.ask(ann, "connector.h.watch");
  CHECK(town.diary.take() == "chat-2 add ann; ");
  town.restart("chat-2");
  CHECK(town.diary.take() == "ann moved from chat-2 to chat-2; chat-2 again ann; ");
  town.kill("chat-2");
  town.info("chat-2").state = ServerInfo::State::failed;
  town.show();
  CHECK(town.diary.take() == "ann moved from chat-2 to chat-1; chat-1 again ann; ");
  town.hang_up(ann);
  town.pass(10);
  town.diary.take();
  town.restart("chat-1");
  CHECK(town.diary.take() == "");
}

TEST_CASE("a connector that is destroyed leaves nobody waiting") {
  Rooms town;
  town.enter("ann");
  bool ended = false;
  town.server("chat-1").stop([&] { ended = true; });
  town.settle();
  town.enter("ben");
  town.kill("connector-1");
  CHECK(town.diary.take() == "chat-1 add ann; ");
}
