#pragma once

#include <doctest/doctest.h>

#include <csignal>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "admin/console.h"
#include "admin/peers.h"

namespace shaddock::admin {

inline RowMessage row_of(const std::string& id, const std::string& type, int pid) {
  RowMessage row;
  row.id = id;
  row.type = type;
  row.state = pid == 0 ? "stopped" : "up";
  row.frontend = type == "connector";
  row.pid = pid;
  return row;
}

// A master that answers as it is told to, and the records of what it runs.
struct ConsoleTrial {
  ConsoleTrial() {
    world.files.files["/games/run/development/secret"] = kSecret + "\n";
    add_verb<ListRequest>(master.remotes(), verb::kConsoleList,
                          [this](ListRequest& request, cluster::IncomingCall call) {
                            asked_for_stats = request.stats;
                            caller = call.caller().id;
                            ListMessage message;
                            message.rows = rows;
                            answer(call, message);
                          });
    for (const auto& [id, type, pid] : {std::tuple{"connector-server-1", "connector", 21},
                                        {"chat-server-1", "chat", 20},
                                        {"chat-server-2", "chat", 0},
                                        {"chat-server-3", "chat", 0},
                                        {"master-server-1", "master", 22}})
      rows.push_back(row_of(id, type, pid));
    users.frontends = {{"connector-server-1", UsersMessage{{{"alice", 2}}, 0}}};
    kicked.sessions = 1;
    add_verb<UsersRequest>(master.remotes(), verb::kConsoleUsers,
                           [this](UsersRequest& request, cluster::IncomingCall call) {
                             users_asked = request;
                             answer(call, users);
                           });
    add_verb<KickRequest>(master.remotes(), verb::kConsoleKick,
                          [this](KickRequest& request, cluster::IncomingCall call) {
                            kick_asked = request;
                            answer(call, kicked);
                          });
    for (const auto verb : {verb::kConsoleRestart, verb::kConsoleKill})
      add_verb<ServersMessage>(master.remotes(), verb,
                               [this](ServersMessage& message, cluster::IncomingCall call) {
                                 calls.push_back(message.ids);
                                 if (refuses == message.ids.front())
                                   return call.fail(Error(refusal, "no luck"));
                                 call.answer();
                               });
    add_verb<StopMessage>(master.remotes(), verb::kConsoleStop,
                          [this](StopMessage& message, cluster::IncomingCall call) {
                            asked = message.ids;
                            if (!refuses.empty()) return call.fail(Error(refusal, "no luck"));
                            call.answer();
                            if (ends_processes) world.processes.living.clear();
                            Records(world.host, folders.run).remove(removes);
                            if (writes) REQUIRE(Records(world.host, folders.run).write(*writes));
                          });
    add_verb<StartMessage>(master.remotes(), verb::kConsoleStart,
                           [this](StartMessage& message, cluster::IncomingCall call) {
                             asked = message.ids;
                             if (!refuses.empty()) return call.fail(Error(refusal, "no luck"));
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
  bool complains(std::string_view text) const { return complained.find(text) != std::string::npos; }
  bool runs(void (Console::*command)(Console::OnEnd), std::vector<std::string> ids = {}) {
    make(std::move(ids));
    (*console.*command)([this](int ended) { code = ended; });
    return world.until([&] { return code.has_value(); });
  }
  void make(std::vector<std::string> ids) {
    settings.folders = folders;
    settings.environment = "development";
    settings.print = [this](std::string_view line) { said += line; };
    settings.complain = [this](std::string_view line) { complained += line; };
    settings.ids = std::move(ids);
    console.emplace(world.host, Logger(std::make_shared<MemoryLog>(), "console"), settings);
  }

  MixedHost world;
  Folders folders = Folders::of("/games/config", "development");
  std::optional<std::vector<std::string>> asked;
  std::vector<RowMessage> rows;
  AllUsersMessage users;
  AllKickedMessage kicked;
  UsersRequest users_asked;
  KickRequest kick_asked;
  std::vector<std::vector<std::string>> calls;  // to restart or to kill
  std::string refuses;                          // what concerns that server
  int refusal = code::kFailed;
  bool ends_processes = true, asked_for_stats = false;
  std::string removes;  // the record of that server, when it is told to stop
  std::optional<Record> writes;
  std::string said, complained, caller;
  std::optional<int> code;
  Peer master{world, cluster::Role::master, "master-server-1", 1};
  ConsoleSettings settings;
  std::optional<Console> console;
};

}  // namespace shaddock::admin
