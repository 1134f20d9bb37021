#pragma once

#include <memory>

#include "net/host.h"

namespace shaddock::net {

// The real world on libuv: one per thread. Construct it on the thread that runs the loop; it
// ignores SIGPIPE for the process. Streams, listeners and timers made with it must be destroyed
// before it.
class UvHost {
 public:
  UvHost();
  ~UvHost();
  UvHost(const UvHost&) = delete;
  UvHost& operator=(const UvHost&) = delete;

  Host& host() noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::net
