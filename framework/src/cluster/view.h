#pragma once

#include <shaddock/server_info.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::cluster {

// Everyone there is, as the master numbered it. Issued by the master, replaced whole in every
// process.
struct View {
  std::uint64_t number = 0;
  std::vector<ServerInfo> servers;  // in the order of servers.json, types one after the other
};

// A view sorted by type, as route functions and applications read it. Lists stay at their addresses
// until the next apply(); FAILED servers and those that join are left out of them. A server that is
// about to stop has said so to everybody itself; in the lists (not in the view) it is down from
// then on, and a frontend, where clients would be sent to, is left out.
class Directory {
 public:
  // False for a view that is not newer than the one held.
  bool apply(View view);
  const View& view() const { return view_; }
  // That life of the server is about to stop; forgotten when a later one is up.
  void set_draining(std::string_view id, std::uint64_t incarnation);
  // Another number whenever the lists have changed.
  std::uint64_t changes() const { return changes_; }

  // nullptr: no configured server has that type. The list may be empty when all of them FAILED.
  const ServerList* find_type(std::string_view type) const;
  const ServerInfo* find(std::string_view id) const;
  // True when each type has a server that is up, or joins.
  bool complete() const;

 private:
  void mark(std::string_view id);

  View view_;
  std::map<std::string, ServerList, std::less<>> types_;
  std::map<std::string, std::size_t, std::less<>> places_;      // in the view
  std::map<std::string, std::uint64_t, std::less<>> draining_;  // incarnations
  std::uint64_t changes_ = 0;
};

}  // namespace shaddock::cluster
