#include <doctest/doctest.h>

#include "admin/master_trial.h"

// The verbs of the console that change something, and the lines they leave.
namespace shaddock::admin {
namespace {

using cluster::Role;

struct Trial : MasterTrial {
  Trial() : peers(start_completely()) {}
  // The audit log without the times and the ports.
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    std::string text = world.files.files["/games/logs/development/audit.log"];
    for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      std::string line = text.substr(31, end - 31);
      const std::size_t from = line.find("from=127.0.0.1:");
      REQUIRE(from != std::string::npos);
      line.erase(from, line.find(' ', from) + 1 - from);
      lines.push_back(line);
    }
    return lines;
  }

  std::vector<std::unique_ptr<Peer>> peers;
};

TEST_CASE("each order leaves a line with who gave it and how it ended") {
  Trial trial;
  Peer console(trial.world, Role::console, "console-1", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  console.call("master-server-1", verb::kConsoleStart, StartMessage{{"chat-server-1"}});
  console.call("master-server-1", verb::kConsoleKill, ServersMessage{{"chat-server-1"}});
  console.call("master-server-1", verb::kConsoleRestart, ServersMessage{{"chat-server-9"}});
  console.call("master-server-1", verb::kConsoleKick, KickRequest{"bob", "be nice"});
  CHECK(console.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  const std::string alice = "role=console user=alice ";
  CHECK(trial.lines() ==
        std::vector<std::string>{
            alice + "verb=start arguments=chat-server-1 result=begins",
            alice + "verb=start arguments=chat-server-1 result=\"chat-server-1 runs already\"",
            alice + "verb=kill arguments=chat-server-1 result=begins",
            alice + "verb=kill arguments=chat-server-1 result=done",
            alice + "verb=restart arguments=chat-server-9 result=begins",
            alice +
                "verb=restart arguments=chat-server-9 result=\"there is no server chat-server-9\"",
            alice + "verb=kick arguments=\"bob \\\"be nice\\\"\" result=begins",
            alice + "verb=kick arguments=\"bob \\\"be nice\\\"\" result=done"});
}

TEST_CASE("an observer looks; what would change something is refused, and leaves a line") {
  Trial trial;
  Peer observer(trial.world, Role::observer, "observer-1", 1);
  REQUIRE(observer.dial("master-server-1", trial.master->address()));
  CHECK(observer.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  CHECK(observer.call("master-server-1", verb::kConsoleUsers, UsersRequest{}) == code::kOk);
  CHECK(trial.lines().empty());
  const auto refused = [&](std::string_view verb, const auto& message) {
    const int status = observer.call("master-server-1", verb, message);
    return status == code::kFailed &&
           observer.body.find("an observer changes nothing") != std::string::npos;
  };
  CHECK(refused(verb::kConsoleStart, StartMessage{{"chat-server-1"}}));
  CHECK(refused(verb::kConsoleStop, StopMessage{}));
  CHECK(refused(verb::kConsoleRestart, ServersMessage{{"chat-server-1"}}));
  CHECK(refused(verb::kConsoleKill, ServersMessage{{"chat-server-1"}}));
  CHECK(refused(verb::kConsoleKick, KickRequest{"bob", ""}));
  CHECK(observer.call("master-server-1", verb::kRegister, RegisterMessage{}) == code::kFailed);
  CHECK(trial.world.processes.signals.empty());
  const auto lines = trial.lines();
  REQUIRE(!lines.empty());
  CHECK(lines[0] ==
        "role=observer user=alice verb=start arguments=chat-server-1 "
        "result=\"not allowed: an observer changes nothing\"");
}

}  // namespace
}  // namespace shaddock::admin
