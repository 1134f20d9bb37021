#include "ground.h"
#include "rows.h"
#include "slow_relay.h"
#include "system/cuts.h"

namespace shaddock::failures {

namespace {

using Figures = std::vector<Figure>;
using system_test::Cuts;

constexpr net::Duration kCut{10000};

// A room that nobody reaches, or that hears nobody, for ten seconds.
Figures cut(const Means& means, Cuts::What what) {
  Ground ground;
  Cuts cuts(ground.cluster(), means.nft);
  const std::uint64_t before = ground.life("room-1");
  const auto begin = ground.begin();
  cuts.begin(what, ground.room_port(1));
  ground.wait(kCut);
  const double rerouted = ground.last_failure(begin);
  const auto healed = ground.now();
  cuts.end_all();
  ground.wait(net::Duration(2500));
  ground.settle();
  return {
      {"longest wait of a client", "ms", ground.longest_wait(), 3500},
      {"the other serves instead: the last failure after", "ms", rerouted, 3500},
      {"healed, it serves again after", "ms", ground.served_by(healed, "room-1", before - 1), 1000},
      {"processes started", "", ground.life("room-1") == before ? 0.0 : 1.0, 0},
      {"requests that never end", "", ground.count(-1), 0}};
}

// TCP sends again after 200, 400, 800 ms: `most` is what losing as many in a row explains.
Figures lossy(const Means& means, Cuts::What what, double most) {
  Ground ground;
  Cuts cuts(ground.cluster(), means.nft);
  const std::uint64_t before = ground.life("room-1");
  ground.begin();
  cuts.begin(what, ground.room_port(1));
  ground.wait(kCut);
  cuts.end_all();
  ground.settle();
  return {{"failed requests", "", ground.failed(), 0},
          {"processes started", "", ground.life("room-1") == before ? 0.0 : 1.0, 0},
          {"p99 of the answers", "ms", ground.p99(), most}};
}

// All that goes to a room and back is 50 +- 20 ms on the way, and behind that packets are lost. In
// each direction at most 70 ms, and what losing two in a row explains.
Figures far_away(const Means& means) {
  Ground ground;
  Cuts cuts(ground.cluster(), means.nft);
  SlowRelay relay(ground.room_port(1));
  cuts.lead(ground.room_port(1), relay.port(), SlowRelay::kSource);
  cuts.begin(Cuts::What::reset, ground.room_port(1));
  ground.wait(net::Duration(200));
  cuts.end_all();
  ground.wait(net::Duration(2000));
  const std::uint64_t before = ground.life("room-1");
  const auto begin = ground.begin();
  cuts.begin(Cuts::What::lose_little, ground.room_port(1));
  ground.wait(kCut);
  cuts.end_all();
  ground.settle();
  const double served = ground.served_by(begin, "room-1", before - 1);
  return {{"failed requests", "", ground.failed(), 0},
          {"the room does not serve", "", served < 0 ? 1.0 : 0.0, 0},
          {"processes started", "", ground.life("room-1") == before ? 0.0 : 1.0, 0},
          {"p99 is shorter than the way", "", ground.p99() < 60 ? 1.0 : 0.0, 0},
          {"p99 of the answers", "ms", ground.p99(), 740}};
}

Figures reset(const Means& means) {
  Ground ground;
  Cuts cuts(ground.cluster(), means.nft);
  const auto begin = ground.begin();
  for (const int room : {1, 2}) cuts.begin(Cuts::What::reset, ground.room_port(room));
  ground.wait(net::Duration(100));
  cuts.end_all();
  ground.wait(net::Duration(2000));
  ground.settle();
  return {{"links are back: the last failure after", "ms", ground.last_failure(begin), 600},
          {"no call was under way", "", ground.count(522) == 0 ? 1.0 : 0.0, 0},
          {"ends but 200, 522 and 521", "",
           ground.failed() - ground.count(522) - ground.count(521) - ground.count(-1), 0},
          {"requests that never end", "", ground.count(-1), 0}};
}

Figures slow(const Means& means) {
  Ground ground({.ballast = std::string(1000, 'b')});
  Cuts cuts(ground.cluster(), means.nft);
  const auto begin = ground.begin();
  cuts.begin(Cuts::What::slow, ground.room_port(1));
  ground.wait(net::Duration(5000));
  const double slowdown = ground.slowdown(begin, "room-1");
  cuts.end_all();
  ground.wait(net::Duration(2000));
  ground.settle();
  return {{"p99 at the other room, by that before", "x", slowdown, 2},
          {"requests that never end", "", ground.count(-1), 0}};
}

Row row(const char* id, const char* fault, std::function<Figures(const Means&)> round) {
  return {id, fault, true, std::move(round)};
}

}  // namespace

std::vector<Row> network_rows() {
  return {
      row("F11", "a room cut off for 10 s", [](const Means& m) { return cut(m, Cuts::What::all); }),
      row("F12", "a room that hears nobody for 10 s",
          [](const Means& m) { return cut(m, Cuts::What::half); }),
      row("F13", "1 % of a room's packets lost",
          [](const Means& m) { return lossy(m, Cuts::What::lose_little, 600); }),
      row("F13b", "5 % of a room's packets lost",
          [](const Means& m) { return lossy(m, Cuts::What::lose, 1400); }),
      row("F13c", "a room 50 +- 20 ms away, 1 % lost behind that", far_away),
      row("F14", "all links to rooms reset", reset),
      row("F15", "1 Mbit/s to one of two rooms", slow)};
}

}  // namespace shaddock::failures
