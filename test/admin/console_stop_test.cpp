#include <doctest/doctest.h>

#include "admin/console_trial.h"

// The command `stop`.
namespace shaddock::admin {
namespace {

using Trial = ConsoleTrial;
using Signals = std::vector<std::pair<int, int>>;

TEST_CASE("a stop is done when the processes are gone") {
  Trial trial;
  trial.add_master();
  REQUIRE(trial.runs(&Console::stop));
  CHECK(*trial.code == 0);
  CHECK(trial.asked->empty());
  CHECK(trial.says("stopped 2 servers"));
  CHECK(trial.world.processes.signals.empty());
  CHECK(trial.world.files.list(trial.folders.run) == std::vector<std::string>{"secret"});
}

TEST_CASE("what the master refuses is told") {
  Trial trial;
  trial.add_master();
  trial.refuses = "all";
  REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
  CHECK(*trial.code == 1);
  CHECK(*trial.asked == std::vector<std::string>{"chat-server-1"});
  CHECK(trial.complained == "no luck");
}

TEST_CASE("without a master a stop goes by pid, frontends first") {
  Trial trial;
  SUBCASE("everything") {
    REQUIRE(trial.runs(&Console::stop));
    CHECK(trial.world.processes.signals == Signals{{21, SIGTERM}, {20, SIGTERM}});
  }
  SUBCASE("one") {
    REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
    CHECK(trial.world.processes.signals == Signals{{20, SIGTERM}});
  }
  CHECK(*trial.code == 0);
}

TEST_CASE("what is stopped or killed without a master leaves its lines, too") {
  Trial trial;
  trial.settings.user = "alice";
  const auto audit = [&] {
    const std::string text = trial.world.files.files["/games/logs/development/audit.log"];
    return text.substr(std::min(text.size(), text.find(" order ")));
  };
  SUBCASE("stop") {
    REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
    CHECK(
        audit().starts_with(" order role=console user=alice from=- verb=stop "
                            "arguments=chat-server-1 result=begins\n"));
    CHECK(audit().ends_with("verb=stop arguments=chat-server-1 result=done\n"));
  }
  SUBCASE("kill") {
    REQUIRE(trial.runs(&Console::kill, {"chat-server-1"}));
    CHECK(audit() ==
          " order role=console user=alice from=- verb=kill arguments=chat-server-1 "
          "result=done\n");
  }
  SUBCASE("a master writes its own") {
    trial.add_master();
    REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
    CHECK(trial.world.files.files["/games/logs/development/audit.log"].empty());
  }
}

TEST_CASE("a type means all its servers, and one that nobody has is refused") {
  Trial trial;
  trial.settings.type = "chat";
  SUBCASE("with a master") {
    trial.add_master();
    REQUIRE(trial.runs(&Console::stop));
    CHECK(*trial.asked ==
          std::vector<std::string>{"chat-server-1", "chat-server-2", "chat-server-3"});
    CHECK(trial.said == "stopped 1 server");
  }
  SUBCASE("without one") {
    REQUIRE(trial.runs(&Console::stop));
    CHECK(trial.world.processes.signals == Signals{{20, SIGTERM}});
  }
  SUBCASE("of nobody") {
    trial.add_master();
    trial.settings.type = "arena";
    REQUIRE(trial.runs(&Console::stop));
    CHECK(*trial.code == 2);
    CHECK(trial.complained == "there is no server of type arena");
    CHECK_FALSE(trial.asked);
  }
}

TEST_CASE("a script reads which servers were stopped") {
  Trial trial;
  trial.settings.json = true;
  SUBCASE("all") {
    trial.add_master();
    REQUIRE(trial.runs(&Console::stop));
    CHECK(trial.said == R"({"ok":true,"servers":["chat-server-1","connector-server-1"]})");
    CHECK(trial.complained.empty());
  }
  SUBCASE("without a master") {
    REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
    CHECK(trial.said == R"({"ok":true,"servers":["chat-server-1"]})");
    CHECK(trial.complained == "the master is not running");
  }
  SUBCASE("none") {
    trial.world.processes.living.clear();
    REQUIRE(trial.runs(&Console::stop));
    CHECK(trial.said == R"({"ok":true,"servers":[]})");
  }
}

// All in the master's process.
struct SharedTrial : Trial {
  SharedTrial() {
    for (const char* id : {"chat-server-1", "connector-server-1", "master-server-1"})
      add(id, id[0] == 'c' && id[1] == 'o' ? "connector" : id[0] == 'c' ? "chat" : "master", 22);
    world.processes.living = {22};
  }
};

TEST_CASE("a server in the master's process is gone when its record is") {
  SharedTrial trial;
  trial.ends_processes = false;
  trial.removes = "chat-server-1";
  REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
  CHECK(*trial.code == 0);
  CHECK(trial.says("stopped 1 server"));
  CHECK(trial.world.processes.signals.empty());
  CHECK(trial.world.processes.living == std::set{22});
}

TEST_CASE("the record of a server that was started again while a stop waited is not removed") {
  SharedTrial trial;
  trial.ends_processes = false;
  trial.writes = Records(trial.world.host, trial.folders.run).find("chat-server-1");
  REQUIRE(trial.writes);
  trial.writes->incarnation = 7;
  REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
  CHECK(trial.says("stopped 1 server"));
  const auto found = Records(trial.world.host, trial.folders.run).find("chat-server-1");
  REQUIRE(found);
  CHECK(found->incarnation == 7);
}

TEST_CASE("when its master does not answer, a process is not ended for one of its servers") {
  SharedTrial trial;
  Record record = *Records(trial.world.host, trial.folders.run).find("master-server-1");
  record.master.port = 1;  // nobody is there
  REQUIRE(Records(trial.world.host, trial.folders.run).write(record));
  SUBCASE("one") {
    REQUIRE(trial.runs(&Console::stop, {"chat-server-1"}));
    CHECK(*trial.code == 1);
    CHECK(trial.complains("chat-server-1 shares its process with others"));
    CHECK(trial.world.processes.signals.empty());
  }
  SUBCASE("all") {
    REQUIRE(trial.runs(&Console::stop));
    CHECK(*trial.code == 0);
    CHECK(trial.says("stopped 2 servers"));
    CHECK(trial.world.processes.signals == Signals{{22, SIGTERM}});
  }
}

TEST_CASE("a master that hangs is stopped by pid before its servers") {
  Trial trial;
  Record record;
  record.id = "master-server-1";
  record.type = "master";
  record.process = {22, 5000};
  record.master = {"127.0.0.1", 1};  // nobody is there
  REQUIRE(Records(trial.world.host, trial.folders.run).write(record));
  trial.world.processes.living.insert(22);
  REQUIRE(trial.runs(&Console::stop));
  CHECK(*trial.code == 0);
  CHECK(trial.says("the master does not answer"));
  CHECK(trial.world.processes.signals == Signals{{22, SIGTERM}, {21, SIGTERM}, {20, SIGTERM}});
}

}  // namespace
}  // namespace shaddock::admin
