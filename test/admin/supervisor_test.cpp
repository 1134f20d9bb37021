#include "admin/supervisor.h"

#include <doctest/doctest.h>

#include <csignal>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

struct Trial final : SupervisorEvents {
  Result<net::Command> command_for(const std::string& id) override {
    net::Command command;
    command.program = fake.processes.program();
    command.arguments = {"serve", "id=" + id, "incarnation=" + std::to_string(++incarnation)};
    return command;
  }
  void on_started(const std::string& id, const net::ProcessId&) override {
    events.push_back("started " + id);
  }
  void on_ended(const std::string& id, const ServerEnd& end,
                std::optional<RestartPolicy::Plan> plan) override {
    events.push_back("ended " + id + ' ' + std::to_string(end.exit.status) +
                     (!plan          ? " for good"
                      : plan->failed ? " failed"
                                     : ""));
    not_made = end.not_made;
  }
  std::vector<std::string> take() { return std::exchange(events, {}); }

  FakeHost fake;
  int incarnation = 0;
  std::vector<std::string> events;
  std::string not_made;  // of the last end
  Supervisor supervisor{fake.host, *this};
};

using Events = std::vector<std::string>;

TEST_CASE("before the cluster was complete an end is final") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  CHECK(trial.supervisor.running() == Events{"chat-1"});
  trial.fake.processes.end_last({3, 0});
  trial.fake.loop.pass(net::Duration(60000));
  CHECK(trial.take() == Events{"started chat-1", "ended chat-1 3 for good"});
  CHECK(trial.supervisor.running().empty());
}

TEST_CASE("later a server that ends is started again, as a new incarnation") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  trial.fake.processes.end_last({0, 9});
  trial.fake.loop.pass(net::Duration(1));
  CHECK(trial.take() == Events{"started chat-1", "ended chat-1 0", "started chat-1"});
  REQUIRE(trial.fake.processes.spawned.size() == 2);
  CHECK(trial.fake.processes.spawned[1].command.arguments.back() == "incarnation=2");
}

TEST_CASE("a server that always ends is given up and tried once every 30 s") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  for (int i = 0; i < 5; ++i) {
    trial.fake.processes.end_last({1, 0});
    if (i < 4) trial.fake.loop.pass(net::Duration(600));
  }
  CHECK(trial.take().back() == "ended chat-1 1 failed");
  trial.fake.loop.pass(net::Duration(29000));
  CHECK(trial.fake.processes.spawned.size() == 5);
  trial.fake.loop.pass(net::Duration(1000));
  CHECK(trial.fake.processes.spawned.size() == 6);
}

TEST_CASE("a server that is told to end every two seconds, and serves meanwhile, is always back") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  for (std::size_t i = 0; i < 8; ++i) {
    trial.fake.loop.pass(net::Duration(2000));
    trial.fake.processes.end_last({0, 0});
    trial.fake.loop.pass(net::Duration(1));
    CHECK(trial.fake.processes.spawned.size() == i + 2);
  }
  trial.fake.loop.pass(net::Duration(2000));
  trial.fake.processes.end_last({0, SIGKILL});  // the first failure
  trial.fake.loop.pass(net::Duration(1));
  CHECK(trial.fake.processes.spawned.size() == 10);
}

TEST_CASE("a process that cannot be made again counts as one that ended") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  trial.fake.processes.refuse = true;
  trial.fake.processes.end_last({1, 0});
  trial.fake.loop.pass(net::Duration(1));
  trial.fake.processes.refuse = false;
  trial.fake.loop.pass(net::Duration(120));
  CHECK(trial.take() ==
        Events{"started chat-1", "ended chat-1 1", "ended chat-1 1", "started chat-1"});
}

TEST_CASE("a process that can never be made again is tried ever later, and given up") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  trial.fake.loop.pass(net::Duration(11000));  // a life that forgives
  trial.fake.processes.refuse = true;
  trial.fake.processes.end_last({1, 0});
  CHECK(trial.not_made.empty());
  trial.fake.loop.pass(net::Duration(10000));
  const Events again(3, "ended chat-1 1");
  Events expected{"started chat-1", "ended chat-1 1"};
  expected.insert(expected.end(), again.begin(), again.end());
  expected.push_back("ended chat-1 1 failed");
  CHECK(trial.take() == expected);
  CHECK(trial.not_made == "no more processes");
  trial.fake.loop.pass(net::Duration(30000));  // a wait that forgives nothing
  CHECK(trial.take() == Events{"ended chat-1 1 failed"});
  trial.fake.processes.refuse = false;
  trial.fake.loop.pass(net::Duration(30000));
  CHECK(trial.take() == Events{"started chat-1"});
}

