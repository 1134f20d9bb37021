#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <random>
#include <thread>

#include "net/uv_host.h"

namespace shaddock::failures {

// A long way to a port of this machine: whoever is led to the relay's port talks to the other one,
// in order, and each piece is 30 to 70 ms on the way, in both directions. The relay dials from
// kSource, so that a rule can tell it from those that it leads. It has a thread of its own, so that
// a busy owner adds nothing.
class SlowRelay {
 public:
  static constexpr const char* kSource = "127.0.0.2";

  explicit SlowRelay(int to);
  ~SlowRelay();

  int port() const { return port_; }

 private:
  class Way;
  struct Pair;
  void accept(std::unique_ptr<net::Stream> from);

  const int to_;
  int port_ = 0;
  net::UvHost host_;
  std::minstd_rand random_;
  std::list<Pair> pairs_;
  std::unique_ptr<net::Listener> listener_;
  std::thread thread_;
};

}  // namespace shaddock::failures
