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
// until the next apply(); FAILED servers are left out of them.
class Directory {
 public:
  // False for a view that is not newer than the one held.
  bool apply(View view);
  const View& view() const { return view_; }

  // nullptr: no configured server has that type. The list may be empty when all of them FAILED.
  const ServerList* find_type(std::string_view type) const;
  const ServerInfo* find(std::string_view id) const;
  // True when each type has a server that is up.
  bool complete() const;

 private:
  View view_;
  std::map<std::string, ServerList, std::less<>> types_;
  std::map<std::string, std::size_t, std::less<>> places_;  // in the view
};

}  // namespace shaddock::cluster
