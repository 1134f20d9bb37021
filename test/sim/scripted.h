#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sim/world.h"

namespace shaddock::sim {

// A program that does what a test says, and tells when it is destroyed.
struct Scripted final : net::Program {
  Scripted(net::Host& where, Function<void(int)> how) : host(where), on_end(std::move(how)) {}
  ~Scripted() override {
    if (on_destroyed) on_destroyed();
  }

  net::Host& host;
  Function<void(int)> on_end;
  std::function<void()> on_destroyed;
};

// A main() that makes one and runs the script in it.
inline net::Main scripted(std::function<void(Scripted&)> script) {
  return [script = std::move(script)](net::Host& host, const net::Command&,
                                      Function<void(int)> on_end) {
    auto program = std::make_unique<Scripted>(host, std::move(on_end));
    script(*program);
    return program;
  };
}

inline net::Command command(std::string id, bool lifeline = false) {
  net::Command result{"/games/chat", {"serve", "id=" + id}, {}};
  result.lifeline = lifeline;
  return result;
}

}  // namespace shaddock::sim