TEST_CASE("who is to be revived and cannot be is tried again") {
  Trial trial;
  trial.supervisor.restart_what_ends();
  trial.fake.processes.refuse = true;
  CHECK(trial.supervisor.revive("chat-1").error().text == "no more processes");
  trial.fake.processes.refuse = false;
  trial.fake.loop.pass(net::Duration(1));
  CHECK(trial.take() == Events{"ended chat-1 1", "started chat-1"});
}

TEST_CASE("the first start tells why no process could be made") {
  Trial trial;
  trial.fake.processes.refuse = true;
  CHECK(trial.supervisor.start("chat-1").error().text == "no more processes");
  CHECK(trial.supervisor.running().empty());
}

TEST_CASE("a retired server is not started again, also when it waits for its turn") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  REQUIRE(trial.supervisor.start("chat-2"));
  trial.supervisor.restart_what_ends();
  trial.fake.processes.end(0, {1, 0});  // waits to be started again
  trial.supervisor.retire_all();
  trial.fake.processes.end(1, {0, 0});
  trial.fake.loop.pass(net::Duration(60000));
  CHECK(trial.fake.processes.spawned.size() == 2);
  CHECK(trial.take().back() == "ended chat-2 0 for good");
}

TEST_CASE("a server that was retired or given up is started at once when it is asked for") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  REQUIRE(trial.supervisor.start("chat-2"));
  trial.supervisor.restart_what_ends();
  trial.supervisor.retire("chat-1");
  trial.fake.processes.end(0, {0, 0});
  for (std::size_t i = 1; i < 6; ++i) {
    trial.fake.processes.end(i, {1, 0});
    if (i < 5) trial.fake.loop.pass(net::Duration(600));
  }
  REQUIRE(trial.take().back() == "ended chat-2 1 failed");
  REQUIRE(trial.supervisor.start("chat-1"));
  REQUIRE(trial.supervisor.start("chat-2"));
  CHECK(trial.take() == Events{"started chat-1", "started chat-2"});
  trial.fake.loop.pass(net::Duration(31000));
  CHECK(trial.fake.processes.spawned.size() == 8);

  trial.fake.processes.end(6, {0, 9});
  trial.fake.processes.end(7, {0, 9});  // its five ends are forgotten
  CHECK(trial.take() == Events{"ended chat-1 0", "ended chat-2 0"});
}

TEST_CASE("a server that was given up is still tried again after a start that was in vain") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.restart_what_ends();
  for (int i = 0; i < 5; ++i) {
    trial.fake.processes.end_last({1, 0});
    if (i < 4) trial.fake.loop.pass(net::Duration(600));
  }
  REQUIRE(trial.take().back() == "ended chat-1 1 failed");
  trial.fake.processes.refuse = true;
  CHECK_FALSE(trial.supervisor.start("chat-1"));
  trial.fake.processes.refuse = false;
  trial.fake.loop.pass(net::Duration(31000));
  CHECK(trial.take() == Events{"started chat-1"});
}

TEST_CASE("a process that was taken over is started again like all others, and signalled") {
  Trial trial;
  trial.fake.processes.living.insert(500);
  trial.supervisor.restart_what_ends();
  REQUIRE(trial.supervisor.adopt("chat-1", {500, 5000}));
  CHECK(trial.supervisor.running() == Events{"chat-1"});
  REQUIRE(trial.supervisor.start("chat-1"));  // it runs
  trial.supervisor.signal("chat-1", SIGTERM);
  CHECK(trial.fake.processes.signals == std::vector{std::pair{500, SIGTERM}});
  trial.fake.processes.end_watched(500);
  trial.fake.loop.pass(net::Duration(1));
  CHECK(trial.take() == Events{"ended chat-1 0", "started chat-1"});
}

TEST_CASE("a process that has ended is not taken over") {
  Trial trial;
  CHECK_FALSE(trial.supervisor.adopt("chat-1", {500, 5000}));
  CHECK(trial.supervisor.running().empty());
}

TEST_CASE("signals reach running servers only") {
  Trial trial;
  REQUIRE(trial.supervisor.start("chat-1"));
  trial.supervisor.signal("chat-1", SIGTERM);
  trial.supervisor.signal("chat-2", SIGTERM);
  CHECK(trial.fake.processes.signals == std::vector{std::pair{1000, SIGTERM}});
  trial.fake.processes.end_last({0, 0});
  trial.supervisor.signal("chat-1", SIGKILL);
  CHECK(trial.fake.processes.signals.size() == 1);
}

TEST_CASE("an end that is reported after the supervisor has gone is ignored") {
  FakeHost fake;
  Function<void(net::Exit)> late;
  {
    Trial trial;
    REQUIRE(trial.supervisor.start("chat-1"));
    late = std::move(trial.fake.processes.spawned[0].on_exit);
  }
  late({0, 0});
}

}  // namespace
}  // namespace shaddock::admin
