#include "net/local_network.h"

#include <utility>

#include "net/local_connecting.h"
#include "net/local_listeners.h"
#include "net/loop_door.h"

namespace shaddock::net {

namespace {

using Kind = LocalListeners::Kind;
using Ports = LocalNetwork::Ports;

Error port_taken(const Address& address) {
  return Error(Network::kPortTaken,
               "cannot listen on " + to_string(address) + ": address already in use");
}

// A place in the table, as long as the socket is open.
class Registration {
 public:
  Registration(std::shared_ptr<LocalListeners> table, LocalListeners::Place place)
      : table_(std::move(table)), place_(place) {}
  ~Registration() { table_->remove(place_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  const std::shared_ptr<LocalListeners> table_;
  const LocalListeners::Place place_;
};

class LocalListener final : public Listener {
 public:
  LocalListener(std::unique_ptr<Listener> real, Address shown,
                std::shared_ptr<LocalAcceptor> acceptor, std::unique_ptr<Registration> registration)
      : real_(std::move(real)),
        shown_(std::move(shown)),
        acceptor_(std::move(acceptor)),
        registration_(std::move(registration)) {}
  ~LocalListener() override {
    registration_.reset();
    real_.reset();
    acceptor_->close();
  }

  Address address() const override { return shown_; }

 private:
  std::unique_ptr<Listener> real_;
  const Address shown_;
  const std::shared_ptr<LocalAcceptor> acceptor_;
  std::unique_ptr<Registration> registration_;
};

class LocalDatagrams final : public DatagramSocket {
 public:
  LocalDatagrams(std::unique_ptr<DatagramSocket> real, Address shown,
                 std::unique_ptr<Registration> registration)
      : real_(std::move(real)), shown_(std::move(shown)), registration_(std::move(registration)) {}

  Sent send(const PeerAddress& to, std::string_view bytes) override {
    return real_->send(to, bytes);
  }
  Address address() const override { return shown_; }

 private:
  const std::unique_ptr<DatagramSocket> real_;
  const Address shown_;
  const std::unique_ptr<Registration> registration_;
};

// Known by what was asked for, but for a port that the system chose.
Address known_as(const Address& asked, const Address& opened) {
  return {asked.host, asked.port != 0 ? asked.port : opened.port};
}

Address dialled_as(Address opened) {
  if (LocalListeners::canonical(opened).host.empty()) opened.host = "127.0.0.1";
  return opened;
}

class AttachedNetwork final : public Network {
 public:
  AttachedNetwork(Loop& loop, Network& real, Ports ports, std::shared_ptr<LocalListeners> table)
      : loop_(loop), real_(real), ports_(ports), table_(std::move(table)) {}
  ~AttachedNetwork() override { door_->close(); }

  Result<std::unique_ptr<Listener>> listen(const Address& address, OnAccept on_accept) override;
  std::unique_ptr<Connecting> connect(const Address& address, Duration limit,
                                      OnConnect on_connect) override;
  Result<std::unique_ptr<DatagramSocket>> open_datagrams(const Address& address,
                                                         OnDatagram on_datagram) override;

 private:
  // A port that cannot be is left for the real network to refuse.
  Address to_open(const Address& asked) const {
    const bool possible = asked.port >= 0 && asked.port <= 65535;
    return ports_ == Ports::chosen && possible ? Address{"127.0.0.1", 0} : asked;
  }
  // What a listener says of itself.
  Address shown(const Address& asked, const Address& opened) const {
    return ports_ == Ports::chosen && asked.port != 0 ? asked : opened;
  }
  // Null when the address is taken.
  std::unique_ptr<Registration> enter(LocalListeners::Entry entry) {
    const auto place = table_->add(std::move(entry));
    return place ? std::make_unique<Registration>(table_, *place) : nullptr;
  }

  LocalListeners::Entry entry_for(const Address& asked, const Address& opened,
                                  const std::shared_ptr<LocalAcceptor>& acceptor) const {
    return {Kind::stream, known_as(asked, opened), dialled_as(opened), door_, acceptor};
  }

  Loop& loop_;
  Network& real_;
  const Ports ports_;
  const std::shared_ptr<LocalListeners> table_;
  const std::shared_ptr<LoopDoor> door_ = std::make_shared<LoopDoor>(loop_);
};

Result<std::unique_ptr<Listener>> AttachedNetwork::listen(const Address& address,
                                                          OnAccept on_accept) {
  auto acceptor = std::make_shared<LocalAcceptor>(loop_, std::move(on_accept));
  // First of all, or another thread may find the socket instead.
  std::unique_ptr<Registration> registration;
  const bool known_before = ports_ == Ports::as_asked && address.port != 0;
  if (known_before) registration = enter(entry_for(address, address, acceptor));
  if (known_before && !registration) return port_taken(address);
  auto real = real_.listen(to_open(address), [acceptor](std::unique_ptr<Stream> stream) {
    acceptor->accept(std::move(stream));
  });
  if (!real) {
    acceptor->close();
    return std::move(real).error();
  }
  const Address opened = (*real)->address();
  if (!known_before) registration = enter(entry_for(address, opened, acceptor));
  if (!registration) return port_taken(address);
  return std::unique_ptr<Listener>(
      std::make_unique<LocalListener>(std::move(real).value(), shown(address, opened),
                                      std::move(acceptor), std::move(registration)));
}

std::unique_ptr<Connecting> AttachedNetwork::connect(const Address& address, Duration limit,
                                                     OnConnect on_connect) {
  const auto listener = table_->find(Kind::stream, address);
  if (!listener && ports_ == Ports::as_asked)
    return real_.connect(address, limit, std::move(on_connect));
  auto connecting = std::make_unique<LocalConnecting>(loop_, address, limit, std::move(on_connect));
  if (listener) {
    connecting->offer_to(*listener, door_, {"127.0.0.1", table_->next_port()});
  } else {
    connecting->refuse();
  }
  return connecting;
}

Result<std::unique_ptr<DatagramSocket>> AttachedNetwork::open_datagrams(const Address& address,
                                                                        OnDatagram on_datagram) {
  auto real = real_.open_datagrams(to_open(address), std::move(on_datagram));
  if (!real) return std::move(real).error();
  const Address opened = (*real)->address();
  auto registration =
      enter({Kind::datagrams, known_as(address, opened), dialled_as(opened), nullptr, nullptr});
  if (!registration) return port_taken(address);
  return std::unique_ptr<DatagramSocket>(std::make_unique<LocalDatagrams>(
      std::move(real).value(), shown(address, opened), std::move(registration)));
}

}  // namespace

LocalNetwork::LocalNetwork(Ports ports)
    : ports_(ports), listeners_(std::make_shared<LocalListeners>(ports == Ports::chosen)) {}
LocalNetwork::~LocalNetwork() = default;

std::unique_ptr<Network> LocalNetwork::attach(Loop& loop, Network& real) {
  return std::make_unique<AttachedNetwork>(loop, real, ports_, listeners_);
}

namespace {

std::optional<Address> real_of(const LocalListeners& table, Kind kind, const Address& asked) {
  auto found = table.find(kind, asked);
  return found ? std::optional(std::move(found->real)) : std::nullopt;
}

}  // namespace

std::optional<Address> LocalNetwork::real_address(const Address& asked) const {
  return real_of(*listeners_, Kind::stream, asked);
}
std::optional<Address> LocalNetwork::real_datagram_address(const Address& asked) const {
  return real_of(*listeners_, Kind::datagrams, asked);
}

}  // namespace shaddock::net
