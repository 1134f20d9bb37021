#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "net/host.h"

namespace shaddock::testing {

// Which machine of a simulated world answers at an address as the configuration writes it. Each
// server has a machine of its own there, so that any two can be cut off from each other, though
// servers.json may place all of them on 127.0.0.1.
class Places {
 public:
  // That machine goes by these names, as others call its server.
  void add(const std::string& machine, std::vector<std::string> names);
  // A port of it was opened.
  void opened(const std::string& machine, int port);
  // Where to connect instead; the address itself when it is nobody's.
  net::Address find(const net::Address& address) const;

 private:
  std::map<std::string, std::vector<std::string>> names_;        // by machine
  std::map<std::pair<std::string, int>, std::string> machines_;  // by name and port
};

// The network of a process on that machine: what it listens on opens on the machine, whatever host
// is asked for, and what it connects to is found by Places.
class PlacedNetwork final : public net::Network {
 public:
  PlacedNetwork(net::Network& network, Places& places, std::string machine)
      : network_(network), places_(places), machine_(std::move(machine)) {}

  Result<std::unique_ptr<net::Listener>> listen(const net::Address& address,
                                                OnAccept on_accept) override;
  std::unique_ptr<net::Connecting> connect(const net::Address& address, net::Duration limit,
                                           OnConnect on_connect) override;
  Result<std::unique_ptr<net::DatagramSocket>> open_datagrams(const net::Address& address,
                                                              net::OnDatagram on_datagram) override;

 private:
  net::Network& network_;
  Places& places_;
  std::string machine_;
};

}  // namespace shaddock::testing
