#pragma once

#include <memory>

#include "net/local_listeners.h"
#include "net/local_pipe.h"
#include "net/network.h"

namespace shaddock::net {

// A connection to a listener of this process being made:
//
//   connector's loop: offer --> listener's loop: accept, if it is still open --> connector's loop
//
// An offer that is dropped anywhere on its way, by a loop that ends, is a refusal.
class LocalConnecting final : public Connecting {
 public:
  LocalConnecting(Loop& loop, const Address& address, Duration limit,
                  Network::OnConnect on_connect);
  ~LocalConnecting() override;
  LocalConnecting(const LocalConnecting&) = delete;
  LocalConnecting& operator=(const LocalConnecting&) = delete;

  // One of the two, once. `door` leads to the connector's own loop, `from` is what the listener's
  // side calls its peer.
  void offer_to(const LocalListeners::Entry& listener, const std::shared_ptr<LoopDoor>& door,
                Address from);
  void refuse();

 private:
  // What outlives this object: touched on the connector's thread only.
  struct Caller {
    LocalConnecting* self;
  };
  class Offer;

  void connected(LocalEnd end);
  void fail(const char* reason);

  Loop& loop_;
  const Address address_;
  Network::OnConnect on_connect_;  // empty: has been called
  Timer limit_;
  std::shared_ptr<Caller> caller_;
};

}  // namespace shaddock::net
