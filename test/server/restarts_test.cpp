#include "server/restarts.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

cluster::Identity life(std::string id, std::uint64_t incarnation) {
  cluster::Identity identity;
  identity.id = std::move(id);
  identity.incarnation = incarnation;
  return identity;
}

struct Trial {
  Trial() { show({"chat-1", "chat-2"}); }
  void show(const std::vector<std::string>& ids) {
    cluster::View view{directory.view().number + 1, {}};
    for (const std::string& id : ids) {
      ServerInfo info;
      info.id = id;
      info.type = "chat";
      view.servers.push_back(info);
    }
    directory.apply(view);
  }
  void pass(net::Duration time) { timers.advance(timers.now() + time); }
  bool expects(const std::string& id) {
    ServerInfo info;
    info.id = id;
    return restarts.expects(info);
  }
  bool hold(const std::string& name, std::size_t bytes = 10) {
    return hold_until(name, bytes, restarts.patience(net::TimePoint::max()));
  }
  bool hold_until(const std::string& name, std::size_t bytes, net::TimePoint until) {
    return restarts.hold("chat", 0, bytes, until, [this, name, bytes, until](Restarts::Now now) {
      const bool again = now == Restarts::Now::try_again;
      said += (again ? "try " : "end ") + name + ' ';
      if (again && keep) CHECK(hold_until(name, bytes, until));
    });
  }

  net::TimerWheel timers{net::TimePoint(1h)};
  cluster::Directory directory;
  Restarts restarts{timers, directory, 3, 100};
  std::string said;
  bool keep = false;
};

}  // namespace

TEST_CASE("who is new in the list is expected for a second, whatever was before") {
  Trial trial;
  ServerInfo chat;
  chat.id = "chat-1";
  trial.restarts.arrives(chat);
  CHECK(trial.expects("chat-1"));
  trial.restarts.linked(life("chat-1", 1));
  CHECK_FALSE(trial.expects("chat-1"));

  trial.restarts.drains(life("chat-1", 1));
  trial.restarts.lost(life("chat-1", 1));
  trial.pass(5s);
  CHECK_FALSE(trial.expects("chat-1"));
  chat.incarnation = 2;
  trial.restarts.arrives(chat);
  CHECK(trial.expects("chat-1"));
  trial.pass(1001ms);
  CHECK_FALSE(trial.expects("chat-1"));
}

TEST_CASE("who drains is expected back while it is there and a second longer") {
  Trial trial;
  CHECK(!trial.expects("chat-1"));
  CHECK(trial.restarts.expected("chat") == nullptr);
  trial.restarts.drains(life("chat-1", 5));
  trial.pass(1min);
  CHECK(trial.expects("chat-1"));
  CHECK(!trial.expects("chat-2"));
  REQUIRE(trial.restarts.expected("chat") != nullptr);
  CHECK(trial.restarts.expected("chat")->id == "chat-1");
  CHECK(trial.restarts.expected("area") == nullptr);
  trial.restarts.lost(life("chat-1", 4));  // an older link
  trial.pass(1min);
  CHECK(trial.expects("chat-1"));
  trial.restarts.lost(life("chat-1", 5));
  trial.pass(1s);
  CHECK(trial.expects("chat-1"));
  trial.pass(1ms);
  CHECK(!trial.expects("chat-1"));
}

TEST_CASE("who is linked in a later life, or left the view, is not expected any more") {
  Trial trial;
  trial.restarts.drains(life("chat-1", 5));
  trial.restarts.linked(life("chat-1", 5));
  CHECK(trial.expects("chat-1"));
  SUBCASE("linked") { trial.restarts.linked(life("chat-1", 6)); }
  SUBCASE("left") { trial.show({"chat-2"}); }
  CHECK(!trial.expects("chat-1"));
}

TEST_CASE("a crash is no restart that was planned") {
  Trial trial;
  trial.restarts.lost(life("chat-1", 5));
  trial.restarts.linked(life("chat-1", 6));
  CHECK(!trial.expects("chat-1"));
}

TEST_CASE("what is held is tried in the order in which it came, and again if it holds itself") {
  Trial trial;
  trial.keep = true;
  for (const std::string name : {"a", "b", "c"}) REQUIRE(trial.hold(name));
  trial.restarts.retry();
  CHECK(trial.said == "try a try b try c ");
  trial.keep = false;
  trial.restarts.retry();
  CHECK(trial.said == "try a try b try c try a try b try c ");
  trial.restarts.retry();
  trial.pass(1min);
  CHECK(trial.said == "try a try b try c try a try b try c ");
  CHECK(trial.restarts.held() == 0);
}

TEST_CASE("each piece waits for a second from its coming, however often it is tried") {
  Trial trial;
  trial.keep = true;
  REQUIRE(trial.hold("a"));
  trial.pass(400ms);
  REQUIRE(trial.hold("b"));
  trial.restarts.retry();
  trial.said.clear();
  trial.pass(599ms);
  CHECK(trial.said.empty());
  trial.pass(1ms);
  CHECK(trial.said == "end a ");
  trial.pass(400ms);
  CHECK(trial.said == "end a end b ");
}

TEST_CASE("so many pieces and bytes may wait, and those that have gone make room") {
  Trial trial;
  SUBCASE("pieces") {
    for (const std::string name : {"a", "b", "c"}) REQUIRE(trial.hold(name));
    CHECK(!trial.hold("d"));
  }
  SUBCASE("bytes") {
    REQUIRE(trial.hold("a", 60));
    CHECK(!trial.hold("b", 41));
    REQUIRE(trial.hold("b", 40));
  }
  CHECK(trial.restarts.hold("area", 0, 100, trial.restarts.patience(net::TimePoint::max()),
                            [](Restarts::Now) {}));
  trial.restarts.give_up();
  CHECK(trial.restarts.held() == 0);
  CHECK(trial.hold("d", 100));
}

TEST_CASE("what has less time than a second waits no longer, and what came before it still does") {
  Trial trial;
  REQUIRE(trial.hold("a"));
  REQUIRE(trial.hold_until("b", 10, trial.restarts.patience(trial.timers.now() + 100ms)));
  REQUIRE(trial.hold_until("c", 10, trial.restarts.patience(trial.timers.now() + 5s)));
  trial.pass(99ms);
  CHECK(trial.said.empty());
  trial.pass(1ms);
  CHECK(trial.said == "end b ");
  trial.pass(900ms);
  CHECK(trial.said == "end b end a end c ");
}

TEST_CASE("one owner may have a sixteenth of what may wait, so that the others find room") {
  Trial trial;
  Restarts wide(trial.timers, trial.directory, 64, 1600);
  const auto hold = [&](std::uint64_t owner, std::size_t bytes) {
    return wide.hold("chat", owner, bytes, trial.timers.now() + 1s, [](Restarts::Now) {});
  };
  for (int i = 0; i < 4; ++i) CHECK(hold(1, 10));
  CHECK(!hold(1, 10));
  CHECK(hold(2, 90));
  CHECK(!hold(2, 11));
  CHECK(hold(3, 500));  // alone it may be as long as it likes
  wide.give_up();
  CHECK(hold(1, 10));
  wide.give_up();
}
