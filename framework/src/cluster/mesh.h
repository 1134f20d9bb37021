#pragma once

#include <set>
#include <string>

#include "cluster/endpoint.h"
#include "cluster/view.h"

namespace shaddock::cluster {

// Keeps the links of a server to all others of the view: the smaller id dials, unless only the
// other has a port. Two servers without ports cannot be linked.
class Mesh {
 public:
  // `self` is the own entry of servers.json.
  Mesh(Endpoint& endpoint, ServerInfo self);

  // Dials who is new, parts from who is gone, forgets who failed, fences off older incarnations. An
  // older view is ignored.
  void apply(const View& view);
  const Directory& directory() const { return directory_; }
  // See Directory::set_draining().
  void set_draining(const Identity& server) {
    directory_.set_draining(server.id, server.incarnation);
  }
  // The link to that server, nullptr when it is not there now.
  Link* link(const ServerInfo& server) { return endpoint_.find(server.id); }
  bool is_self(const ServerInfo& server) const { return server.id == self_.id; }
  // True when every server of the view that is up and can be linked is linked.
  bool linked() const;

 private:
  bool linkable(const ServerInfo& server) const;
  bool dials(const ServerInfo& server) const;
  // It has come, or is another process, since the view that is held.
  bool comes(const ServerInfo& server) const;

  Endpoint& endpoint_;
  ServerInfo self_;
  Directory directory_;
  std::set<std::string> wanted_;  // peers of the last view
};

}  // namespace shaddock::cluster
