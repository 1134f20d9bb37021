#include "net/uv_processes.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "net/descriptor.h"
#include "net/loopback.h"
#include "net/no_descriptors.h"
#include "net/temporary_folder.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// A shell is only the child here: it can look at what it was given.
Command shell(const std::string& script, const std::string& output) {
  return {"/bin/sh", {"-c", script}, output, false};
}

struct Run {
  std::optional<Exit> exit;
  std::string output;
  ProcessId id;
};

Run run(Loopback& world, const Command& command) {
  Run result;
  auto id = world.host().processes.spawn(command, [&](Exit exit) { result.exit = exit; });
  REQUIRE(id.ok());
  result.id = *id;
  world.run_until([&] { return result.exit.has_value(); });
  result.output = **world.host().files.read(command.output_file);
  return result;
}

}  // namespace

TEST_CASE("A child's output goes to its file, its exit code comes back") {
  Loopback world;
  const TemporaryFolder folder;
  const auto result = run(world, shell("echo out; echo err >&2; exit 7", folder.path("out")));
  CHECK(result.output == "out\nerr\n");
  CHECK(result.exit->status == 7);
  CHECK(result.exit->signal == 0);
  struct stat status {};
  REQUIRE(::stat(folder.path("out").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(run(world, shell("echo more", folder.path("out"))).output == "out\nerr\nmore\n");
}

TEST_CASE("Arguments arrive as they are, whatever they hold") {
  Loopback world;
  const TemporaryFolder folder;
  const Command command{
      "/usr/bin/printf", {"%s|", "a b", "$HOME", "", "*;'\""}, folder.path("out"), false};
  CHECK(run(world, command).output == "a b|$HOME||*;'\"|");
}

TEST_CASE("A child has a session of its own, no input, and no descriptor of ours") {
  Loopback world;
  const TemporaryFolder folder;
  const Descriptor leaking(::open("/dev/null", O_RDONLY));  // inherited, if nobody cares
  REQUIRE(leaking.open());
  const auto result = run(world, shell("cat; cut -d' ' -f6 /proc/$$/stat; echo $$; ls /proc/$$/fd",
                                       folder.path("out")));
  const std::string pid = std::to_string(result.id.pid);
  CHECK(result.output == pid + "\n" + pid + "\n0\n1\n2\n");
}

TEST_CASE("A lifeline ends with its giver, though a younger sibling lives on") {
  Loopback world;
  const TemporaryFolder folder;
  const auto output = [&](const char* name) {
    return world.host().files.read(folder.path(name))->value_or("");
  };
  auto giver = std::make_unique<Loopback>();
  auto holding =
      shell("echo $SHADDOCK_LIFELINE; read line <&3; echo ended", folder.path("holding"));
  holding.lifeline = true;
  const auto child = giver->host().processes.spawn(holding, {});
  const auto sibling = giver->host().processes.spawn(
      shell("echo \"[$SHADDOCK_LIFELINE]\"; kill -STOP $$", folder.path("sibling")), {});
  REQUIRE(child.ok());
  REQUIRE(sibling.ok());
  world.run_until([&] { return output("holding") == "1\n" && output("sibling") == "[]\n"; });
  CHECK(world.host().processes.alive(*child));
  giver.reset();
  world.run_until([&] { return output("holding") == "1\nended\n"; });
  CHECK(world.host().processes.alive(*sibling));
  CHECK(world.host().processes.signal(*sibling, SIGKILL));
  CHECK(::waitpid(child->pid, nullptr, 0) == child->pid);
  CHECK(::waitpid(sibling->pid, nullptr, 0) == sibling->pid);
}

TEST_CASE("A process is told when its lifeline ends, and that it has none") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[0], Processes::kLifelineFd);
    ::close(ends[1]);
    ::setenv("SHADDOCK_LIFELINE", "0", 1);
    UvHost host;
    auto& processes = host.host().processes;
    if (processes.watch_lifeline([] { ::_exit(1); })) ::_exit(2);
    ::setenv("SHADDOCK_LIFELINE", "1", 1);
    if (!processes.watch_lifeline([] { ::_exit(42); })) ::_exit(3);
    host.host().loop.run();
    ::_exit(4);
  }
  ::close(ends[0]);
  ::close(ends[1]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
}

