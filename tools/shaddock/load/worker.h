#pragma once
// One thread with a loop of its own and a share of the clients. Used by the thread that made it.

#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "place.h"
#include "script.h"

namespace shaddock::load {

class Worker {
 public:
  Worker(const Options& options, const Share& share);
  ~Worker();  // ends all connections
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Calls f(Script&, Place&) on the worker's thread; waits for it and gives what it returned.
  template <class F>
  auto ask(F f) {
    using Answer = decltype(f(std::declval<Script&>(), std::declval<Place&>()));
    // The worker may still be on its way out of the task when the answer is here.
    auto task =
        std::make_shared<std::packaged_task<Answer()>>([this, &f] { return f(*script_, *place_); });
    auto answer = task->get_future();
    place_->loop().post([task] { (*task)(); });
    return answer.get();
  }

 private:
  std::unique_ptr<Place> place_;
  std::unique_ptr<Script> script_;
  std::promise<void> nobody_posts_;  // any more, so the loop may go
  std::thread thread_;
};

}  // namespace shaddock::load
