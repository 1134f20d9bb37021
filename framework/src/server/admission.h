#pragma once

#include <shaddock/error.h>
#include <shaddock/settings.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>

#include "net/cidr.h"
#include "net/timer_wheel.h"
#include "server/counters.h"
#include "server/visitors.h"

namespace shaddock::server {

// Decides about each new connection of a frontend before anything is made for it. In this order:
//
//   limits.blocked, limits.connections          of all
//   limits.per_address, limits.new_per_address  of those who are not in limits.trusted
//   limits.half_open                            the oldest without ack is dropped for the new one
//
// Who is let in holds a Place; what it counts for is given back when the Place ends, so no limit
// can stay reached. Every refusal adds to its counter. Each call takes constant time, but for the
// search in long lists of networks. Loop thread only; it must outlive its Places.
class Admission {
 public:
  using Limits = Settings::Connector::Limits;

  // A connection that has not been acknowledged and is in the way of a newer one.
  class HalfOpen {
   public:
    // Ends the connection at once. Called from inside admit(); may end the Place.
    virtual void make_room() = 0;

   protected:
    ~HalfOpen() = default;
  };

  class Place;
  // A proxy is somebody else's connection: it is not counted by address until move_to() says whose.
  enum class Peer { client, proxy };

  // Wrong networks in the limits are the error. `limits.connections` is taken as it is: 0 is no
  // limit. The seed is random, see Visitors.
  static Result<std::unique_ptr<Admission>> create(const Limits& limits,
                                                   const net::TimerWheel& clock, Counters& counters,
                                                   std::uint64_t seed);
  ~Admission();
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Nothing when it is refused. Peers whose address is not known are all one address, "::".
  std::optional<Place> admit(const net::IpAddress& address, Peer peer = Peer::client);

  // Why it was refused last.
  Count refusal() const { return refusal_; }

  std::size_t connections() const { return half_open_.size() + settled_; }
  std::size_t half_open() const { return half_open_.size(); }

 private:
  struct Guest {
    Place* place;
    HalfOpen* owner = nullptr;
  };
  using Entry = std::list<Guest>::iterator;

  Admission(const Limits& limits, const net::TimerWheel& clock, Counters& counters,
            std::uint64_t seed);

  bool refuse(Count reason);
  bool enter(const net::IpAddress& address, std::optional<Visitors::Visitor>& visitor);
  void drop_oldest();

  const net::TimerWheel& clock_;
  Counters& counters_;
  Count refusal_ = Count::refused_full;
  std::size_t most_connections_, most_half_open_;
  net::CidrList trusted_, blocked_;
  Visitors visitors_;
  std::list<Guest> half_open_;  // the oldest first
  std::size_t settled_ = 0;
};

// The right to be connected, held as long as the connection lasts.
class Admission::Place {
 public:
  Place() = default;
  Place(Place&& other) noexcept { take(other); }
  Place& operator=(Place&& other) noexcept;
  ~Place() { leave(); }

  // Whom to drop while it is half-open; nobody is told before.
  void set_owner(HalfOpen& owner) {
    if (half_open_) guest_->owner = &owner;
  }
  // The client has acknowledged: no longer half-open.
  void complete();
  // The real address has become known (PROXY header, X-Forwarded-For) and counts from now on. False
  // when it would not have been admitted: close the connection.
  [[nodiscard]] bool move_to(const net::IpAddress& address);

 private:
  friend class Admission;
  Place(Admission& admission, std::optional<Visitors::Visitor> visitor);
  void take(Place& other) noexcept;
  void leave() noexcept;
  void count_for(std::optional<Visitors::Visitor> visitor);

  Admission* admission_ = nullptr;
  Visitors::Visitor visitor_;
  Entry guest_;           // while it is half-open
  bool counted_ = false;  // by address: for visitor_
  bool half_open_ = false;
};

}  // namespace shaddock::server
