#pragma once

#include "net/descriptor.h"
#include "net/network.h"
#include "net/uv_address.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// A listening TCP socket. It accepts by itself, since uv_listen() turns for good within one
// callback when accepting fails and libuv's reserve is gone.
//
// When the process is out of descriptors, it accepts with one that is kept in reserve and closes at
// once, so a full process refuses clients instead of spinning. Another thread, or for a full system
// another process, may be faster to take what the reserve leaves free: then, and whenever the
// system cannot accept, those who wait are left waiting for kPause.
class UvListener final : public Listener {
 public:
  static Result<std::unique_ptr<Listener>> open(UvLoop& loop, const Address& address,
                                                Network::OnAccept on_accept);
  ~UvListener() override;
  UvListener(const UvListener&) = delete;
  UvListener& operator=(const UvListener&) = delete;

  Address address() const override;

  static constexpr Duration kPause{100};

 private:
  class Core;
  explicit UvListener(Core& core) : core_(core) {}

  Core& core_;
};

}  // namespace shaddock::net
