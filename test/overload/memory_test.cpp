#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "overload/mill_cluster.h"
#include "overload/pressure.h"
#include "protocol/message.h"
#include "protocol/package.h"
#include "system/raw_peer.h"

using namespace shaddock;
using namespace shaddock::overload;
using namespace std::chrono_literals;
using system_test::RawPeer;

namespace {

constexpr std::size_t kDeaf = 20;
constexpr std::int64_t kBudget = 96 << 20;  // of the environment "memory"

// All that a client says to be a member of the room, without waiting for anything.
std::string entrance() {
  Buffer out;
  REQUIRE(protocol::append_package(out, protocol::PackageType::handshake,
                                   R"({"sys":{"type":"test","version":"1"},"user":{}})"));
  REQUIRE(protocol::append_package(out, protocol::PackageType::handshake_ack, {}));
  REQUIRE(protocol::append_message(
      out, {protocol::MessageType::request, false, false, 0, 1, "mill.work.join"}, "{}"));
  return std::string(out.view());
}

double mebibytes(std::int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

}  // namespace

TEST_CASE("F29: a connector whose memory fills lets those go who have most to read, and recovers") {
  MillCluster hall("memory");
  client::Client conductor(hall.host());
  hall.open(conductor);
  Pressure echoes(hall.host(), hall.door(), 10, "connector.hall.echo", {});
  REQUIRE(hall.until([&] { return echoes.all_open(); }));
  const auto figures = hall.figures("connector-1");
  const std::string first = entrance();
  std::vector<std::unique_ptr<RawPeer>> deaf;
  for (std::size_t i = 0; i < kDeaf; ++i)
    deaf.push_back(std::make_unique<RawPeer>(hall.host(), hall.door(), first, RawPeer::Ears::deaf));
  figures.forget_peak();
  echoes.ask_at(100);

  // Nothing else is in the way: what waits for a client is not limited here.
  Json wish{{"size", 32 * 1024}, {"perSecond", 1000}, {"ms", 500}};
  wish.set("routes", Json(Json::Array{"word"}));
  std::int64_t closed = 0;
  for (int i = 0; i < 120 && closed < static_cast<std::int64_t>(kDeaf); ++i) {
    hall.ask(conductor, "mill.work.ring", wish);
    closed = hall.count(conductor, "all_queues_full");
  }
  const auto since = Pressure::Clock::now();
  const auto fallen = [&] { return figures.resident_bytes() < kBudget / 100 * 92; };
  REQUIRE(hall.until(fallen));
  const std::chrono::duration<double> took = Pressure::Clock::now() - since;
  echoes.rest();
  REQUIRE(hall.until([&] { return echoes.unanswered() == 0; }));
  Pressure::Tally tally = echoes.take();
  const double peak = mebibytes(figures.peak_bytes());

  print_row("F29-peak", peak, "MiB", Bound::at_most, 1.5 * mebibytes(kBudget));
  print_row("F29-falls-back", took.count(), "s", Bound::at_most, 5);
  print_row("F29-answers-missing", static_cast<double>(tally.asked - tally.good()), "",
            Bound::at_most, 0);
  CHECK(closed == static_cast<std::int64_t>(kDeaf));
  CHECK(tally.good() + tally.ends[503] == tally.asked);  // a busy machine may be late
  CHECK(echoes.lost() == 0);
  CHECK(peak <= 2 * mebibytes(kBudget));
  client::Client next(hall.host());
  hall.open(next);
}
