#pragma once

#include <shaddock/error.h>
#include <shaddock/routing.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "cluster/view.h"

namespace shaddock::session {

// Who may serve the calls of a type: the router, and the list that it sees.
struct Candidates {
  const Router* router = nullptr;
  const ServerList* servers = nullptr;  // nullptr or empty: there is nobody
};

// Chooses the server for a call: the route function of its type, or crc32 of the key modulo the
// number of servers.
class RouterTable {
 public:
  // `known_types`: those the application describes. A call to another type is Pomelo's 500, one to
  // a known type without any server is 521.
  RouterTable(const cluster::Directory& directory,
              std::map<std::string, Router, std::less<>> routers,
              std::set<std::string, std::less<>> known_types);

  // They live until the next view.
  Candidates candidates(std::string_view server_type) const;
  // Never throws: what a route function throws becomes the error. The info lives until the next
  // view.
  Result<const ServerInfo*> choose(const Call& call) const noexcept;
  // With the candidates of the call's server type.
  Result<const ServerInfo*> choose(const Candidates& candidates, const Call& call) const noexcept;

 private:
  const Router& router_of(std::string_view type) const;
  const ServerList& only_up(const std::string& type, const ServerList& all) const;
  Error nobody(std::string_view server_type) const;

  const cluster::Directory& directory_;
  std::map<std::string, Router, std::less<>> routers_;
  std::set<std::string, std::less<>> known_types_;
  Router default_;
  // What live routers see, made when it is first asked for after a view.
  mutable std::map<std::string, ServerList, std::less<>> up_;
  mutable std::uint64_t up_as_of_ = 0;  // Directory::changes()
};

}  // namespace shaddock::session
