#include "load/process_sample.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <vector>

using namespace shaddock::load;

TEST_CASE("a sample tells the memory of a process as the kernel does") {
  const ProcessSample before = sample_process(::getpid());
  REQUIRE(before.present);
  CHECK(before.cpu_seconds > 0);
  CHECK(before.rss_bytes > 0);
  CHECK(before.pss_bytes > 0);
  CHECK(before.pss_bytes <= before.rss_bytes);

  constexpr std::size_t kMore = 64 << 20;
  const std::vector<char> touched(kMore, 1);
  const ProcessSample after = sample_process(::getpid());
  CHECK(after.rss_bytes >= before.rss_bytes + kMore / 2);
  CHECK(after.cpu_seconds >= before.cpu_seconds);
  CHECK(touched.back() == 1);
}

TEST_CASE("a process that is not there, or ended and was not waited for, is absent") {
  CHECK_FALSE(sample_process(0x3fffffff).present);

  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  REQUIRE(child > 0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(sample_process(child).present);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("samples are in the order of the pids") {
  const auto samples = sample_processes({{"none", 0x3fffffff}, {"self", ::getpid()}});
  REQUIRE(samples.size() == 2);
  CHECK_FALSE(samples[0].present);
  CHECK(samples[1].present);
}

TEST_CASE("what a server used is the difference of two samples; memory is that of the end") {
  const std::vector<NamedPid> pids{{"one", 11}, {"two", 12}, {"late", 13}, {"never", 14}};
  const std::vector<ProcessSample> before{{true, 1.5, 1000, 800}, {true, 2, 5, 5}, {}, {}};
  const std::vector<ProcessSample> after{{true, 4, 5000, 4500}, {}, {true, 1, 5, 5}, {}};
  auto uses = server_uses(pids, before, after);
  REQUIRE(uses.size() == 4);
  CHECK(uses[0].name == "one");
  CHECK(uses[0].pid == 11);
  CHECK_FALSE(uses[0].gone);
  CHECK(uses[0].cpu_seconds == 2.5);
  CHECK(uses[0].rss_bytes == 5000);
  CHECK(uses[0].pss_bytes == 4500);
  CHECK_FALSE(uses[0].bytes_per_connection);
  for (std::size_t i = 1; i < 4; ++i) CHECK(uses[i].gone);

  set_bytes_per_connection(uses, before, 0);
  CHECK_FALSE(uses[0].bytes_per_connection);
  set_bytes_per_connection(uses, before, 100);
  CHECK(*uses[0].bytes_per_connection == 40);
  CHECK_FALSE(uses[1].bytes_per_connection);

  set_bytes_per_connection(uses, {{true, 0, 6000, 0}, {}, {}, {}}, 100);
  CHECK(*uses[0].bytes_per_connection == -10);
}
