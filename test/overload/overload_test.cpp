#include <doctest/doctest.h>

#include <algorithm>

#include "overload/mill_cluster.h"
#include "overload/pressure.h"

using namespace shaddock;
using namespace shaddock::overload;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kClients = 100, kUnderWay = 32;

double seconds(Pressure::Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// With handlers of so many microseconds. Programs without optimisation could not ask often enough
// for short ones.
int burnt() {
#ifdef NDEBUG
  return 200;
#else
  return 2000;
#endif
}

struct Run : MillCluster {
  Run() : MillCluster("overload"), crowd(host(), door(), kClients, "mill.work.burn", body()) {
    REQUIRE(until([this] { return crowd.all_open(); }));
  }
  static Json body() { return {{"us", burnt()}}; }
  // Good answers in a second at its best.
  double peak() {
    crowd.keep_asking(kUnderWay);
    pass(500ms);
    crowd.take();
    const auto since = Pressure::Clock::now();
    pass(std::max(under_load() / 5, 1000ms));
    const double rate =
        static_cast<double>(crowd.take().good()) / seconds(Pressure::Clock::now() - since);
    crowd.rest();
    REQUIRE(until([this] { return crowd.unanswered() == 0; }));
    crowd.take();
    return rate;
  }
  Pressure crowd;
};

}  // namespace

TEST_CASE("F27: three times the load that a server can carry") {
  Run run;
  const double peak = run.peak();
  REQUIRE(peak > 0);

  const double offered = 3e6 / burnt();
  const auto since = Pressure::Clock::now();
  run.crowd.ask_at(offered);
  run.pass(under_load());
  const double took = seconds(Pressure::Clock::now() - since);
  Pressure::Tally loaded = run.crowd.take();

  const auto eased = Pressure::Clock::now();
  run.crowd.ask_at(peak / 2);
  run.pass(4s);
  run.crowd.rest();
  REQUIRE(run.until([&] { return run.crowd.unanswered() == 0; }));
  const Pressure::Tally after = run.crowd.take();

  const double goodput = static_cast<double>(loaded.good()) / took;
  const double recovery =
      after.last_failure > eased ? seconds(after.last_failure - eased) * 1000 : 0;
  MESSAGE("peak ", peak, "/s, offered ", static_cast<double>(loaded.asked) / took, "/s, good ",
          goodput, "/s, refused ", loaded.ends[503], ", median ", loaded.percentile(0.5), " ms");
  print_row("F27-goodput", 100 * goodput / peak, "%", Bound::at_least, 80);
  print_row("F27-accepted-p99", loaded.percentile(0.99), "ms", Bound::at_most, 250);
  print_row("F27-recovery", recovery, "ms", Bound::at_most, 2000);
  print_row("F27-connections-lost", run.crowd.lost(), "", Bound::at_most, 0);

  CHECK(loaded.ends[503] > 0);
  CHECK(loaded.good() > 0);
  CHECK(after.good() > 0);
  for (const auto& [code, count] : loaded.ends) CHECK((code == 200 || code == 503));
  CHECK(run.crowd.lost() == 0);
}
