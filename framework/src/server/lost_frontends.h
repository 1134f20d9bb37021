#pragma once

#include <shaddock/function.h>

#include <list>
#include <memory>
#include <string>

#include "cluster/identity.h"
#include "net/host.h"

namespace shaddock::server {

// Whether a frontend whose link has ended is gone, or only out of reach: on a machine that is ours,
// too, the kernel says whether anybody listens at its port. On another nobody is judged.
class LostFrontends {
 public:
  // `on_gone` may be told of one that has come back meanwhile, as a later incarnation.
  LostFrontends(net::Host& host, std::string own_host,
                Function<void(const cluster::Identity&)> on_gone);
  ~LostFrontends();

  // `address` is its port for servers.
  void look_for(const cluster::Identity& lost, const net::Address& address);

  static constexpr net::Duration kConnectLimit{500};

 private:
  struct Search;
  using Place = std::list<std::unique_ptr<Search>>::iterator;
  void heard(Place place, bool gone);

  net::Host& host_;
  const std::string own_host_;
  Function<void(const cluster::Identity&)> on_gone_;
  std::list<std::unique_ptr<Search>> searches_;
};

}  // namespace shaddock::server