TEST_CASE("The exit of a child that was signalled names the signal") {
  Loopback world;
  const TemporaryFolder folder;
  std::optional<Exit> exit;
  auto& processes = world.host().processes;
  const auto id = processes.spawn(shell("kill -STOP $$", folder.path("out")),
                                  [&](Exit given) { exit = given; });
  REQUIRE(id.ok());
  CHECK(processes.alive(*id));
  CHECK(processes.signal(*id, SIGKILL));
  world.run_until([&] { return exit.has_value(); });
  CHECK(exit->signal == SIGKILL);
  CHECK_FALSE(processes.alive(*id));
  CHECK_FALSE(processes.signal(*id, SIGKILL));
}

TEST_CASE("A signal calls back each time instead of ending the process") {
  Loopback world;
  int calls = 0;
  world.host().processes.on_signal(SIGUSR1, [&] { ++calls; });
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(world.host().processes.signal(world.host().processes.self(), SIGUSR1));
    world.run_until([&] { return calls == i; });
  }
}

TEST_CASE("A process knows its program, its identity and what it uses") {
  Loopback world;
  auto& processes = world.host().processes;
  CHECK(std::filesystem::equivalent(processes.program(), "/proc/self/exe"));
  CHECK(processes.self().pid == ::getpid());
  CHECK(processes.alive(processes.self()));
  CHECK(processes.usage().resident_bytes > 100'000);
}

namespace {

// A process that waits, and that another loop than the watcher's has started.
struct Stranger {
  Stranger() {
    const auto child = starter.host().processes.spawn(shell("kill -STOP $$", folder.path("out")),
                                                      [this](Exit) { reaped = true; });
    REQUIRE(child.ok());
    id = *child;
  }
  void reap() {
    starter.run_until([this] { return reaped; });
  }

  Loopback starter;
  const TemporaryFolder folder;
  bool reaped = false;
  ProcessId id;
};

}  // namespace

TEST_CASE("The end of a process that somebody else has started is told once") {
  Stranger stranger;
  Loopback watcher;
  int told = 0;
  auto& processes = watcher.host().processes;
  REQUIRE(processes.watch(stranger.id, [&] { ++told; }).ok());
  watcher.run_turns(5);
  CHECK(told == 0);
  REQUIRE(processes.signal(stranger.id, SIGKILL));
  watcher.run_until([&] { return told > 0; });  // though nobody has reaped it yet
  CHECK_FALSE(stranger.reaped);
  watcher.run_turns(5);
  CHECK(told == 1);
  CHECK_FALSE(processes.watch(stranger.id, [&] { ++told; }).ok());
  stranger.reap();
}

TEST_CASE("A process is not watched by its pid alone, and not beyond the watcher's end") {
  Stranger stranger;
  {
    Loopback watcher;
    const ProcessId earlier{stranger.id.pid, stranger.id.start_time - 1};
    CHECK_FALSE(watcher.host().processes.watch(earlier, [] { FAIL("another process"); }).ok());
    REQUIRE(watcher.host().processes.watch(stranger.id, [] { FAIL("nobody is there"); }).ok());
  }
  REQUIRE(stranger.starter.host().processes.signal(stranger.id, SIGKILL));
  stranger.reap();
}

TEST_CASE("The end of a process is told also when there is no descriptor to watch it by") {
  Stranger stranger;
  Loopback watcher;
  int told = 0;
  auto& processes = watcher.host().processes;
  {
    const NoDescriptors none;
    CHECK(processes.watch(stranger.id, [&] { ++told; }).ok());
  }
  watcher.run_turns(5);
  CHECK(told == 0);
  REQUIRE(processes.signal(stranger.id, SIGKILL));
  watcher.run_until([&] { return told > 0; });
  watcher.run_turns(5);
  CHECK(told == 1);
  stranger.reap();
}

TEST_CASE("A program that cannot be started is an error, not a child") {
  Loopback world;
  const TemporaryFolder folder;
  const auto missing =
      world.host().processes.spawn({"/no/such/program", {}, folder.path("out"), true}, {});
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().text == "cannot start /no/such/program: No such file or directory");
  const auto no_output =
      world.host().processes.spawn({"/bin/true", {}, folder.path("missing/out"), false}, {});
  REQUIRE_FALSE(no_output.ok());
  CHECK(no_output.error().text.find("missing/out") != std::string::npos);
}
