#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/host.h"

namespace shaddock::admin {

// What is known of a process after everybody who knew it has gone: who to list and to stop when
// the master was killed. A pid alone may belong to another process by now; with its start time and
// the boot of the machine it names one process for ever.
struct Record {
  std::string id;
  std::string type;  // "master" for the master
  bool frontend = false;
  net::ProcessId process;
  std::uint64_t incarnation = 0;
  net::Address master;            // where the master listens
  std::int64_t since = 0;         // milliseconds since 1970
  std::string secret_file;        // the master's: the operator's, if there is one
  std::string note;               // the master's: its line about being ready, once it is
  bool lifeline = false;          // the master's: what it starts ends with it
  bool joined = false;            // by hand: it is in no servers.json
  std::uint32_t fingerprint = 0;  // of a server's entry in servers.json, see survivors.h

  bool is_master() const { return type == "master"; }
};

// The folder run/<env>: one small file a process, the cluster's secret and the lock that the master
// holds. Only its owner may look inside. Every file is replaced as a whole.
class Records {
 public:
  Records(net::Host& host, std::string folder);

  Result<void> make_folder();
  // Nothing when a master of this cluster runs already.
  Result<std::unique_ptr<net::FileLock>> lock();

  Result<void> write(const Record& record);
  void remove(const std::string& id);
  // The same if it is still the record of that life: a newer one may have written its own.
  void remove(const std::string& id, std::uint64_t incarnation);
  // All that can be read; in order of ids. A file that is no record is left out.
  std::vector<Record> read_all() const;
  // Only the processes that live.
  std::vector<Record> living() const;
  // The same, and forgets the others. Only for who holds the lock: else one that has just been
  // started may be forgotten.
  std::vector<Record> forget_ended();
  std::optional<Record> find(const std::string& id) const;

  // What the cluster's processes prove to know: the first line of the operator's file (at least 32
  // characters, in a file that only its owner can open), or without one 64 hexadecimal digits, made
  // by the first who asks.
  Result<std::string> secret(const std::string& operators_file = {});

  // The first of `count` incarnations that no process of this cluster had before. One row of
  // numbers serves all ids.
  Result<std::uint64_t> reserve_incarnations(std::uint64_t count);

 private:
  Result<std::string> operators_secret(const std::string& path) const;
  std::string path_of(const std::string& id) const;

  net::Host& host_;
  std::string folder_;
};

}  // namespace shaddock::admin
