#include "admin/console.h"

#include <doctest/doctest.h>

#include "admin/console_trial.h"

namespace shaddock::admin {
namespace {

using Trial = ConsoleTrial;

TEST_CASE("without a master the records tell") {
  Trial trial;
  REQUIRE(trial.runs(&Console::list));
  CHECK(*trial.code == 0);
  CHECK(trial.says("the master is not running"));
  CHECK(trial.says("connector-server-1"));
}

TEST_CASE("a master that cannot be reached is told, and the records tell the rest") {
  Trial trial;
  trial.add_master();
  Record record = *Records(trial.world.host, trial.folders.run).find("master-server-1");
  record.master.port = 1;  // nobody is there
  REQUIRE(Records(trial.world.host, trial.folders.run).write(record));
  REQUIRE(trial.runs(&Console::list));
  CHECK(*trial.code == 0);
  CHECK(trial.says("the master does not answer"));
  CHECK(trial.says("no answer"));
}

TEST_CASE("nothing runs when the records name no living process") {
  Trial trial;
  trial.world.processes.living.clear();
  int code = 1;
  SUBCASE("list") { REQUIRE(trial.runs(&Console::list)); }
  SUBCASE("start") { REQUIRE(trial.runs(&Console::start, {"chat-server-1"})); }
  SUBCASE("restart") { REQUIRE(trial.runs(&Console::restart)); }
  SUBCASE("kill") { REQUIRE(trial.runs(&Console::kill, {"chat-server-1"})); }
  SUBCASE("stop") {
    code = 0;
    REQUIRE(trial.runs(&Console::stop));
  }
  CHECK(*trial.code == code);
  CHECK((trial.said + trial.complained) == "nothing is running in environment development");
  CHECK(trial.world.processes.signals.empty());
}

TEST_CASE("a script reads why nothing was done") {
  Trial trial;
  trial.world.processes.living.clear();
  trial.settings.json = true;
  REQUIRE(trial.runs(&Console::list));
  CHECK(trial.said ==
        R"({"ok":false,"exit":1,"error":"nothing is running in environment development"})");
  CHECK(trial.complained.empty());
}

}  // namespace
}  // namespace shaddock::admin
