#pragma once

#include <shaddock/testing.h>

#include <functional>
#include <memory>
#include <string>

#include "protocol/client_protocol.h"
#include "testing/stage.h"
#include "testing/trace.h"

namespace shaddock::testing {

// What a cluster and its clients share: the trace, the time, and how an expectation fails.
struct Scene {
  Options options;
  Trace trace;
  std::shared_ptr<const protocol::ClientProtocol> protocol;  // what clients may read
  std::unique_ptr<Stage> stage;

  // Lets time pass until the condition holds; false when the patience ends before.
  bool wait(const std::function<bool()>& condition) {
    return stage->run_until(condition, options.patience);
  }
  // Throws Failure: what was expected and what came instead, then the trace.
  [[noreturn]] void fail(const std::string& what) const;
  std::string patience() const { return std::to_string(options.patience.count()) + " ms"; }
};

}  // namespace shaddock::testing
