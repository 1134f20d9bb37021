#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "net/stream.h"
#include "sim/attachment.h"
#include "sim/wire.h"

namespace shaddock::sim {

class SimStream;

// What the kernels of two machines know of one connection. Side 0 has dialled. Held by its streams,
// by what is planned for it, and by the queue of those who have yet to be accepted.
//
//   side 0: stream | wire ~~~~~~~~~~~~~~~~> unread | stream, or none (not accepted, destroyed)
//                  | unread <~~~~~~~~~~~~~~~~ wire |
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Who dialled from where, and whom.
  struct Ends {
    Machine& from;
    std::uint16_t from_port;  // lent by its machine; given back at the end
    Machine& to;
    net::IpAddress called;
    std::uint16_t port;
  };

  Connection(std::shared_ptr<Attachment> dialler, const Ends& ends);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The side's stream, or none any more; before it, what comes waits.
  void set_stream(int side, SimStream* stream) { ends_[side].stream = stream; }
  SimStream* stream(int side) const { return ends_[side].stream; }
  const std::shared_ptr<Attachment>& owner(int side) const { return ends_[side].owner; }
  net::Address peer(int side) const;

  // What a stream asks of its kernel, in a turn of its process or between turns.
  void open();  // tells the other side, so that it accepts
  void write(int side, net::OutputQueue& queue);
  void wait_for_room(int side);
  void read_on(int side);  // the stream reads from now on
  void end_output(int side);
  void close(int side, bool reset);
  bool was_reset(int side) const { return ends_[side].reset; }

  // What the network does to it, between turns.
  void break_now();
  void look_again();
  bool between(const std::string& one, const std::string& other) const;

 private:
  struct End {
    End(Wire wire) : out(std::move(wire)) {}

    std::shared_ptr<Attachment> owner;  // null: not accepted yet
    SimStream* stream = nullptr;
    Wire out;
    std::deque<std::string> unread;
    std::size_t offset = 0;  // in the first of them: read already
    bool ended = false;      // the peer's end has arrived
    bool told_end = false;
    bool reset = false;
    bool closed = false;  // no process will ever read or write here
    bool reading_soon = false, wants_room = false, room_soon = false;
    std::optional<Instant> arrival;  // planned, of what this side sent
  };

  void plan_arrival(int side);
  void plan_room(int side);
  void plan_read(int side);
  void arrive(int side);
  void take_in(int to, Wire::Parcel parcel);
  void take_reset(int to);
  void accept();
  void wake(int side);
  void room_came(int side);
  void read_turn(int side);
  std::string next_bytes(End& end);
  bool has_news(const End& end) const;
  void trace(int side, std::string_view what);

  const std::shared_ptr<Fabric> fabric_;
  const Ends places_;
  const std::uint64_t number_;
  std::array<End, 2> ends_;
  bool accepting_ = false;  // the other side has just been told
  std::list<Connection*>::iterator place_;
};

}  // namespace shaddock::sim
