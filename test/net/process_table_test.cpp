#include "net/process_table.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "net/no_descriptors.h"

using namespace shaddock::net;

namespace {

// A child that only waits to be ended.
class Sleeper {
 public:
  Sleeper() : pid_(::fork()) {
    if (pid_ == 0) {
      for (;;) ::pause();
    }
  }
  ~Sleeper() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      reap();
    }
  }
  int pid() const { return pid_; }
  // Waits until it has ended, but leaves it a zombie.
  void wait() const {
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == 0);
  }
  void reap() {
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  int pid_;
};

}  // namespace

TEST_CASE("A process is known by its pid and when it was started") {
  const ProcessId self = identify(::getpid());
  CHECK(self.pid == ::getpid());
  CHECK(self.start_time != 0);
  CHECK(is_running(self));
  CHECK_FALSE(is_running({self.pid, self.start_time + 1}));
  CHECK_FALSE(is_running({self.pid, 0}));
  CHECK_FALSE(is_running({0, self.start_time}));
  CHECK_FALSE(is_running({-1, self.start_time}));
}

TEST_CASE("A process of another boot has ended, whoever has its pid and start time now") {
  const Sleeper sleeper;
  ProcessId id = identify(sleeper.pid());
  REQUIRE(boot_number() != 0);
  CHECK(id.boot == boot_number());
  CHECK(is_running(id));
  id.boot ^= 1;
  CHECK_FALSE(is_running(id));
  CHECK_FALSE(send_signal(id, SIGKILL));
  id.boot = 0;  // from a record that does not tell
  CHECK(is_running(id));
}

TEST_CASE("A process that ended does not run, even before its parent asked") {
  Sleeper child;
  const ProcessId id = identify(child.pid());
  CHECK(is_running(id));
  CHECK(send_signal(id, SIGKILL));
  child.wait();
  CHECK_FALSE(is_running(id));
  CHECK_FALSE(send_signal(id, SIGKILL));
  child.reap();
  CHECK(identify(id.pid).start_time == 0);
}

TEST_CASE("A process that cannot be looked at has not ended for that, but is not signalled") {
  Sleeper child;
  const ProcessId id = identify(child.pid());
  {
    const NoDescriptors none;
    CHECK(is_running(id));
    CHECK(look_at(id) == Life::unknown);
    CHECK_FALSE(send_signal(id, SIGKILL));
    ::kill(child.pid(), SIGKILL);
    child.reap();
    CHECK_FALSE(is_running(id));
  }
  CHECK_FALSE(is_running(id));
}

TEST_CASE("Another process that has the pid now is never signalled") {
  Sleeper child;
  ProcessId other = identify(child.pid());
  other.start_time += 1;
  CHECK_FALSE(send_signal(other, SIGKILL));
  CHECK(is_running(identify(child.pid())));
  CHECK_FALSE(send_signal({0, 1}, SIGTERM));
  CHECK_FALSE(send_signal({-1, 1}, SIGTERM));
}
