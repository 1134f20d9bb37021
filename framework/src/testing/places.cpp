#include "testing/places.h"

namespace shaddock::testing {

void Places::add(const std::string& machine, std::vector<std::string> names) {
  names_[machine] = std::move(names);
}

void Places::opened(const std::string& machine, int port) {
  for (const std::string& name : names_[machine]) machines_[{name, port}] = machine;
}

net::Address Places::find(const net::Address& address) const {
  const auto found = machines_.find({address.host, address.port});
  return found == machines_.end() ? address : net::Address{found->second, address.port};
}

Result<std::unique_ptr<net::Listener>> PlacedNetwork::listen(const net::Address& address,
                                                             OnAccept on_accept) {
  auto listener = network_.listen({machine_, address.port}, std::move(on_accept));
  if (listener) places_.opened(machine_, (*listener)->address().port);
  return listener;
}

std::unique_ptr<net::Connecting> PlacedNetwork::connect(const net::Address& address,
                                                        net::Duration limit, OnConnect on_connect) {
  return network_.connect(places_.find(address), limit, std::move(on_connect));
}

Result<std::unique_ptr<net::DatagramSocket>> PlacedNetwork::open_datagrams(
    const net::Address& address, net::OnDatagram on_datagram) {
  return network_.open_datagrams({machine_, address.port}, std::move(on_datagram));
}

}  // namespace shaddock::testing
