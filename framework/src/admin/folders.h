#pragma once

#include <string>

namespace shaddock::admin {

// Where a cluster keeps what it makes at run time. The base is the parent of the configuration
// folder.
//
//   <base>/logs/<env>/<id>.log, <id>.out     what servers say
//   <base>/run/<env>/                        0700: records of processes, the secret, the master's
//   lock
struct Folders {
  std::string base, logs, run;

  static Folders of(const std::string& configuration_folder, const std::string& environment);

  std::string log_of(const std::string& id) const { return logs + '/' + id + ".log"; }
  std::string output_of(const std::string& id) const { return logs + '/' + id + ".out"; }
};

// The servers.json that the master has accepted.
inline std::string applied_file(const Folders& folders) { return folders.run + "/servers.applied"; }

}  // namespace shaddock::admin
