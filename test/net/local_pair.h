#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/local_network.h"
#include "net/loopback.h"
#include "net/other_loop.h"

namespace shaddock::net {

// Two ends of a connection inside the process: the client on the test's own loop, the server on the
// same one or on that of another thread, where everything that touches it runs: there().
struct LocalPair {
  explicit LocalPair(bool threads) {
    if (threads) other.emplace();
    there([this] {
      Host& host = other ? other->host() : world.host();
      far = network.attach(host.loop, host.network);
      auto opened = far->listen(
          {"127.0.0.1", 0}, [this](std::unique_ptr<Stream> stream) { server = std::move(stream); });
      if (opened.ok()) listener = std::move(*opened);
    });
    REQUIRE(listener != nullptr);
    near = network.attach(world.loop(), world.host().network);
    auto connecting = near->connect(listener->address(), Duration(5000),
                                    [this](Result<std::unique_ptr<Stream>> result) {
                                      REQUIRE(result.ok());
                                      client = std::move(*result);
                                    });
    until([this] { return client != nullptr; }, [this] { return server != nullptr; });
  }
  ~LocalPair() {
    client.reset();
    near.reset();
    there([this] {
      server.reset();
      listener.reset();
      far.reset();
    });
  }

  void there(const std::function<void()>& work) {
    if (other) {
      other->run(work);
    } else {
      work();
    }
  }
  template <class Condition>
  bool is(Condition condition) {
    bool result = false;
    there([&] { result = condition(); });
    return result;
  }
  // Both hold: the first looked at here, the second there.
  template <class Here, class There>
  void until(Here here, There condition) {
    world.run_until([&] { return here() && is(condition); });
  }
  template <class There>
  void until_there(There condition) {
    until([] { return true; }, condition);
  }
  // Lets both loops turn a few times.
  void turns(int count) {
    for (; count > 0; --count) {
      world.run_turns(1);
      there([] {});
    }
  }

  Loopback world;
  std::optional<OtherLoop> other;
  LocalNetwork network;
  std::unique_ptr<Network> near, far;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> server, client;
  Recorder at_server, at_client;
};

}  // namespace shaddock::net
