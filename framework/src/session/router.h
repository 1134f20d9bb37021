#pragma once

#include <shaddock/error.h>
#include <shaddock/routing.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "cluster/mesh.h"
#include "session/peers.h"

namespace shaddock::session {

// Who may serve the calls of a type: the router, and the list that it sees.
struct Candidates {
  const Router* router = nullptr;
  const ServerList* servers = nullptr;  // nullptr or empty: there is nobody
  const Peers* peers = nullptr;         // of these servers
};

// Chooses the server for a call: the route function of its type, or crc32 of the key modulo the
// number of servers.
class RouterTable {
 public:
  // `known_types`: those the application describes. A call to another type is Pomelo's 500, one to
  // a known type without any server is 521. Without a mesh each server that is up can be asked.
  RouterTable(const cluster::Directory& directory,
              std::map<std::string, Router, std::less<>> routers,
              std::set<std::string, std::less<>> known_types, cluster::Mesh* mesh = nullptr);

  // A link came or went, or what it refuses changed.
  void links_changed() { ++link_changes_; }
  // Another number after each change of servers or links; the first view has number 1.
  std::uint64_t as_of() const { return directory_.view().number + link_changes_; }

  // They live until as_of() is another.
  Candidates candidates(std::string_view server_type) const;
  // Never throws: what a route function throws becomes the error. The info lives until the next
  // choice after as_of() has changed.
  Result<const ServerInfo*> choose(const Call& call) const noexcept;
  // With the candidates of the call's server type. A call that brings their peers is not copied.
  Result<const ServerInfo*> choose(const Candidates& candidates, const Call& call) const noexcept;
  // For a call that did not run at `not_this`: another server, when the router of the type is live
  // and has one. The info lives until the next choice.
  Result<const ServerInfo*> choose_other(const Call& call,
                                         std::string_view not_this) const noexcept;

 private:
  // What the router of a type is shown, made when it is first asked for after a change.
  struct Shown {
    std::uint64_t as_of = 0;
    const Router* router = nullptr;
    const ServerList* servers = nullptr;
    ServerList up;  // what a live one sees
    Peers peers;
  };

  const Router& router_of(std::string_view type) const;
  void show(Shown& shown, std::string_view type, const ServerList& all) const;
  bool can_be_asked(const ServerInfo& server) const;
  Peers peers_of(const ServerList& servers, std::uint64_t version) const;
  Error nobody(std::string_view server_type) const;

  const cluster::Directory& directory_;
  std::map<std::string, Router, std::less<>> routers_;
  std::set<std::string, std::less<>> known_types_;
  cluster::Mesh* mesh_;
  Router default_;
  std::uint64_t link_changes_ = 0;
  mutable std::map<std::string, Shown, std::less<>> shown_;
  mutable ServerList others_;  // of the last choose_other()
};

}  // namespace shaddock::session
