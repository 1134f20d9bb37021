#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "net/ip_address.h"
#include "server/rate_limit.h"

namespace shaddock::server {

// How many connections each address has, and how fast it opens new ones. An IPv6 host can use any
// address of its /64, so that whole network is one visitor.
//
// Visitors without connections are remembered until their rate is as good as new; of more than
// `remembered` the oldest of these is forgotten. So memory is bounded by that or by the number of
// connections. Every call takes constant time. Loop thread only.
class Visitors {
  struct Record;

 public:
  struct Limits {
    std::size_t connections = 0, new_per_second = 0, new_burst = 0;  // 0: as in Settings
    std::size_t remembered = 65'536;
  };
  enum class Verdict { welcome, too_many, too_fast };
  using Visitor = std::list<Record>::iterator;

  // The seed keeps strangers from choosing addresses that collide in the table.
  Visitors(const Limits& limits, std::uint64_t seed);

  // One connection more of that address, which the visitor then stands for until leave(). Who is
  // not welcome has not entered.
  Verdict enter(const net::IpAddress& address, net::TimePoint now, Visitor& visitor);
  void leave(Visitor visitor, net::TimePoint now);
  bool is(Visitor visitor, const net::IpAddress& address) const;

  std::size_t remembered() const { return by_network_.size(); }

 private:
  struct Record {
    net::IpAddress network;
    TokenBucket fresh;
    std::size_t connections = 0;
  };
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const net::IpAddress& network) const;
  };

  Visitor find_or_add(const net::IpAddress& network);
  void forget_idle(net::TimePoint now);
  void forget_oldest();

  Limits limits_;
  std::list<Record> connected_, idle_;  // idle_: the one that was here last is the last
  std::unordered_map<net::IpAddress, Visitor, Hash> by_network_;
};

}  // namespace shaddock::server
