#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "overload/mill_cluster.h"
#include "overload/pressure.h"

using namespace shaddock;
using namespace shaddock::overload;
using namespace std::chrono_literals;

namespace {

// Without optimisation the members could not read so much.
std::size_t members() {
#ifdef NDEBUG
  return 2000;
#else
  return 200;
#endif
}

// What a member heard of each route: whether a number is missing, and that none comes late.
struct Member {
  struct Heard {
    std::int64_t last = -1, count = 0, gaps = 0;
  };
  explicit Member(net::Host& host) : client(host) {
    client.on_push([this](std::string_view route, const Json& words) {
      Heard& heard = routes[std::string(route)];
      const std::int64_t number = words.find("n")->as_integer();
      if (number <= heard.last) out_of_order = true;
      if (number != heard.last + 1) ++heard.gaps;
      heard.last = number;
      ++heard.count;
    });
    client.on_close([this](const std::string&) { closed = true; });
  }
  client::Client client;
  std::map<std::string, Heard> routes;
  bool out_of_order = false, closed = false;
};

struct Storm : MillCluster {
  Storm()
      : MillCluster("storm"),
        conductor(host()),
        echoes(host(), door(), 10, "connector.hall.echo", {}) {
    open(conductor);
    for (std::size_t i = 0; i < members(); ++i) {
      all.push_back(std::make_unique<Member>(host()));
      all.back()->client.connect(door());
      if (i % 50 == 0) open_all();
    }
    open_all();
    std::size_t joined = 0;
    for (const auto& one : all) {
      one->client.request("mill.work.join", Json::object(),
                          [&](const client::Answer& answer) { joined += answer.code == 200; });
      if (++asked_ % 50 == 0) REQUIRE(until([&] { return joined == asked_; }));
    }
    REQUIRE(until([&] { return joined == all.size(); }));
    REQUIRE(until([this] { return echoes.all_open(); }));
  }
  void open_all() {
    REQUIRE(until([this] {
      return std::ranges::all_of(all, [](const auto& one) { return one->client.open(); });
    }));
  }
  // Fifty broadcasts a second of 4 KiB, by turns of three classes.
  std::int64_t blow(std::chrono::milliseconds time) {
    Json wish{{"size", 4096}, {"perSecond", 17}, {"ms", time.count()}};
    wish.set("routes", Json(Json::Array{"chatter", "state", "word"}));
    return ask(conductor, "mill.work.ring", wish).at("pushed").as_integer();
  }

  std::size_t asked_ = 0;
  client::Client conductor;
  Pressure echoes;
  std::vector<std::unique_ptr<Member>> all;
};

}  // namespace

TEST_CASE("F26: in a storm of broadcasts pushes are shed by class, answers and heartbeats never") {
  Storm storm;
  storm.echoes.ask_at(100);
  const std::int64_t pushed = storm.blow(under_load());
  storm.echoes.rest();
  REQUIRE(storm.until([&] { return storm.echoes.unanswered() == 0; }));
  Pressure::Tally tally = storm.echoes.take();
  storm.until([&] {
    return std::ranges::all_of(storm.all, [&](const auto& one) {
      return one->closed || one->routes["word"].last == pushed - 1;
    });
  });

  std::int64_t silent_gaps = 0, late = 0, closed = 0, shed = 0;
  for (const auto& one : storm.all) {
    closed += one->closed;
    silent_gaps += one->routes["word"].gaps;
    late += one->out_of_order;
    shed += one->closed ? 0 : pushed - one->routes["chatter"].count;
  }
  MESSAGE(pushed, " of each class to ", storm.all.size(), ": ", shed, " shed, ", closed,
          " connections closed, echo p99 ", tally.percentile(0.99), " ms");
  print_row("F26-silent-gaps", static_cast<double>(silent_gaps), "", Bound::at_most, 0);
  print_row("F26-out-of-order", static_cast<double>(late), "", Bound::at_most, 0);
  print_row("F26-answers-missing", static_cast<double>(tally.asked - tally.good()), "",
            Bound::at_most, 0);
  print_row("F26-heartbeats-missing", static_cast<double>(storm.count(storm.conductor, "silent")),
            "", Bound::at_most, 0);

  CHECK(silent_gaps == 0);
  CHECK(late == 0);
  CHECK(tally.good() + tally.ends[503] == tally.asked);  // a busy machine may be late
  CHECK(storm.count(storm.conductor, "silent") == 0);
  // What is missing was counted.
  if (closed == 0) CHECK(storm.count(storm.conductor, "dropped_pushes") == shed);
}
