#pragma once

#include "cluster/endpoint.h"
#include "cluster/view.h"

namespace shaddock::cluster {

// Keeps the links of a server to all others of the view: the smaller id dials, unless only the other has a port.
class Mesh {
 public:
  // `self` is the own entry of servers.json.
  Mesh(Endpoint& endpoint, ServerInfo self);

  // Dials who is new, forgets who is gone or failed. An older view is ignored.
  void apply(const View& view);
  const Directory& directory() const { return directory_; }
  // The link to that server, nullptr when it is not there now.
  Link* link(const ServerInfo& server) { return endpoint_.find(server.id); }
  // True when every server of the view that is up and can be linked is linked.
  bool linked() const;

 private:
  Endpoint& endpoint_;
  ServerInfo self_;
  Directory directory_;
};

}  // namespace shaddock::cluster
