#pragma once

#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "net/loop_door.h"
#include "net/uv_host.h"

namespace shaddock::net {

// A second real host, whose loop runs on a thread of its own until this is destroyed.
class OtherLoop {
 public:
  OtherLoop()
      : thread_([this] {
          UvHost uv;
          host_ = &uv.host();
          door_.open(uv.host().loop);
          uv.host().loop.run();
          door_.close();
        }) {}
  ~OtherLoop() {
    run([this] { host_->loop.stop(); });
    thread_.join();
  }
  OtherLoop(const OtherLoop&) = delete;
  OtherLoop& operator=(const OtherLoop&) = delete;

  // Runs it as a turn of that loop, and waits for it.
  void run(const std::function<void()>& work) {
    std::promise<void> done;
    door_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  Host& host() { return *host_; }  // from inside run()

 private:
  LoopDoor door_;
  Host* host_ = nullptr;  // of the thread
  std::thread thread_;
};

}  // namespace shaddock::net
