#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "net/network.h"
#include "sim/attachment.h"

namespace shaddock::sim {

// An open UDP port of a kernel, with what its program has yet to receive, at most kMostKept bytes.
// The program may close it from inside on_datagram.
struct DatagramPort : std::enable_shared_from_this<DatagramPort> {
  DatagramPort(std::shared_ptr<Attachment> owner, net::OnDatagram on_datagram)
      : owner(std::move(owner)), on_datagram(std::move(on_datagram)) {}

  net::DatagramSocket::Sent send(const net::PeerAddress& to, std::string_view bytes);
  void arrive(const net::PeerAddress& from, std::string bytes);
  void close();

  static constexpr std::size_t kMostKept = 4 * 1024 * 1024;
  static constexpr int kMostAtOnce = 32;  // in one turn

  const std::shared_ptr<Attachment> owner;
  net::OnDatagram on_datagram;
  net::IpAddress ip;
  std::uint16_t port = 0;
  std::uint64_t number = 0;
  bool closed = false;

 private:
  struct Datagram {
    net::PeerAddress from;
    std::string bytes;
  };

  bool can_reach(const net::IpAddress& to) const;
  void receive();

  std::deque<Datagram> inbox_;
  std::size_t kept_ = 0;
  bool receiving_soon_ = false;
};

class SimDatagrams final : public net::DatagramSocket {
 public:
  static Result<std::unique_ptr<net::DatagramSocket>> open(const std::shared_ptr<Attachment>& owner,
                                                           const net::Address& address,
                                                           net::OnDatagram on_datagram);
  ~SimDatagrams() override { port_->close(); }
  SimDatagrams(const SimDatagrams&) = delete;
  SimDatagrams& operator=(const SimDatagrams&) = delete;

  Sent send(const net::PeerAddress& to, std::string_view bytes) override {
    return port_->send(to, bytes);
  }
  net::Address address() const override { return {net::to_string(port_->ip), port_->port}; }

 private:
  explicit SimDatagrams(std::shared_ptr<DatagramPort> port) : port_(std::move(port)) {}

  const std::shared_ptr<DatagramPort> port_;
};

}  // namespace shaddock::sim
