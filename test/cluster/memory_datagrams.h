#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "net/network.h"

namespace shaddock::cluster {

// The UDP of a MemoryNetwork: sockets of any numeric address, so that a test can play many
// machines. What is sent arrives whole, in order, on a later turn; what is sent to nobody is gone.
class MemoryDatagrams {
 public:
  explicit MemoryDatagrams(net::Loop& loop) : loop_(loop) {}

  Result<std::unique_ptr<net::DatagramSocket>> open(net::Address address,
                                                    net::OnDatagram on_datagram) {
    if (address.host.empty()) address.host = "127.0.0.1";
    if (address.port == 0) address.port = next_port_++;
    const auto own = net::parse_peer(address);
    if (!own) return Error(1, "not a numeric address");
    auto& place = sockets_[*own];
    if (place) return Error(net::Network::kPortTaken, "address in use");
    place = std::make_shared<net::OnDatagram>(std::move(on_datagram));
    return std::unique_ptr<net::DatagramSocket>(std::make_unique<Socket>(*this, *own));
  }

  bool full = false;  // the system has no room for what is sent

 private:
  struct Socket final : net::DatagramSocket {
    Socket(MemoryDatagrams& all, const net::PeerAddress& own) : all(all), own(own) {}
    ~Socket() override { all.sockets_.erase(own); }
    Sent send(const net::PeerAddress& to, std::string_view bytes) override {
      if (bytes.size() > net::kMaxDatagram) return Sent::too_long;
      if (all.full) return Sent::dropped;
      all.loop_.post([all = &all, from = own, to, bytes = std::string(bytes)]() mutable {
        all->deliver(from, to, std::move(bytes));
      });
      return Sent::sent;
    }
    net::Address address() const override { return net::to_address(own); }

    MemoryDatagrams& all;
    net::PeerAddress own;
  };

  void deliver(const net::PeerAddress& from, const net::PeerAddress& to, std::string bytes) {
    const auto found = sockets_.find(to);
    if (found == sockets_.end()) return;
    const auto receiver = found->second;  // the call may close the socket
    (*receiver)(from, bytes);
  }

  net::Loop& loop_;
  std::unordered_map<net::PeerAddress, std::shared_ptr<net::OnDatagram>, net::PeerAddressHash>
      sockets_{8, net::PeerAddressHash(1)};
  int next_port_ = 50'000;
};

}  // namespace shaddock::cluster
