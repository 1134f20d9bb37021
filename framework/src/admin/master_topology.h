#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "admin/file_watch.h"
#include "admin/master.h"

namespace shaddock::admin {

// What servers.json says, once it has been found good.
struct Master::Wanted {
  ServersText file;
  Configuration configuration;
};

// The servers change while they run: one change at a time, in the order in which they were asked
// for. What an editor wrote is a change like those of a console.
//
//   asked --> the file is read (and edited), judged, kept --> new ones start --> what is removed
//       drains and goes --> new ones that need its ports start --> changed ones restart, one by one
struct Master::Topology {
  struct Change {
    std::vector<std::string> added;    // key=value
    std::vector<std::string> removed;  // ids
    std::optional<cluster::IncomingCall> call;

    bool by_file() const { return !call; }
  };

  Topology(net::Host& host, std::vector<std::string> files, Function<void()> on_change,
           Function<void()> on_late)
      : watch(host, std::move(files), std::move(on_change)),
        limit(host.loop.timers(), std::move(on_late)) {}

  FileWatch watch;
  std::deque<Change> waiting;
  std::optional<Change> current;
  std::vector<std::string> changed;  // to be restarted, those to come
  std::set<std::string> awaited;     // servers that are starting
  std::vector<std::string> failures;
  bool late = false;  // some of them were not ready in time
  Function<void()> next;
  net::Timer limit;
  std::optional<AuditLog::Order> order;  // of a change by the file
};

}  // namespace shaddock::admin
