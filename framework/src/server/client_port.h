#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <memory>

#include "net/host.h"
#include "net/static_files.h"
#include "net/tls_files.h"
#include "server/client_transport.h"
#include "server/counters.h"
#include "server/datagram_port.h"

namespace shaddock::server {

// One open port of a frontend: TCP with all that is told apart on it, or UDP. Accepted streams
// outlive it only as long as its context, so it goes after their owners.
class ClientPort {
 public:
  struct Parts {
    net::Host& host;
    const Settings::Connector& settings;
    const net::StaticFiles& files;
    Compressors& compressors;
    Counters& counters;
    Logger log;
  };
  using OnAccept = Function<void(const PortContext& port, std::unique_ptr<net::Stream> stream)>;

  // error.code is Network::kPortTaken when another program has the port, kWrongSettings when the
  // port cannot be as its settings say.
  static constexpr int kWrongSettings = 2;
  static Result<std::unique_ptr<ClientPort>> open(const Parts& parts,
                                                  const ListenerSettings& listener,
                                                  OnAccept on_accept);

  net::Address address() const;
  // What came stays open; over TCP nothing more comes.
  void close();

 private:
  ClientPort(const Parts& parts, const ListenerSettings& listener, OnAccept on_accept);
  Result<void> prepare();
  Result<void> listen();
  void on_new_certificate(const Error* error);

  Parts parts_;
  ListenerSettings settings_;
  PortContext context_;
  OnAccept on_accept_;
  std::unique_ptr<net::TlsFiles> tls_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace shaddock::server
