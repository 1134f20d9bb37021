#include "net/thread_guest.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cerrno>
#include <mutex>
#include <system_error>

#include "net/shared_master.h"

using namespace shaddock;
using namespace shaddock::net;

TEST_CASE("A thread that does not turn any more is given up a second after SIGKILL") {
  Master master(Isolation::thread);
  auto& quick = master.spawn({});
  master.processes().signal(quick.id, SIGKILL);
  master.wait(quick);
  std::unique_lock hold(master.world.hold);
  auto& child = master.spawn({"hangs"});
  master.wait_for("hangs");
  master.processes().signal(child.id, SIGKILL);
  CHECK(master.wait(child).signal == SIGKILL);
  CHECK(master.shared.stuck() == 1);
  CHECK_FALSE(master.processes().alive(child.id));
  CHECK(master.notes().count("destroyed") == 1);
  SUBCASE("and may still come back") {
    hold.unlock();
    master.loop.run_until([&] { return master.shared.stuck() == 0; });
    CHECK(master.notes().count("destroyed") == 2);
    CHECK(child.exits == 1);
    CHECK(master.shared.kill_all() == 0);
  }
  SUBCASE("and is left behind at the end, which says so") {
    CHECK(master.shared.kill_all() == 1);
    hold.unlock();
    master.loop.run_until([&] { return master.notes().count("destroyed") == 2; });
  }
}

namespace {

// UBSan looks at the first error of a kind through a pipe, for which there may be no descriptor
// later.
void throw_one_before() {
  try {
    throw std::system_error(EMFILE, std::generic_category(), "one before");
  } catch (const std::system_error& error) {
    CHECK(Error(code::kFailed, error.what()).what() == std::string(error.what()));
  }
}

}  // namespace

TEST_CASE("Without descriptors a guest is not begun, and all others go on") {
  throw_one_before();
  Master master(Isolation::thread);
  master.wait(master.spawn({"quick"}));
  auto& other = master.spawn({});
  master.wait_for("begun");
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto refused = master.processes().spawn({"program", {}, ""}, [](Exit) {});
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text == "cannot start a thread: cannot make a loop: Too many open files");
  CHECK(master.processes().alive(other.id));
  master.wait(master.spawn({"quick"}));
}
