#pragma once

#include <shaddock/error.h>
#include <shaddock/routing.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "cluster/view.h"

namespace shaddock::session {

// Chooses the server for a call: the route function of its type, or crc32 of the key modulo the
// number of servers.
class RouterTable {
 public:
  // `known_types`: those the application describes. A call to another type is Pomelo's 500, one to
  // a known type without any server is 521.
  RouterTable(const cluster::Directory& directory,
              std::map<std::string, Router, std::less<>> routers,
              std::set<std::string, std::less<>> known_types);

  // Never throws: what a route function throws becomes the error. The info lives until the next
  // view.
  Result<const ServerInfo*> choose(const Call& call) const noexcept;

 private:
  const Router& router_of(std::string_view type) const;

  const cluster::Directory& directory_;
  std::map<std::string, Router, std::less<>> routers_;
  std::set<std::string, std::less<>> known_types_;
  Router default_;
};

}  // namespace shaddock::session
