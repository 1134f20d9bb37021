#include "sim/connection.h"

#include <algorithm>
#include <utility>

#include "sim/sim_listener.h"
#include "sim/sim_stream.h"

namespace shaddock::sim {

namespace {

constexpr std::size_t kMostRead = 256 * 1024;

Wire wire(Fabric& fabric, const Machine& from, const Machine& to) {
  return Wire(fabric.schedule, fabric.dice, fabric.paths.between(from.name, to.name),
              fabric.paths.between(to.name, from.name));
}

}  // namespace

Connection::Connection(std::shared_ptr<Attachment> dialler, const Ends& ends)
    : fabric_(dialler->shared_fabric()),
      places_(ends),
      number_(++fabric_->made),
      ends_{End(wire(*fabric_, ends.from, ends.to)), End(wire(*fabric_, ends.to, ends.from))},
      place_(fabric_->connections.insert(fabric_->connections.end(), this)) {
  ends_[0].owner = std::move(dialler);
}

Connection::~Connection() {
  fabric_->connections.erase(place_);
  places_.from.listening.give_back(places_.from_port);
}

net::Address Connection::peer(int side) const {
  if (side == 0) return {net::to_string(places_.called), places_.port};
  return {net::to_string(places_.from.seen_from(places_.called)), places_.from_port};
}

bool Connection::between(const std::string& one, const std::string& other) const {
  const std::string &from = places_.from.name, &to = places_.to.name;
  return Paths::matches(one, other, from, to) || Paths::matches(one, other, to, from);
}

// What a stream asks of its kernel.

void Connection::open() {
  ends_[0].out.send(Wire::Kind::open);
  plan_arrival(0);
}

void Connection::write(int side, net::OutputQueue& queue) {
  ends_[side].out.take(queue);
  plan_arrival(side);
}

void Connection::wait_for_room(int side) {
  ends_[side].wants_room = true;
  plan_room(side);
}

void Connection::read_on(int side) {
  if (has_news(ends_[side])) plan_read(side);
}

void Connection::end_output(int side) {
  ends_[side].out.send(Wire::Kind::end);
  plan_arrival(side);
}

void Connection::close(int side, bool reset) {
  End& end = ends_[side];
  if (end.closed) return;
  end.closed = true;
  end.wants_room = false;
  const bool unread = !std::exchange(end.unread, {}).empty();
  if (end.reset) return;
  if (reset || unread)
    end.out.send_reset();
  else if (!end.out.ended())
    end.out.send(Wire::Kind::end);
  plan_arrival(side);
}

// What is planned.

void Connection::plan_arrival(int side) {
  End& end = ends_[side];
  const auto next = end.out.next_arrival();
  if (!next || (end.arrival && *end.arrival <= *next)) return;
  end.arrival = std::max(*next, fabric_->schedule.now());
  fabric_->schedule.at(*next, [self = shared_from_this(), side] { self->arrive(side); });
}

void Connection::plan_room(int side) {
  End& end = ends_[side];
  if (!end.wants_room || end.room_soon) return;
  const auto next = end.out.next_room();
  if (!next) return;
  end.room_soon = true;
  fabric_->schedule.at(*next, [self = shared_from_this(), side] { self->room_came(side); });
}

void Connection::plan_read(int side) {
  End& end = ends_[side];
  if (std::exchange(end.reading_soon, true)) return;
  end.owner->process().deliver_at(fabric_->schedule.now(),
                                  [self = shared_from_this(), side] { self->read_turn(side); });
}

// What happens between turns.

void Connection::arrive(int side) {
  End& from = ends_[side];
  if (from.arrival && *from.arrival <= fabric_->schedule.now()) from.arrival.reset();
  const int to = 1 - side;
  while (auto parcel = from.out.arrived()) take_in(to, std::move(*parcel));
  plan_arrival(side);
  if (std::exchange(accepting_, false)) accept();
  wake(to);
}

void Connection::take_in(int to, Wire::Parcel parcel) {
  End& end = ends_[to];
  const std::uint64_t who = number_ * 8 + static_cast<std::uint64_t>(parcel.kind) * 2;
  fabric_->hash.add(fabric_->schedule.now(), who + static_cast<std::uint64_t>(to), parcel.bytes);
  if (end.reset) return;
  switch (parcel.kind) {
    case Wire::Kind::open:
      accepting_ = true;
      return;
    case Wire::Kind::bytes:
      if (!end.closed) return end.unread.push_back(std::move(parcel.bytes));
      end.out.send_reset();
      return plan_arrival(to);
    case Wire::Kind::end:
      end.ended = true;
      return;
    case Wire::Kind::reset:
      return take_reset(to);
  }
}

void Connection::take_reset(int to) {
  End& end = ends_[to];
  end.reset = true;
  end.out.drop();
  if (!end.closed) trace(to, "connection reset by ");
}

void Connection::accept() {
  End& end = ends_[1];
  ListeningPort* port = places_.to.listening.find(places_.called, places_.port);
  if (port == nullptr) return close(1, true);
  end.owner = port->owner;
  port->owner->process().deliver(port->queue(shared_from_this()));
}

void Connection::wake(int side) {
  End& end = ends_[side];
  if (end.stream == nullptr || end.closed) return;
  Process& process = end.owner->process();
  if (end.stream->reading() && has_news(end) && !std::exchange(end.reading_soon, true))
    process.deliver([self = shared_from_this(), side] { self->read_turn(side); });
  if (end.reset && end.wants_room) {
    end.wants_room = false;
    process.deliver([self = shared_from_this(), side] {
      if (self->ends_[side].stream != nullptr) self->ends_[side].stream->room();
    });
  }
}

void Connection::room_came(int side) {
  End& end = ends_[side];
  end.room_soon = false;
  if (!end.wants_room) return;
  if (end.out.room() == 0) return plan_room(side);
  end.wants_room = false;
  end.owner->process().deliver([self = shared_from_this(), side] {
    if (self->ends_[side].stream != nullptr) self->ends_[side].stream->room();
  });
}

void Connection::break_now() {
  for (const int side : {0, 1}) {
    ends_[side].out.drop();
    if (ends_[side].reset) continue;
    take_reset(side);
  }
  for (const int side : {0, 1}) wake(side);
}

void Connection::look_again() {
  for (const int side : {0, 1}) {
    if (!ends_[side].out.look_again()) continue;
    plan_arrival(side);
    plan_room(side);
  }
}

// A turn of the process that reads.

bool Connection::has_news(const End& end) const {
  return !end.unread.empty() || end.reset || (end.ended && !end.told_end);
}

void Connection::read_turn(int side) {
  End& end = ends_[side];
  end.reading_soon = false;
  if (end.stream == nullptr || end.closed) return;
  if (!end.unread.empty()) {
    std::string bytes = next_bytes(end);
    ends_[1 - side].out.read(bytes.size());
    plan_room(1 - side);
    if (has_news(end)) plan_read(side);
    end.stream->received(bytes);
  } else if (end.reset) {
    end.stream->broken();
  } else if (end.ended && !std::exchange(end.told_end, true)) {
    end.stream->peer_ended();
  }
}

std::string Connection::next_bytes(End& end) {
  std::string bytes = std::move(end.unread.front());
  if (end.offset == 0 && bytes.size() <= kMostRead && end.unread.size() == 1) {
    end.unread.pop_front();
    return bytes;
  }
  end.unread.front() = std::move(bytes);
  bytes.clear();
  while (!end.unread.empty() && bytes.size() < kMostRead) {
    const std::string& front = end.unread.front();
    const std::size_t count = std::min(kMostRead - bytes.size(), front.size() - end.offset);
    bytes.append(front, end.offset, count);
    end.offset += count;
    if (end.offset < front.size()) break;
    end.unread.pop_front();
    end.offset = 0;
  }
  return bytes;
}

void Connection::trace(int side, std::string_view what) {
  const auto& owner = ends_[side].owner;
  if (!owner || owner->ended() || !fabric_->tracer) return;
  fabric_->tell(owner->process(), std::string(what) + net::to_string(peer(side)));
}

}  // namespace shaddock::sim
