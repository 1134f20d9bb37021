#include "sim/sim_datagrams.h"

#include "sim/binding.h"

namespace shaddock::sim {

namespace {

struct Flying {
  std::shared_ptr<Attachment> sender;
  Machine* to;
  net::PeerAddress from, called;
  std::string bytes;
};

void land(Flying& flying) {
  Fabric& fabric = flying.sender->fabric();
  if (fabric.paths.between(flying.sender->machine().name, flying.to->name).cut) return;
  DatagramPort* port = flying.to->datagrams.find(flying.called.ip, flying.called.port);
  if (port != nullptr) port->arrive(flying.from, std::move(flying.bytes));
}

}  // namespace

bool DatagramPort::can_reach(const net::IpAddress& to) const {
  if (ip != kEvery && ip.is_v4() != to.is_v4()) return false;
  return !is_loopback(ip) || owner->machine().has(to);
}

net::DatagramSocket::Sent DatagramPort::send(const net::PeerAddress& to, std::string_view bytes) {
  using Sent = net::DatagramSocket::Sent;
  if (closed || !can_reach(to.ip)) return Sent::dropped;
  if (bytes.size() > net::kMaxDatagram) return Sent::too_long;
  Fabric& fabric = owner->fabric();
  Machine& machine = owner->machine();
  Machine* target = fabric.machines.reached(machine, to.ip);
  if (target == nullptr) return Sent::sent;
  const PathState& there = fabric.paths.between(machine.name, target->name);
  if (there.cut || fabric.dice.happens(there.path.loss)) return Sent::sent;
  const bool named = ip != kEvery && ip != kEveryV4;
  const net::PeerAddress from{named ? ip : machine.seen_from(to.ip), 0, port};
  const Instant when = travel(there.path, fabric.dice);
  fabric.schedule.after(
      when, [flying = std::make_unique<Flying>(
                 Flying{owner, target, from, to, std::string(bytes)})] { land(*flying); });
  return Sent::sent;
}

void DatagramPort::arrive(const net::PeerAddress& from, std::string bytes) {
  Fabric& fabric = owner->fabric();
  fabric.hash.add(fabric.schedule.now(), number, bytes);
  if (kept_ + bytes.size() > kMostKept) return;
  kept_ += bytes.size();
  inbox_.push_back({from, std::move(bytes)});
  if (std::exchange(receiving_soon_, true)) return;
  owner->process().deliver([self = shared_from_this()] { self->receive(); });
}

void DatagramPort::receive() {
  receiving_soon_ = false;
  for (int i = 0; i < kMostAtOnce && !closed && !inbox_.empty(); ++i) {
    Datagram next = std::move(inbox_.front());
    inbox_.pop_front();
    kept_ -= next.bytes.size();
    on_datagram(next.from, next.bytes);
  }
  if (closed || inbox_.empty() || std::exchange(receiving_soon_, true)) return;
  owner->process().deliver_at(owner->fabric().schedule.now(),
                              [self = shared_from_this()] { self->receive(); });
}

void DatagramPort::close() {
  if (std::exchange(closed, true)) return;
  inbox_.clear();
  owner->machine().datagrams.release(*this, port);
  std::erase(owner->datagrams, this);
}

Result<std::unique_ptr<net::DatagramSocket>> SimDatagrams::open(
    const std::shared_ptr<Attachment>& owner, const net::Address& address,
    net::OnDatagram on_datagram) {
  const auto place = place_of(owner->machine(), address);
  if (!place) return place.error();
  auto port = std::make_shared<DatagramPort>(owner, std::move(on_datagram));
  const auto number = owner->machine().datagrams.hold(place->ip, place->port, *port);
  if (!number) return bind_failure(address, kInUse);
  port->ip = place->ip;
  port->port = *number;
  port->number = ++owner->fabric().made * 8;
  owner->datagrams.push_back(port.get());
  return std::unique_ptr<net::DatagramSocket>(new SimDatagrams(std::move(port)));
}

}  // namespace shaddock::sim
