#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <memory>
#include <string>

#include "net/host.h"

namespace shaddock::cluster {

struct RedialSettings {
  net::Duration first{20}, most{1000};
};

// Makes connections to one peer until its owner says that there is a link: each failure waits twice
// as long as the one before, and between half and all of that by chance, so that a crowd does not
// come back at once.
class LinkDialer {
 public:
  using OnStream = Function<void(std::unique_ptr<net::Stream>)>;

  LinkDialer(net::Host& host, const Logger& log, std::string peer_id, net::Address address,
             const RedialSettings& settings, OnStream on_stream);

  // Connects now, unless it is trying already.
  void dial();
  // The connection came to nothing, or the link was lost: tries again after a while.
  void dial_later();
  // The peer is there again: does not wait any longer, and begins anew with short waits.
  void hasten();
  // There is a link: no more connections until dial_later().
  void rest();

  const net::Address& address() const { return address_; }

 private:
  void on_connect(Result<std::unique_ptr<net::Stream>> stream);

  net::Host& host_;
  Logger log_;
  std::string peer_id_;
  net::Address address_;
  RedialSettings settings_;
  net::Duration wait_;
  bool told_ = false;  // of the failures since the last link
  OnStream on_stream_;
  net::Timer retry_;
  std::unique_ptr<net::Connecting> connecting_;
};

}  // namespace shaddock::cluster
