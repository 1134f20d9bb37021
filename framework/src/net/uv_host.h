#pragma once

#include <memory>

#include "net/host.h"

namespace shaddock::net {

// The real world on libuv: one per thread, which alone uses and destroys it; another may have
// constructed it. It ignores SIGPIPE for the process. Streams, listeners and timers made with it
// must be destroyed before it.
class UvHost {
 public:
  UvHost();  // throws std::system_error when the system has no descriptors left for a loop
  ~UvHost();
  UvHost(const UvHost&) = delete;
  UvHost& operator=(const UvHost&) = delete;

  Host& host() noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::net
