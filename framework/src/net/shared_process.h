#pragma once

#include <cstddef>
#include <memory>

#include "net/isolation.h"
#include "net/local_network.h"
#include "net/program.h"

namespace shaddock::net {

// The world of a master whose servers live in its own process, or do not: the same master spawns
// processes (isolation process), or guests that run `main` on threads (thread) or on its own loop
// (none). Guests reach the master and each other without a socket.
//
//   net::UvHost uv;
//   net::SharedProcess shared(uv.host(), isolation, main);
//   auto master = main(shared.host(), command, on_end);
//   uv.host().loop.run();
//   master.reset();
//   if (shared.kill_all() != 0) std::_Exit(code);
//
// Used on the thread of real.loop, which must outlive it. What was made with host() must be
// destroyed before it.
class SharedProcess {
 public:
  // `main` runs on the threads of all guests. Streams and ports of the host are those of `real`
  // with isolation process.
  SharedProcess(Host& real, Isolation isolation, Main main,
                LocalNetwork::Ports ports = LocalNetwork::Ports::as_asked);
  ~SharedProcess();  // kill_all()
  SharedProcess(const SharedProcess&) = delete;
  SharedProcess& operator=(const SharedProcess&) = delete;

  Host& host() noexcept;
  LocalNetwork& network() noexcept;

  // Guests whose thread did not turn for a second after SIGKILL: the spawner was told of their end
  // all the same.
  std::size_t stuck() const;
  // Kills all guests that run, without on_exit, and waits for their threads, a second at most.
  // Returns how many do not end: they still use `main` and all that belongs to the process, so it
  // can only be ended as a whole, by _Exit.
  std::size_t kill_all();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::net
