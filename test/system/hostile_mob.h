#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "net/host.h"
#include "net/tls_context.h"
#include "system/hostile_script.h"

namespace shaddock::system_test {

// Strangers who come, say what HostileScript makes up, in random pieces and at random times, plain
// or within TLS, listening or deaf, and go in the middle of it. For each who goes another comes.
class HostileMob {
 public:
  struct Ports {
    std::vector<net::Address> tcp;
    net::Address tls, udp;
  };
  HostileMob(net::Host& host, Ports ports, std::size_t size, std::uint64_t seed);
  ~HostileMob();

  void go_home();
  std::uint64_t came() const { return came_; }
  std::uint64_t said_bytes() const { return said_; }
  std::uint64_t heard_bytes() const { return heard_; }

 private:
  class Stranger;
  class TcpStranger;
  class UdpStranger;

  std::size_t below(std::size_t count) { return random_() % count; }
  std::unique_ptr<Stranger> somebody();
  void turn();

  net::Host& host_;
  Ports ports_;
  std::mt19937_64 random_;
  HostileScript script_;
  std::shared_ptr<net::TlsContext> tls_;
  std::vector<std::unique_ptr<Stranger>> strangers_;
  net::Timer timer_;
  std::uint64_t came_ = 0, said_ = 0, heard_ = 0;
};

}  // namespace shaddock::system_test
