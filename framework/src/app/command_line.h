#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/isolation.h"
#include "net/stream.h"

namespace shaddock::app {

// What one command of a program is to do.
struct CommandLine {
  enum class Verb {
    start,
    list,
    stop,
    restart,
    kill,
    logs,
    users,
    kick,
    top,
    plan,
    add,
    remove,
    check,
    serve,
    join
  };

  Verb verb = Verb::start;
  std::string environment = "development";
  std::string configuration_folder = "./config";
  std::vector<std::string> words;       // add: key=value
  std::vector<std::string> ids;         // which servers; of start and stop also the master alone
  std::string type;                     // instead of ids
  bool json = false;                    // for scripts
  bool rolling = false;                 // restart: one after the other
  bool follow = false, output = false;  // logs: those to come too; of what the server printed
  std::size_t lines = 20;               // logs
  std::uint64_t most = 100;             // users
  std::string uid, reason;              // kick
  std::size_t rounds = 0;               // top; 0: until it is ended
  std::string credential;               // a file of an observer
  bool daemon = false;                  // start: return when the cluster is ready
  bool detached = false;                // start: this is the process that --daemon leaves behind
  bool strict = false;                  // check: warnings are errors
  std::optional<net::Isolation> isolation;  // start: instead of what master.json says

  // serve: one server process of a cluster.
  bool applied = false;  // by the servers.json that its master has accepted
  std::string server_id;
  std::uint64_t incarnation = 0;
  net::Address master;  // join, too: port 0 when the configuration is to say it

  // join: one that is in no file.
  std::vector<std::string> entry;  // key=value
  std::string master_id, secret_file;
};

struct ParsedCommandLine {
  std::optional<CommandLine> command;
  // Without a command: what to print (help, version, or what is wrong) and how to exit.
  std::string text;
  int exit_code = 0;
};

// Sub-commands, start the default; options in any place; and Pomelo's key=value words
// (env=production, type=all, id=...) beside them.
ParsedCommandLine parse_command_line(const std::string& program, const std::string& version,
                                     const std::vector<std::string>& arguments);

}  // namespace shaddock::app
