#pragma once

#include <shaddock/log.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cluster/link.h"

namespace shaddock::cluster {

struct EndpointSettings {
  net::Duration proof_limit{2000};    // both proofs and HELLO, in total
  net::Duration ping_interval{500};   // any byte counts as a sign of life
  net::Duration silence_limit{3000};  // then the link is dead
  net::Duration redial_first{20}, redial_most{1000};
  std::size_t unproved_most = 64;     // connections that have not proved themselves yet
};

// Listens for links, dials them, proves and introduces both sides; keeps at most one link per peer id (of two
// incarnations the greater wins). Everything that has links owns one: servers, the master, the console.
class Endpoint {
 public:
  Endpoint(net::Host& host, Logger log, Identity self, std::string secret, Receiver& receiver,
           EndpointSettings settings = {});
  ~Endpoint();  // links go down without callbacks

  Result<void> listen(const net::Address& address);
  net::Address address() const;  // of the listener

  // Keeps a link to that peer from now on: dials until it is there and again when it is lost, with back-off.
  void dial(const std::string& peer_id, const net::Address& address);
  // Stops dialling it and closes its link.
  void forget(const std::string& peer_id);

  Link* find(std::string_view peer_id);  // nullptr when there is none now
  void for_each(const std::function<void(Link&)>& visit);
  const Identity& self() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::cluster
