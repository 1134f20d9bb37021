#include "server/counter_log.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/log_sink.h"
#include "server/gate.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

struct Fixture {
  std::size_t lines() const { return sink->lines().size(); }
  void pass(int ms) { clock.advance(clock.now() + net::Duration(ms)); }

  net::TimerWheel clock{net::TimePoint{}};
  std::shared_ptr<MemoryLog> sink = std::make_shared<MemoryLog>();
  std::uint64_t one = 0, two = 0;
  CounterLog log{Logger(sink, "counted"), clock, [this] {
                   return CounterLog::Values{{"one", one}, {"two", two}};
                 }};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what has grown is written once a minute, what has not is left out") {
  one = 3;
  pass(59'999);
  CHECK(lines() == 0);
  pass(1);
  REQUIRE(lines() == 1);
  CHECK(sink->lines()[0].ends_with("INFO test counted one +3 (3)"));
  one = 4, two = 10;
  pass(60'000);
  REQUIRE(lines() == 2);
  CHECK(sink->lines()[1].ends_with("INFO test counted one +1 (4), two +10 (10)"));
}

TEST_CASE_FIXTURE(Fixture, "while nothing grows there is no line") {
  one = 1;
  pass(60'000);
  pass(600'000);
  CHECK(lines() == 1);
  log.write();
  CHECK(lines() == 1);
}

TEST_CASE_FIXTURE(Fixture, "at the end what was not written yet is") {
  two = 7;
  log.write();
  REQUIRE(lines() == 1);
  CHECK(sink->lines()[0].ends_with("counted two +7 (7)"));
}

TEST_CASE("a server tells by name what it has counted, and logs it when it stops") {
  Gate town;
  TestClient& client = town.connect("connector-1");
  client.send_bytes("garbage");
  town.settle();
  const auto value = [&](std::string_view name) -> std::int64_t {
    for (const auto& [one, count] : town.server().counters())
      if (one == name) return static_cast<std::int64_t>(count);
    return -1;
  };
  CHECK(value("accepted") == 1);
  CHECK(value("malformed_package") == 1);
  CHECK(value("late_handshake") == 0);
  CHECK(value("lost_pushes") == 0);
  CHECK(value("nothing") == -1);
  town.server().stop([] {});
  town.pass(2100);
  CHECK(town.log("connector-1").count("counted accepted +1 (1), malformed_package +1 (1)") == 1);
}
