#pragma once

#include <doctest/doctest.h>

#include <memory>

#include "net/recorder.h"
#include "net/uv_host.h"

namespace shaddock::net {

// A real host whose loop is run until something came true. A test that waits in vain fails after
// ten seconds instead of hanging.
class Loopback {
 public:
  Host& host() { return host_.host(); }
  UvHost& real() { return host_; }
  Loop& loop() { return host().loop; }

  template <class Condition>
  void run_until(Condition condition) {
    bool in_time = true;
    Timer limit(loop().timers(), [&] {
      in_time = false;
      loop().stop();
    });
    limit.start(std::chrono::seconds(10));
    // A timer of one tick looks again: waiting for a condition, not for a time.
    Timer look(loop().timers(), [&] {
      if (condition()) {
        loop().stop();
      } else {
        look.start(Duration(1));
      }
    });
    look.start(Duration(1));
    loop().run();
    REQUIRE(in_time);
  }

  // Lets the loop turn a few times, for what must not happen.
  void run_turns(int turns) {
    run_until([&turns] { return turns-- == 0; });
  }

 private:
  UvHost host_;
};

// Two connected streams on one loop, with the listener that joined them.
struct Pair {
  explicit Pair(Loopback& world) {
    auto opened = world.host().network.listen(
        {"127.0.0.1", 0}, [this](std::unique_ptr<Stream> stream) { server = std::move(stream); });
    REQUIRE(opened.ok());
    listener = std::move(*opened);
    auto connecting = world.host().network.connect(listener->address(), Duration(5000),
                                                   [this](Result<std::unique_ptr<Stream>> result) {
                                                     REQUIRE(result.ok());
                                                     client = std::move(*result);
                                                   });
    world.run_until([this] { return server && client; });
  }

  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> server;
  std::unique_ptr<Stream> client;
};

}  // namespace shaddock::net
