#include <doctest/doctest.h>

#include "overload/mill_cluster.h"
#include "overload/pressure.h"

using namespace shaddock;
using namespace shaddock::overload;
using namespace std::chrono_literals;

namespace {

using Clock = Pressure::Clock;

constexpr std::size_t kPlayers = 40;

}  // namespace

TEST_CASE("F28: a backend that answers nothing is left alone, and asked again soon after it can") {
  MillCluster cluster("breaker");
  client::Client operator_(cluster.host());
  cluster.open(operator_);
  Pressure players(cluster.host(), cluster.door(), kPlayers, "mill.work.grind", Json::object());
  REQUIRE(cluster.until([&] { return players.all_open(); }));

  const std::chrono::milliseconds ill = 4s;
  cluster.ask(operator_, "mill.work.fallIll", {{"us", ill / 1us}});
  const auto heals = Clock::now() + ill;
  players.ask_at(200);
  REQUIRE(cluster.until([&] { return Clock::now() > heals - 1500ms; }));
  players.take();
  // Half a second in which all is refused at once, but for the one that tries.
  REQUIRE(cluster.until([&] { return Clock::now() > heals - 1s; }));
  const Pressure::Tally open = players.take();
  REQUIRE(cluster.until([&] { return Clock::now() > heals; }));
  players.take();
  Pressure::Tally first;
  REQUIRE(cluster.until([&] {
    first = players.take();
    return first.good() > 0;
  }));
  const double back = std::chrono::duration<double, std::milli>(Clock::now() - heals).count();
  players.rest();
  REQUIRE(cluster.until([&] { return players.unanswered() == 0; }));

  std::uint64_t refused = 0, ended = 0;
  for (const auto& [code, count] : open.ends) {
    ended += count;
    if (code == 524) refused += count;
  }
  MESSAGE("while it was open ", refused, " of ", ended, " ended with 524");
  print_row("F28-refused-at-once",
            ended == 0 ? 0 : 100.0 * static_cast<double>(refused) / static_cast<double>(ended), "%",
            Bound::at_least, 90);
  print_row("F28-closed-after-healing", back, "ms", Bound::at_most, 1500);
  CHECK(refused > 0);
  CHECK(players.lost() == 0);
}
