#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "net/network.h"
#include "sim/attachment.h"

namespace shaddock::sim {

// An open port of a kernel, with the connections that its program has yet to accept. It goes on
// while the process is frozen. The program may close it from inside on_accept.
struct ListeningPort : std::enable_shared_from_this<ListeningPort> {
  ListeningPort(std::shared_ptr<Attachment> owner, net::Network::OnAccept on_accept)
      : owner(std::move(owner)), on_accept(std::move(on_accept)) {}

  // The turn that has to be delivered for it.
  Function<void()> queue(std::shared_ptr<Connection> connection);
  void accept_one();
  void close();

  const std::shared_ptr<Attachment> owner;
  net::Network::OnAccept on_accept;
  net::IpAddress ip;
  std::uint16_t port = 0;
  std::deque<std::shared_ptr<Connection>> backlog;
  bool closed = false;
};

class SimListener final : public net::Listener {
 public:
  static Result<std::unique_ptr<net::Listener>> open(const std::shared_ptr<Attachment>& owner,
                                                     const net::Address& address,
                                                     net::Network::OnAccept on_accept);
  ~SimListener() override { port_->close(); }
  SimListener(const SimListener&) = delete;
  SimListener& operator=(const SimListener&) = delete;

  net::Address address() const override { return {net::to_string(port_->ip), port_->port}; }

 private:
  explicit SimListener(std::shared_ptr<ListeningPort> port) : port_(std::move(port)) {}

  const std::shared_ptr<ListeningPort> port_;
};

}  // namespace shaddock::sim
