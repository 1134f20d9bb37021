#include <doctest/doctest.h>

#include "admin/console_trial.h"

// The commands about clients.
namespace shaddock::admin {
namespace {

struct Trial : ConsoleTrial {
  Trial() {
    add_master();
    settings.uid = "alice";
    settings.reason = "be gone";
    settings.most = 7;
  }
};

TEST_CASE("users are asked for with a limit, and shown for eyes and scripts") {
  Trial trial;
  SUBCASE("eyes") {
    REQUIRE(trial.runs(&Console::users));
    CHECK(trial.says("connector-server-1  2            alice\n"));
  }
  SUBCASE("scripts") {
    trial.settings.json = true;
    REQUIRE(trial.runs(&Console::users));
    CHECK(trial.says(R"("uid":"alice")"));
  }
  CHECK(*trial.code == 0);
  CHECK(trial.users_asked.most == 7);
}

TEST_CASE("a frontend that does not answer is told, and is no success") {
  Trial trial;
  trial.users.frontends.push_back({"connector-server-2", std::nullopt});
  trial.kicked.silent = {"connector-server-2"};
  SUBCASE("users") {
    REQUIRE(trial.runs(&Console::users));
    CHECK(trial.says("alice"));
    CHECK(trial.complained == "connector-server-2 does not answer");
  }
  SUBCASE("kick") {
    REQUIRE(trial.runs(&Console::kick));
    CHECK(trial.complained == "kicked 1 session; no answer of connector-server-2");
  }
  CHECK(*trial.code == 1);
}

TEST_CASE("a kick says how many sessions ended") {
  Trial trial;
  SUBCASE("to eyes") {
    REQUIRE(trial.runs(&Console::kick));
    CHECK(trial.said == "kicked 1 session");
  }
  SUBCASE("to scripts") {
    trial.kicked.sessions = 2;
    trial.settings.json = true;
    REQUIRE(trial.runs(&Console::kick));
    CHECK(trial.said == R"({"ok":true,"sessions":2})");
  }
  CHECK(trial.kick_asked.uid == "alice");
  CHECK(trial.kick_asked.reason == "be gone");
}

TEST_CASE("without a master nobody knows who is there") {
  ConsoleTrial trial;
  SUBCASE("users") { REQUIRE(trial.runs(&Console::users)); }
  SUBCASE("kick") { REQUIRE(trial.runs(&Console::kick)); }
  CHECK(*trial.code == 1);
  CHECK(trial.complained == "the master is not running");
}

}  // namespace
}  // namespace shaddock::admin
