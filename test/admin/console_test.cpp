#include "admin/console.h"

#include <doctest/doctest.h>

#include "admin/messages.h"
#include "admin/peers.h"

namespace shaddock::admin {
namespace {

using cluster::Role;

// A master that answers as it is told to, and the records of what it runs.
struct Trial {
  Trial() {
    world.files.files["/games/run/development/secret"] = kSecret + "\n";
    add_verb<Nothing>(master.remotes(), verb::kConsoleList,
                      [this](Nothing&, cluster::IncomingCall call) {
                        ListMessage message;
                        RowMessage row;
                        row.id = "told by the master";
                        message.rows.push_back(row);
                        answer(call, message);
                      });
    add_verb<StopMessage>(master.remotes(), verb::kConsoleStop,
                          [this](StopMessage& message, cluster::IncomingCall call) {
                            asked = message.ids;
                            if (refuses) return call.fail(Error(code::kFailed, "no such server"));
                            call.answer();
                            if (ends_processes) world.processes.living.clear();
                            Records(world.host, folders.run).remove(removes);
                            if (writes) REQUIRE(Records(world.host, folders.run).write(*writes));
                          });
    add_verb<StartMessage>(master.remotes(), verb::kConsoleStart,
                           [this](StartMessage& message, cluster::IncomingCall call) {
                             asked = message.ids;
                             if (refuses) return call.fail(Error(code::kFailed, "no such server"));
                             call.answer();
                           });
    REQUIRE(master.endpoint().listen({"127.0.0.1", 0}));
    add("chat-server-1", "chat", 20);
    add("connector-server-1", "connector", 21);
  }

  void add(const std::string& id, const std::string& type, int pid) {
    Record record;
    record.id = id;
    record.type = type;
    record.frontend = type == "connector";
    record.process = {pid, 5000};
    record.master = master.endpoint().address();
    REQUIRE(Records(world.host, folders.run).write(record));
    world.processes.living.insert(pid);
  }
  void add_master() { add("master-server-1", "master", 22); }
  bool says(std::string_view text) const { return said.find(text) != std::string::npos; }
  bool ends() {
    return world.until([&] { return code.has_value(); });
  }

  MixedHost world;
  Folders folders = Folders::of("/games/config", "development");
  std::optional<std::vector<std::string>> asked;
  bool refuses = false, ends_processes = true;
  std::string removes;  // the record of that server, when it is told to stop
  std::optional<Record> writes;
  std::string said;
  std::optional<int> code;
  Peer master{world, Role::master, "master-server-1", 1};
  Console console{world.host, Logger(std::make_shared<MemoryLog>(), "console"), folders,
                  "development", [this](std::string_view line) { said += line; }};
  Console::OnEnd on_end = [this](int ended) { code = ended; };
};

using Signals = std::vector<std::pair<int, int>>;

TEST_CASE("the master tells what runs") {
  Trial trial;
  trial.add_master();
  trial.console.list(std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 0);
  CHECK(trial.says("told by the master"));
}

TEST_CASE("without a master the records tell") {
  Trial trial;
  trial.console.list(std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 0);
  CHECK(trial.says("the master is not running"));
  CHECK(trial.says("connector-server-1"));
}

TEST_CASE("nothing runs when the records name no living process") {
  Trial trial;
  trial.world.processes.living.clear();
  SUBCASE("list") { trial.console.list(std::move(trial.on_end)); }
  SUBCASE("start") { trial.console.start({"chat-server-1"}, std::move(trial.on_end)); }
  SUBCASE("stop") { trial.console.stop({}, std::move(trial.on_end)); }
  REQUIRE(trial.ends());
  CHECK(trial.says("nothing is running in environment development"));
  CHECK(trial.world.processes.signals.empty());
}

TEST_CASE("a stop is done when the processes are gone") {
  Trial trial;
  trial.add_master();
  trial.console.stop({}, std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 0);
  CHECK(trial.asked->empty());
  CHECK(trial.says("stopped 2 servers"));
  CHECK(trial.world.processes.signals.empty());
  CHECK(trial.world.files.list(trial.folders.run) == std::vector<std::string>{"secret"});
}

TEST_CASE("what the master refuses is told") {
  Trial trial;
  trial.add_master();
  trial.refuses = true;
  trial.console.stop({"chat-server-9"}, std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 1);
  CHECK(*trial.asked == std::vector<std::string>{"chat-server-9"});
  CHECK(trial.says("no such server"));
}

TEST_CASE("the master is asked to start servers and says when they are ready") {
  Trial trial;
  trial.add_master();
  SUBCASE("or why not") {
    trial.refuses = true;
    trial.console.start({"chat-server-9"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(*trial.code == 1);
    CHECK(trial.said == "no such server");
  }
  SUBCASE("one") {
    trial.console.start({"chat-server-1"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(*trial.code == 0);
    CHECK(trial.said == "started 1 server");
    CHECK(*trial.asked == std::vector<std::string>{"chat-server-1"});
  }
  SUBCASE("one that was named twice") {
    trial.console.start({"chat-server-1", "chat-server-1"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(trial.said == "started 1 server");
  }
  SUBCASE("two") {
    trial.console.start({"chat-server-1", "chat-server-2"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(trial.said == "started 2 servers");
    CHECK(*trial.asked == std::vector<std::string>{"chat-server-1", "chat-server-2"});
  }
}

TEST_CASE("without a master no server can be started") {
  Trial trial;
  trial.console.start({"chat-server-2"}, std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 1);
  CHECK(trial.said == "the master is not running");
}

TEST_CASE("without a master a stop goes by pid, frontends first") {
  Trial trial;
  SUBCASE("everything") {
    trial.console.stop({}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(trial.world.processes.signals == Signals{{21, SIGTERM}, {20, SIGTERM}});
  }
  SUBCASE("one") {
    trial.console.stop({"chat-server-1"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(trial.world.processes.signals == Signals{{20, SIGTERM}});
  }
  CHECK(*trial.code == 0);
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
  trial.console.stop({"chat-server-1"}, std::move(trial.on_end));
  REQUIRE(trial.ends());
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
  trial.console.stop({"chat-server-1"}, std::move(trial.on_end));
  REQUIRE(trial.ends());
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
    trial.console.stop({"chat-server-1"}, std::move(trial.on_end));
    REQUIRE(trial.ends());
    CHECK(*trial.code == 1);
    CHECK(trial.says("chat-server-1 shares its process with others"));
    CHECK(trial.world.processes.signals.empty());
  }
  SUBCASE("all") {
    trial.console.stop({}, std::move(trial.on_end));
    REQUIRE(trial.ends());
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
  trial.console.stop({}, std::move(trial.on_end));
  REQUIRE(trial.ends());
  CHECK(*trial.code == 0);
  CHECK(trial.says("the master does not answer"));
  CHECK(trial.world.processes.signals == Signals{{22, SIGTERM}, {21, SIGTERM}, {20, SIGTERM}});
}

}  // namespace
}  // namespace shaddock::admin
