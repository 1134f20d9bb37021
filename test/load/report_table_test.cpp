#include "load/report_table.h"

#include <doctest/doctest.h>

#include <sstream>

#include "load/human_units.h"
#include "load/sample_result.h"

using namespace shaddock::load;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the table of a good run, whole") {
  CHECK(report_table(sample_result(), false) ==
        R"(request backend.echoHandler.echo
  100 clients, 10 requests in flight each
  tcp://127.0.0.1:3010

  answers             300 in 3.00 s
  per second          100
  per CPU-second      200 of 1.50 s that the servers used

  latency       min     mean      p50      p90      p99   p99.9     max
            1.00 ms  50.5 ms  50.0 ms  90.0 ms  99.0 ms  100 ms  100 ms

  messages            sent 10.0 a write, received 5.00 a read
  bytes               sent 17.6 KiB, received 14.6 KiB

  server              pid     CPU  of a core       RSS       PSS
  connector-server-1   11  1.00 s     33.3 %  13.4 MiB  10.5 MiB
  backend-server-1     12  0.50 s     16.7 %  11.4 MiB  8.58 MiB

  this load           0.75 s of CPU, 25.0 % of a core
  stolen from a core  1.0 %

  all good
)");
}

TEST_CASE("what went wrong is at the end, with its texts") {
  LoadResult result = sample_result();
  for (int i = 0; i < 12; ++i) result.total.add_error("connection refused");
  result.total.add_error("handshake: code 500");
  result.total.unanswered = 2;
  const std::string text = report_table(result, false);
  CHECK(
      text.ends_with("  13 errors, 2 unanswered\n"
                     "  12 x connection refused\n"
                     "   1 x handshake: code 500\n"));
}

TEST_CASE("colours are there only when asked for") {
  CHECK_FALSE(has(report_table(sample_result(), false), "\x1b"));
  CHECK(has(report_table(sample_result(), true), "\x1b[1;32mall good\x1b[0m"));
  LoadResult bad = sample_result();
  bad.total.wrong = 1;
  CHECK(has(report_table(bad, true), "\x1b[1;31m1 wrong\x1b[0m"));
}

TEST_CASE("held connections have memory, and neither rate nor latency") {
  const std::string text = report_table(sample_idle(), false);
  CHECK(has(text, "connections held    10,000 in 2.00 s\n"));
  CHECK(has(text, "a connection\n"));
  CHECK(has(text, "2.00 KiB\n"));
  CHECK_FALSE(has(text, "per second"));
  CHECK_FALSE(has(text, "latency"));
}

TEST_CASE("a server that is gone is told, and why the sums lack it") {
  LoadResult result = sample_result();
  result.servers[1].gone = true;
  const std::string text = report_table(result, false);
  CHECK(has(text, "  backend-server-1     12    gone\n"));
  CHECK(has(text, "backend-server-1 (12) was not there"));
}

TEST_CASE("a table without servers and of many addresses stays short") {
  LoadResult result = sample_result();
  result.servers.clear();
  result.stolen.reset();
  result.urls.assign(12, "tcp://127.0.0.1:3010");
  const std::string text = report_table(result, false);
  CHECK(has(text, "tcp://127.0.0.1:3010 and 11 more\n"));
  CHECK_FALSE(has(text, "server"));
  CHECK_FALSE(has(text, "stolen"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(characters(line) <= 80);
}
