#pragma once

#include <memory>
#include <thread>

#include "net/hosted_guest.h"
#include "net/local_network.h"
#include "net/loop_door.h"
#include "net/program.h"

namespace shaddock::net {

// A guest with a thread, a loop and a real host of its own. All of this object is used on the
// spawner's thread; what the two threads share is inside of Shared.
//
//   running --its end--> joined, on_exit
//      \---SIGKILL--> has kKillLimit to end: else on_exit, stuck --its end--> joined
class ThreadGuest final : public HostedGuest, public std::enable_shared_from_this<ThreadGuest> {
 public:
  struct Home {  // of the spawner
    Loop& loop;
    std::shared_ptr<LoopDoor> door;
    std::shared_ptr<LocalNetwork> network;
  };
  // on_exit comes once on the spawner's loop, unless this is destroyed before. An error when the
  // system has no thread to give, or no descriptors for its loop.
  static Result<std::shared_ptr<ThreadGuest>> start(const Home& home, Main main, Command command,
                                                    Function<void(Exit)> on_exit);
  // Kills what still runs; a thread that does not end within kKillLimit is left to itself.
  ~ThreadGuest() override;
  ThreadGuest(const ThreadGuest&) = delete;
  ThreadGuest& operator=(const ThreadGuest&) = delete;

  void signal(int number) override;
  bool wait_until(std::chrono::steady_clock::time_point limit) override;
  bool stuck() const override { return stuck_; }

  static constexpr Duration kKillLimit{1000};

 private:
  struct Shared;

  ThreadGuest(Loop& loop, Function<void(Exit)> on_exit);
  static void run(const std::shared_ptr<Shared>& shared);
  void give_up();
  void ended(Exit exit);
  void tell(Exit exit);

  std::shared_ptr<Shared> shared_;
  Function<void(Exit)> on_exit_;  // empty: has been called
  Timer kill_limit_;
  bool stuck_ = false;
  bool left_ = false;  // has been waited for in vain
  std::thread thread_;
};

}  // namespace shaddock::net
