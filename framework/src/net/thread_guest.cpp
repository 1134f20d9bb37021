#include "net/thread_guest.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "net/guest.h"
#include "net/uv_host.h"

namespace shaddock::net {

struct ThreadGuest::Shared {
  Shared(const Home& home, Main to_run, Command words)
      : home(home.door),
        network(home.network),
        main(std::move(to_run)),
        command(std::move(words)) {}

  const std::shared_ptr<LoopDoor> home;
  const std::shared_ptr<LocalNetwork> network;
  const Main main;
  const Command command;
  std::unique_ptr<UvHost> real = std::make_unique<UvHost>();  // until the thread takes it
  std::weak_ptr<ThreadGuest> owner;                           // locked on the spawner's thread only
  LoopDoor door;                                              // to the guest's loop
  Guest* guest = nullptr;                                     // of the guest's thread

  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;  // guarded by mutex
};

ThreadGuest::ThreadGuest(Loop& loop, Function<void(Exit)> on_exit)
    : on_exit_(std::move(on_exit)), kill_limit_(loop.timers(), [this] { give_up(); }) {}

Result<std::shared_ptr<ThreadGuest>> ThreadGuest::start(const Home& home, Main main,
                                                        Command command,
                                                        Function<void(Exit)> on_exit) {
  std::shared_ptr<ThreadGuest> self(new ThreadGuest(home.loop, std::move(on_exit)));
  try {
    self->shared_ = std::make_shared<Shared>(home, std::move(main), std::move(command));
    self->shared_->owner = self;
    self->thread_ = std::thread([shared = self->shared_] { run(shared); });
  } catch (const std::system_error& error) {
    return Error(code::kFailed, std::string("cannot start a thread: ") + error.what());
  }
  return self;
}

void ThreadGuest::run(const std::shared_ptr<Shared>& shared) {
  Exit exit;
  {
    const auto real = std::move(shared->real);
    const Host& host = real->host();
    const auto network = shared->network->attach(host.loop, host.network);
    Guest guest({host.loop, *network, host.processes, host.files, host.random}, shared->main,
                shared->command, [&](Exit how) {
                  exit = how;
                  host.loop.stop();
                });
    shared->guest = &guest;
    shared->door.open(host.loop);
    guest.begin();
    host.loop.run();
    shared->door.close();
  }
  {
    const std::lock_guard lock(shared->mutex);
    shared->over = true;
  }
  shared->changed.notify_all();
  shared->home->post([shared, exit] {
    if (const auto owner = shared->owner.lock()) owner->ended(exit);
  });
}

ThreadGuest::~ThreadGuest() {
  if (!thread_.joinable()) return;
  const auto now = std::chrono::steady_clock::now();
  if (!left_) signal(SIGKILL);
  if (wait_until(left_ ? now : now + kKillLimit)) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void ThreadGuest::signal(int number) {
  shared_->door.post([shared = shared_.get(), number] { shared->guest->signal(number); });
  if (number == SIGKILL && !stuck_ && !kill_limit_.active()) kill_limit_.start(kKillLimit);
}

bool ThreadGuest::wait_until(std::chrono::steady_clock::time_point limit) {
  if (stuck_) limit = std::chrono::steady_clock::now();  // it had its time
  std::unique_lock lock(shared_->mutex);
  left_ = !shared_->changed.wait_until(lock, limit, [this] { return shared_->over; });
  return !left_;
}

void ThreadGuest::give_up() {
  left_ = true;
  stuck_ = true;
  tell({0, SIGKILL});
}

void ThreadGuest::ended(Exit exit) {
  thread_.join();
  kill_limit_.stop();
  left_ = stuck_ = false;
  tell(exit);
}

void ThreadGuest::tell(Exit exit) {
  if (!on_exit_) return;
  auto call = std::move(on_exit_);
  call(exit);
}

}  // namespace shaddock::net
