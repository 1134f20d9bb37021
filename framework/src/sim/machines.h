#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/ip_address.h"
#include "net/stream.h"

namespace shaddock::sim {

struct DatagramPort;
struct ListeningPort;

inline constexpr net::IpAddress kEvery{0, 0};  // "::", all addresses of a machine
inline constexpr net::IpAddress kEveryV4{0, 0xFFFF'0000'0000};
inline constexpr net::IpAddress kLoopback{0, 0xFFFF'7F00'0001};
inline constexpr net::IpAddress kLoopbackV6{0, 1};

inline bool is_loopback(const net::IpAddress& ip) { return ip == kLoopback || ip == kLoopbackV6; }
// "localhost" and what is numeric; "" is kEvery.
std::optional<net::IpAddress> ip_of(const std::string& host);

// The ports of one machine, of one protocol, with who holds them. Two may hold the same number if
// no address is in both. Ports for callers come in order, so that a number comes back late.
template <class Holder>
class Ports {
 public:
  // Port 0 asks for a free one. Nothing: taken, or none is free.
  std::optional<std::uint16_t> hold(const net::IpAddress& ip, std::uint16_t port, Holder& holder);
  void release(const Holder& holder, std::uint16_t port);
  // Who hears what is sent there; nullptr: nobody.
  Holder* find(const net::IpAddress& ip, std::uint16_t port) const;

  std::optional<std::uint16_t> lend();
  void give_back(std::uint16_t port) { --uses_[port]; }

 private:
  struct Held {
    net::IpAddress ip;
    Holder* holder;
  };

  std::map<std::uint16_t, std::vector<Held>> held_;
  std::vector<std::uint32_t> uses_;
  std::uint16_t last_ = 32767;
};

struct Machine {
  explicit Machine(std::string name) : name(std::move(name)), ip(net::parse_ip(this->name)) {}
  // Whether a port may be opened on that address.
  bool has(const net::IpAddress& address) const {
    return address == kEvery || address == kEveryV4 || is_loopback(address) || address == ip;
  }
  // Whom the other side sees when it is called by that address.
  net::IpAddress seen_from(const net::IpAddress& called) const {
    return is_loopback(called) ? called : ip.value_or(kLoopback);
  }

  const std::string name;  // as the other machines say it
  const std::optional<net::IpAddress> ip;
  Ports<ListeningPort> listening;
  Ports<DatagramPort> datagrams;
};

class Machines {
 public:
  // One text for one address.
  static std::string plain(const std::string& name);

  Machine& named(const std::string& name);  // made, when it is new
  // nullptr: there is no such machine.
  Machine* reached(Machine& from, const net::IpAddress& ip) const;

 private:
  std::map<std::string, std::unique_ptr<Machine>> machines_;
  std::map<net::IpAddress, Machine*> by_ip_;
};

}  // namespace shaddock::sim
