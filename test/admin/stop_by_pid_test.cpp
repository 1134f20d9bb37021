#include "admin/stop_by_pid.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

Record record(std::string id, std::string type, bool frontend, int pid) {
  Record made;
  made.id = std::move(id);
  made.type = std::move(type);
  made.frontend = frontend;
  made.process = {pid, 5000};
  return made;
}

struct Trial {
  explicit Trial(std::vector<Record> records)
      : stop(
            fake.host, std::move(records), [this](std::string_view line) { said += line; },
            [this](std::vector<std::string> ids) {
              ++ends;
              left = std::move(ids);
            }) {}

  FakeHost fake;
  std::string said;
  int ends = 0;
  std::vector<std::string> left;
  StopByPid stop;
};

using Signals = std::vector<std::pair<int, int>>;

TEST_CASE("a master first, then frontends, then backends") {
  Trial trial({record("chat-1", "chat", false, 20), record("connector-1", "connector", true, 21),
               record("master-1", "master", false, 22)});
  trial.fake.processes.living = {20, 21, 22};
  trial.stop.start();
  trial.fake.loop.pass(net::Duration(100));
  CHECK(trial.fake.processes.signals == Signals{{22, SIGTERM}, {21, SIGTERM}, {20, SIGTERM}});
  CHECK(trial.ends == 1);
  CHECK(trial.left.empty());
}

TEST_CASE("a process of several servers is told once, and killed once") {
  bool with_master = false;
  SUBCASE("that is a master, too") { with_master = true; }
  SUBCASE("whose master has gone") {}
  std::vector<Record> records{record("chat-1", "chat", false, 20),
                              record("connector-1", "connector", true, 20)};
  if (with_master) records.push_back(record("master-1", "master", false, 20));
  Trial trial(records);
  trial.fake.processes.living = {20};
  trial.fake.processes.deaf = {20};
  trial.stop.start();
  trial.fake.loop.pass(net::Duration(13000));
  CHECK(trial.fake.processes.signals == Signals{{20, SIGTERM}, {20, SIGKILL}});
  CHECK(trial.ends == 1);
  CHECK(trial.left.empty());
}

TEST_CASE("who does not hear is killed when it had time to finish its work") {
  Trial trial({record("chat-1", "chat", false, 20)});
  trial.fake.processes.living = {20};
  trial.fake.processes.deaf = {20};
  trial.stop.start();
  trial.fake.loop.pass(net::Duration(11999));
  CHECK(trial.fake.processes.signals == Signals{{20, SIGTERM}});
  trial.fake.loop.pass(net::Duration(50));
  CHECK(trial.fake.processes.signals == Signals{{20, SIGTERM}, {20, SIGKILL}});
  CHECK(trial.said == "chat-1 did not stop in time and was killed");
  CHECK(trial.ends == 1);
}

TEST_CASE("a process that got the pid of a dead one is not signalled") {
  Record old = record("chat-1", "chat", false, 20);
  old.process.start_time = 4000;
  Trial trial({old});
  trial.fake.processes.living = {20};
  trial.stop.start();
  trial.fake.loop.pass(net::Duration(100));
  CHECK(trial.fake.processes.signals.empty());
  CHECK(trial.ends == 1);
}

}  // namespace
}  // namespace shaddock::admin
