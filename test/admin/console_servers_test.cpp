#include <doctest/doctest.h>

#include "admin/console_trial.h"

// The commands that list servers, start them and start them again.
namespace shaddock::admin {
namespace {

using Trial = ConsoleTrial;

using Ids = std::vector<std::string>;

TEST_CASE("the master tells what runs") {
  Trial trial;
  trial.add_master();
  REQUIRE(trial.runs(&Console::list));
  CHECK(*trial.code == 0);
  CHECK(trial.asked_for_stats);
  for (const char* word : {"serverId", "connector-server-1", "chat-server-3", "master-server-1"})
    CHECK(trial.says(word));
}

TEST_CASE("a list may be of one type, and for scripts") {
  Trial trial;
  trial.add_master();
  trial.settings.type = "connector";
  SUBCASE("for eyes") {
    REQUIRE(trial.runs(&Console::list));
    CHECK(trial.says("connector-server-1"));
    CHECK_FALSE(trial.says("chat-server-1"));
  }
  SUBCASE("for scripts") {
    trial.settings.json = true;
    REQUIRE(trial.runs(&Console::list));
    CHECK(trial.said == R"({"servers":[{"id":"connector-server-1","type":"connector","state":"up",)"
                        R"("frontend":true,"pid":21}]})");
  }
}

TEST_CASE("the master is asked to start servers and says when they are ready") {
  Trial trial;
  trial.add_master();
  SUBCASE("one") {
    REQUIRE(trial.runs(&Console::start, {"chat-server-2"}));
    CHECK(*trial.code == 0);
    CHECK(trial.said == "started 1 server");
    CHECK(*trial.asked == Ids{"chat-server-2"});
  }
  SUBCASE("one that was named twice") {
    REQUIRE(trial.runs(&Console::start, {"chat-server-2", "chat-server-2"}));
    CHECK(trial.said == "started 1 server");
  }
  SUBCASE("those of a type that do not run") {
    trial.settings.type = "chat";
    REQUIRE(trial.runs(&Console::start));
    CHECK(trial.said == "started 2 servers");
    CHECK(*trial.asked == Ids{"chat-server-2", "chat-server-3"});
  }
  SUBCASE("for a script") {
    trial.settings.json = true;
    REQUIRE(trial.runs(&Console::start, {"chat-server-2"}));
    CHECK(trial.said == R"({"ok":true,"servers":["chat-server-2"]})");
  }
  CHECK_FALSE(trial.asked_for_stats);
}

TEST_CASE("a start that cannot be says why, and exits so") {
  Trial trial;
  trial.add_master();
  SUBCASE("an id that nobody has") {
    REQUIRE(trial.runs(&Console::start, {"chat-server-2", "chat-server-9"}));
    CHECK(*trial.code == 2);
    CHECK(trial.complained == "there is no server chat-server-9");
    CHECK_FALSE(trial.asked);
  }
  SUBCASE("a type that nobody has") {
    trial.settings.type = "arena";
    REQUIRE(trial.runs(&Console::start));
    CHECK(*trial.code == 2);
    CHECK(trial.complained == "there is no server of type arena");
  }
  SUBCASE("one that runs") {
    REQUIRE(trial.runs(&Console::start, {"chat-server-1"}));
    CHECK(*trial.code == 4);
    CHECK(trial.complained == "chat-server-1 runs already");
  }
  SUBCASE("a type of which all run") {
    trial.settings.type = "connector";
    REQUIRE(trial.runs(&Console::start));
    CHECK(*trial.code == 4);
  }
  SUBCASE("the master does not want to") {
    trial.refuses = "all";
    REQUIRE(trial.runs(&Console::start, {"chat-server-2"}));
    CHECK(*trial.code == 1);
    CHECK(trial.complained == "no luck");
  }
  SUBCASE("it is not ready in time") {
    trial.refuses = "all";
    trial.refusal = code::kTimeout;
    REQUIRE(trial.runs(&Console::start, {"chat-server-2"}));
    CHECK(*trial.code == 5);
  }
  SUBCASE("for a script") {
    trial.settings.json = true;
    REQUIRE(trial.runs(&Console::start, {"chat-server-9"}));
    CHECK(trial.said == R"({"ok":false,"exit":2,"error":"there is no server chat-server-9"})");
  }
}

TEST_CASE("without a master no server can be started") {
  Trial trial;
  SUBCASE("once") { REQUIRE(trial.runs(&Console::start, {"chat-server-2"})); }
  SUBCASE("again") {
    trial.settings.rolling = true;
    REQUIRE(trial.runs(&Console::restart, {"chat-server-1"}));
  }
  CHECK(*trial.code == 1);
  CHECK(trial.complained == "the master is not running");
}

TEST_CASE("who watches sees the rows again and again, until the master is gone") {
  Trial trial;
  trial.add_master();
  int looks = 0;
  trial.make({});
  trial.console->watch(
      net::Duration(1),
      [&](std::vector<RowMessage> rows) {
        CHECK(rows.size() == 5);
        CHECK(trial.asked_for_stats);
        if (++looks == 3) trial.master.endpoint().forget(trial.caller);
      },
      [&](int ended) { trial.code = ended; });
  REQUIRE(trial.world.until([&] { return trial.code.has_value(); }));
  CHECK(looks >= 3);
  CHECK(*trial.code == 1);
  CHECK(trial.complained == "the master does not answer");
}

TEST_CASE("servers are restarted all at once, or one after the other and frontends last") {
  Trial trial;
  trial.add_master();
  SUBCASE("all at once") {
    REQUIRE(trial.runs(&Console::restart));
    CHECK(trial.calls == std::vector<Ids>{{"connector-server-1", "chat-server-1", "chat-server-2",
                                           "chat-server-3"}});
    CHECK(trial.said == "restarted 4 servers");
  }
  SUBCASE("one after the other") {
    trial.settings.rolling = true;
    REQUIRE(trial.runs(&Console::restart));
    CHECK(trial.calls ==
          std::vector<Ids>{
              {"chat-server-1"}, {"chat-server-2"}, {"chat-server-3"}, {"connector-server-1"}});
    CHECK(trial.says("chat-server-1 is back"));
    CHECK(trial.says("restarted 4 servers, one after the other"));
  }
  SUBCASE("some") {
    trial.settings.rolling = true;
    REQUIRE(trial.runs(&Console::restart, {"chat-server-2", "chat-server-1"}));
    CHECK(trial.calls == std::vector<Ids>{{"chat-server-1"}, {"chat-server-2"}});
  }
  SUBCASE("for a script") {
    trial.settings.json = true;
    trial.settings.type = "connector";
    trial.settings.rolling = true;
    REQUIRE(trial.runs(&Console::restart));
    CHECK(trial.said == R"({"ok":true,"servers":["connector-server-1"]})");
    CHECK(trial.complained == "connector-server-1 is back");
  }
  CHECK(*trial.code == 0);
}

TEST_CASE("a rolling restart stops at the first that does not come back, and says which are done") {
  Trial trial;
  trial.add_master();
  trial.refuses = "chat-server-2";
  trial.settings.rolling = true;
  REQUIRE(trial.runs(&Console::restart));
  CHECK(*trial.code == 5);
  CHECK(trial.calls == std::vector<Ids>{{"chat-server-1"}, {"chat-server-2"}});
  CHECK(trial.complained ==
        "chat-server-2 did not come back: no luck\n"
        "restarted: chat-server-1; untouched: chat-server-3, connector-server-1");
}

TEST_CASE("the master kills servers, and without one the console does") {
  Trial trial;
  SUBCASE("the master") {
    trial.add_master();
    REQUIRE(trial.runs(&Console::kill, {"chat-server-1"}));
    CHECK(trial.calls == std::vector<Ids>{{"chat-server-1"}});
    CHECK(trial.said == "killed chat-server-1");
    CHECK(trial.world.processes.signals.empty());
  }
  SUBCASE("the console") {
    REQUIRE(trial.runs(&Console::kill, {"chat-server-1"}));
    CHECK(trial.world.processes.signals == std::vector<std::pair<int, int>>{{20, SIGKILL}});
    CHECK(trial.says("the master is not running: nobody starts them again"));
  }
  CHECK(*trial.code == 0);
}

TEST_CASE("a kill of nobody is refused") {
  Trial trial;
  SUBCASE("by the master's list") { trial.add_master(); }
  SUBCASE("by the records") {}
  REQUIRE(trial.runs(&Console::kill, {"chat-server-9"}));
  CHECK(*trial.code == 2);
  CHECK(trial.world.processes.signals.empty());
}

}  // namespace
}  // namespace shaddock::admin
