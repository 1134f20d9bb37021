#include "plan.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>

#include "chance.h"
#include "game.h"

namespace shaddock::chaos {

namespace {

using Kind = Fault::Kind;

// Five ends within ten seconds are too many for a master; killing those it replaces counts, too.
constexpr std::size_t kMostEnds = 3;
constexpr net::Duration kEndsCount{14000};

const char* name_of(Kind kind) {
  constexpr const char* kNames[] = {"kill", "freeze",   "terminate", "restart",
                                    "cut",  "cut half", "reset",     "lose packets of"};
  return kNames[static_cast<std::size_t>(kind)];
}

class Planner {
 public:
  Planner(std::uint64_t seed, bool network) : chance_(seed), network_(network) {}

  std::vector<Fault> plan(net::Duration time) {
    std::vector<Fault> all;
    for (net::Duration at = chance_.time(500, 1500); at < time; at += chance_.time(200, 1200)) {
      Fault fault = one();
      fault.at = at;
      if (may_be(fault)) all.push_back(std::move(fault));
    }
    return all;
  }

 private:
  Fault one() {
    Fault fault;
    const auto dice = chance_.from_to(0, 99);
    if (dice < 12) return {{}, Kind::kill, "master", chance_.time(300, 4000)};
    if (dice < 16) return {{}, Kind::freeze, "master", chance_.time(300, 6000)};
    if (dice < 18 && network_) return {{}, Kind::cut, "master", chance_.time(300, 6000)};
    const auto server = chance_.from_to(0, std::ssize(game::kServers) - 1);
    fault.victim = game::kServers[server].id;
    fault.kind = kind(dice, game::kServers[server].port != 0);
    fault.time = time(fault.kind);
    return fault;
  }
  // A gate has no port for servers.
  Kind kind(std::int64_t dice, bool has_port) {
    if (dice < 36) return Kind::kill;
    if (dice < 52) return Kind::freeze;
    if (dice < 62) return Kind::terminate;
    if (dice < 68 || !network_ || !has_port) return Kind::restart;
    if (dice < 76) return Kind::cut;
    if (dice < 84) return Kind::cut_half;
    return dice < 92 ? Kind::reset : Kind::lose;
  }
  net::Duration time(Kind kind) {
    switch (kind) {
      case Kind::freeze:
      case Kind::cut:
      case Kind::cut_half:
        // Half of them so short that nobody may be given up for it.
        return chance_.from_to(0, 1) == 0 ? chance_.time(50, 1000) : chance_.time(1000, 7000);
      case Kind::reset:
        return chance_.time(20, 200);
      case Kind::lose:
        return chance_.time(500, 4000);
      default:
        return net::Duration(0);
    }
  }
  // The master has one trouble at a time. Whoever is frozen for long is killed for it.
  bool may_be(const Fault& fault) {
    if (fault.victim == "master") {
      if (fault.at < master_back_) return false;
      master_back_ = fault.at + fault.time + net::Duration(1500);
      return true;
    }
    if (fault.on_network()) return true;
    std::deque<net::Duration>& ends = ends_[fault.victim];
    while (!ends.empty() && ends.front() + kEndsCount < fault.at) ends.pop_front();
    if (ends.size() >= kMostEnds) return false;
    ends.push_back(fault.at);
    return true;
  }

  game::Chance chance_;
  const bool network_;
  net::Duration master_back_{0};
  std::map<std::string, std::deque<net::Duration>> ends_;
};

}  // namespace

std::string to_string(const Fault& fault) {
  std::string text = std::string(name_of(fault.kind)) + ' ' + fault.victim;
  if (fault.time.count() == 0) return text;
  const bool comes_back = fault.kind == Kind::kill;
  return text + (comes_back ? ", another one after " : " for ") +
         std::to_string(fault.time.count()) + " ms";
}

std::vector<Fault> make_plan(std::uint64_t seed, net::Duration time, bool network) {
  return Planner(seed, network).plan(time);
}

}  // namespace shaddock::chaos
