#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/local_network.h"
#include "net/local_stream.h"
#include "net/loopback.h"

namespace shaddock::net {

using Ports = LocalNetwork::Ports;
using Opened = Result<std::unique_ptr<Stream>>;

// One loop with a network of its own on top of the real one.
struct Process {
  explicit Process(Ports ports = Ports::as_asked)
      : local(ports), network(local.attach(world.loop(), world.host().network)) {}

  // Keeps what is accepted.
  std::unique_ptr<Listener> listen(const Address& address) {
    auto opened = network->listen(
        address, [this](std::unique_ptr<Stream> stream) { accepted.push_back(std::move(stream)); });
    return opened.ok() ? std::move(*opened) : nullptr;
  }
  // The connection, or the error's text.
  std::unique_ptr<Stream> connect(const Address& address) {
    std::unique_ptr<Stream> stream;
    bool ended = false;
    why.clear();
    auto connecting = network->connect(address, Duration(5000), [&](Opened result) {
      ended = true;
      if (result.ok())
        stream = std::move(*result);
      else
        why = result.error().text;
    });
    CHECK_FALSE(ended);
    world.run_until([&] { return ended; });
    return stream;
  }
  bool reaches(const Address& address) { return connect(address) != nullptr; }

  Loopback world;
  LocalNetwork local;
  std::unique_ptr<Network> network;
  std::vector<std::unique_ptr<Stream>> accepted;
  std::string why;
};

inline bool is_local(const std::unique_ptr<Stream>& stream) {
  return dynamic_cast<LocalStream*>(stream.get()) != nullptr;
}

}  // namespace shaddock::net
