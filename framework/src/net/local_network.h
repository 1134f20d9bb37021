#pragma once

#include <memory>
#include <optional>

#include "net/network.h"

namespace shaddock::net {

class LocalListeners;

// Lets the servers of one process reach each other without a socket: a table of their listeners,
// shared by all loops of the process. Thread-safe.
class LocalNetwork {
 public:
  enum class Ports {
    as_asked,  // listeners open the real port, too; who is not in the table is reached by socket
    // For tests, many of which run beside each other with the same configuration: every listener
    // opens a port of 127.0.0.1 that the system chooses, and is known in here by the address that
    // it asked for (address() says so, too). Who is not in the table refuses connections, and all
    // hosts are this one.
    chosen,
  };
  explicit LocalNetwork(Ports ports = Ports::as_asked);
  ~LocalNetwork();
  LocalNetwork(const LocalNetwork&) = delete;
  LocalNetwork& operator=(const LocalNetwork&) = delete;

  // The network as one loop sees it, on that loop's thread; `real` is that loop's. Listeners,
  // streams and what is connecting must be destroyed before it, and it before the loop; the other
  // ends of its streams see their end then. It may outlive this object. Addresses: see
  // local_listeners.h. A listener of port 0 is known by the port that it got.
  std::unique_ptr<Network> attach(Loop& loop, Network& real);

  // The socket behind a listener of `asked`, as one dials it; nothing while there is none.
  std::optional<Address> real_address(const Address& asked) const;
  std::optional<Address> real_datagram_address(const Address& asked) const;

 private:
  const Ports ports_;
  std::shared_ptr<LocalListeners> listeners_;
};

}  // namespace shaddock::net
