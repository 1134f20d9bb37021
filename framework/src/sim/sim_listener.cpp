#include "sim/sim_listener.h"

#include "sim/binding.h"
#include "sim/sim_stream.h"

namespace shaddock::sim {

Function<void()> ListeningPort::queue(std::shared_ptr<Connection> connection) {
  backlog.push_back(std::move(connection));
  return [self = shared_from_this()] { self->accept_one(); };
}

void ListeningPort::accept_one() {
  if (closed) return;
  auto connection = std::move(backlog.front());
  backlog.pop_front();
  on_accept(std::make_unique<SimStream>(std::move(connection), 1));
}

void ListeningPort::close() {
  if (std::exchange(closed, true)) return;
  owner->machine().listening.release(*this, port);
  std::erase(owner->listening, this);
  for (const auto& connection : std::exchange(backlog, {})) connection->close(1, true);
}

Result<std::unique_ptr<net::Listener>> SimListener::open(const std::shared_ptr<Attachment>& owner,
                                                         const net::Address& address,
                                                         net::Network::OnAccept on_accept) {
  const auto place = place_of(owner->machine(), address);
  if (!place) return place.error();
  auto port = std::make_shared<ListeningPort>(owner, std::move(on_accept));
  const auto number = owner->machine().listening.hold(place->ip, place->port, *port);
  if (!number) return bind_failure(address, kInUse);
  port->ip = place->ip;
  port->port = *number;
  owner->listening.push_back(port.get());
  return std::unique_ptr<net::Listener>(new SimListener(std::move(port)));
}

}  // namespace shaddock::sim
