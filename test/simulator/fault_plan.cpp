#include "fault_plan.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "chance.h"
#include "game.h"

namespace shaddock::simulator {

using Kind = Fault::Kind;

namespace {

constexpr sim::Instant kMillisecond{1000};
constexpr int kMostFaults = 24;
// So much later a server that was told to stop is there again, whatever it had in hand.
constexpr sim::Instant kApart = 12'000 * kMillisecond;
// A server that ends five times within ten seconds is given up for half a minute: not our subject.
constexpr int kMostEnds = 3;
constexpr const char* kAll = "*";
constexpr std::size_t kNarrow = 3200;

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kill:
      return "kill";
    case Kind::stop:
      return "stop";
    case Kind::freeze:
      return "freeze";
    case Kind::stutter:
      return "stutter";
    case Kind::cut:
      return "cut";
    case Kind::one_way:
      return "cut one way";
    case Kind::slow:
      return "slow";
    case Kind::reset:
      return "reset";
    case Kind::away:
      return "away";
  }
  return "?";
}

bool is_backend(const std::string& node) { return node.starts_with("chat"); }
bool is_connector(const std::string& node) { return node.starts_with("connector"); }

// What waits before such a path is as late as the path is slow, and no silence tells.
bool is_narrow(const Fault& fault) {
  return fault.kind == Kind::slow && fault.path.buffer <= kNarrow;
}

bool is_end(Kind kind) { return kind == Kind::kill || kind == Kind::stop; }

// Between players and their connectors, or a connector that does nothing.
bool delays_clients(const Fault& fault) {
  const bool froze = fault.kind == Kind::freeze || fault.kind == Kind::stutter;
  const bool connector_and_all = (is_connector(fault.one) && fault.other == kAll) ||
                                 (fault.one == kAll && is_connector(fault.other));
  return (froze && is_connector(fault.one)) || connector_and_all ||
         fault.one.starts_with("crowd") || fault.other.starts_with("crowd");
}

class Planner {
 public:
  Planner(std::uint64_t seed, sim::Instant time) : chance_(seed ^ 0x5eed), time_(time) {}

  Plan make() {
    if (chance_.from_to(0, 15) == 0) return {};
    const auto scope = chance_.from_to(0, 7);
    scope_ = scope == 0   ? Scope::at_once
             : scope == 1 ? Scope::kills
             : scope < 4  ? Scope::behind
                          : Scope::anything;
    if (scope_ == Scope::behind && chance_.from_to(0, 1) == 0) return {one_silence()};
    const auto faults = chance_.from_to(1, scope_ == Scope::behind ? 3 : kMostFaults);
    for (std::int64_t i = 0; i < faults; ++i) add();
    std::stable_sort(plan_.begin(), plan_.end(),
                     [](const Fault& one, const Fault& other) { return one.at < other.at; });
    return std::move(plan_);
  }

 private:
  enum class Scope { anything, at_once, kills, behind };

  void add() {
    const auto dice = scope_ == Scope::kills     ? 0
                      : scope_ == Scope::at_once ? chance_.from_to(0, 1) * 99
                                                 : chance_.from_to(0, 99);
    Fault fault;
    fault.kind = dice < 25   ? kill_or_stop()
                 : dice < 45 ? Kind::freeze
                 : dice < 50 ? Kind::stutter
                 : dice < 65 ? Kind::cut
                 : dice < 77 ? Kind::one_way
                 : dice < 90 ? Kind::slow
                             : Kind::reset;
    fault.at = milliseconds(0, time_ / kMillisecond);
    fault.length = length_of(fault.kind);
    choose_nodes(fault);
    if (fault.kind == Kind::slow) fault.path = slow_path();
    if (!is_end(fault.kind)) return plan_.push_back(fault);
    if (!add_end(fault)) return;
    if (chance_.from_to(0, 3) == 0) add_burst(fault);
    if (fault.kind == Kind::stop && chance_.from_to(0, 2) == 0) add_impatience(fault);
  }

  Kind kill_or_stop() { return chance_.from_to(0, 2) == 0 ? Kind::stop : Kind::kill; }

  bool add_end(const Fault& fault) {
    if (++ends_[fault.one] > kMostEnds) return false;
    plan_.push_back(fault);
    return true;
  }

  // A connector and a chat that cannot hear each other, or only one the other, or a chat and
  // everybody: nothing else.
  Fault one_silence() {
    Fault fault;
    fault.kind = chance_.from_to(0, 1) == 0 ? Kind::cut : Kind::one_way;
    fault.at = milliseconds(0, time_ / kMillisecond);
    fault.length = milliseconds(4000, 10'000);
    const auto connector = chance_.from_to(0, 3);
    fault.one = connector == 0 ? kAll : "connector-" + std::to_string(connector);
    fault.other = "chat-" + std::to_string(chance_.from_to(1, 3));
    if (chance_.from_to(0, 1) == 0) std::swap(fault.one, fault.other);
    return fault;
  }

  // Others end with it, a moment later.
  void add_burst(Fault fault) {
    for (auto more = chance_.from_to(1, 3); more > 0; --more) {
      fault.one = server();
      fault.kind = kill_or_stop();
      fault.at += milliseconds(0, 300);
      add_end(fault);
    }
  }

  // Who stops is not waited for until it has ended: it is killed, or who follows it is. Most need
  // some twenty milliseconds.
  void add_impatience(Fault fault) {
    fault.kind = Kind::kill;
    fault.at += chance_.from_to(0, 1) == 0 ? milliseconds(1, 20) : milliseconds(20, 2500);
    add_end(fault);
  }

  sim::Instant length_of(Kind kind) {
    switch (kind) {
      case Kind::freeze:
        return milliseconds(100, 5000);
      case Kind::stutter:
        return milliseconds(100, 2000);
      case Kind::cut:
      case Kind::one_way:
        return milliseconds(100, 10'000);
      case Kind::slow:
        return milliseconds(500, 10'000);
      default:
        return {};
    }
  }

  void choose_nodes(Fault& fault) {
    switch (fault.kind) {
      case Kind::kill:
      case Kind::stop:
        fault.one = server();
        return;
      case Kind::freeze:
      case Kind::stutter:
        do fault.one = node(10, 15);
        while (scope_ == Scope::behind && is_connector(fault.one));
        return;
      default:
        if (chance_.from_to(0, 3) == 0) return choose_machine(fault);
        if (fault.kind == Kind::slow && chance_.from_to(0, 1) == 0) return choose_busy(fault);
        choose_two(fault);
    }
  }

  // Two that always have much to say to each other.
  void choose_busy(Fault& fault) {
    fault.one = "connector-" + std::to_string(chance_.from_to(1, 3));
    fault.other = "chat-" + std::to_string(chance_.from_to(1, 3));
  }

  void choose_two(Fault& fault) {
    fault.one = node(10, 15);
    do fault.other = node(15, 25);
    while (fault.other == fault.one);
  }

  // One machine and all others.
  void choose_machine(Fault& fault) {
    do fault.one = node(15, 10);
    while (scope_ == Scope::behind && is_connector(fault.one));
    fault.other = kAll;
    if (chance_.from_to(0, 1) == 0) std::swap(fault.one, fault.other);
  }

  std::string server() { return kServers[chance_.from_to(0, std::ssize(kServers) - 1)].id; }
  // So many in a hundred are the master, and players.
  std::string node(int masters, int crowds) {
    const auto dice = chance_.from_to(0, 99);
    if (dice < masters) return "master";
    if (dice < masters + crowds && scope_ != Scope::behind)
      return crowd_name(static_cast<int>(chance_.from_to(1, kCrowds)));
    return server();
  }

  sim::Path slow_path() {
    sim::Path path;
    path.delay = milliseconds(1, 200);
    path.jitter = milliseconds(0, 50);
    if (chance_.from_to(0, 1) == 0) path.bytes_per_second = 125'000;
    path.split = 0.3;
    path.short_write = 0.3;
    if (chance_.from_to(0, 2) != 0)
      path.buffer =
          static_cast<std::size_t>(chance_.from_to(100, kNarrow >> chance_.from_to(0, 5)));
    return path;
  }

  sim::Instant milliseconds(std::int64_t least, std::int64_t most) {
    return chance_.from_to(least, most) * kMillisecond;
  }

  Chance chance_;
  sim::Instant time_;
  std::map<std::string, int> ends_;
  Scope scope_ = Scope::anything;
  Plan plan_;
};

}  // namespace

std::string to_string(const Fault& fault) {
  char text[160];
  std::snprintf(text, sizeof text, "at %.3f s %s %s%s%s",
                std::chrono::duration<double>(fault.at).count(), name_of(fault.kind),
                fault.one.c_str(), fault.other.empty() ? "" : " and ", fault.other.c_str());
  std::string all = text;
  if (fault.length.count() == 0) return all;
  std::snprintf(text, sizeof text, " for %.3f s",
                std::chrono::duration<double>(fault.length).count());
  return all + text;
}

void insert(Plan& plan, const Fault& fault) {
  plan.insert(
      std::upper_bound(plan.begin(), plan.end(), fault,
                       [](const Fault& one, const Fault& other) { return one.at < other.at; }),
      fault);
}

// Each again and again, as soon as it is back for sure, in any order. Not both kinds: who has just
// begun does not know that a server which is away is only being restarted.
Plan planned_stops(Chance& chance, sim::Instant time) {
  const bool backends = chance.from_to(0, 4) < 3;
  Plan plan;
  for (const GameServer& server : kServers) {
    if (is_backend(server.id) != backends) continue;
    for (auto at = chance.from_to(0, 6000) * kMillisecond; at < time;
         at += kApart + chance.from_to(0, 2000) * kMillisecond)
      insert(plan, {Kind::stop, at, {}, server.id, {}});
  }
  return plan;
}

// Two connectors do not hear each other for longer than who owns a uid lets it be so.
Fault long_silence(Chance& chance) {
  const auto one = chance.from_to(1, 3);
  const auto other = one % 3 + 1;
  Fault fault{Kind::cut, chance.from_to(0, 4000) * kMillisecond,
              chance.from_to(11'000, 16'000) * kMillisecond, "connector-" + std::to_string(one),
              "connector-" + std::to_string(other)};
  if (chance.from_to(0, 2) == 0) fault.kind = Kind::one_way;
  return fault;
}

// Whether the master goes away, all is restarted, or connectors are silent for long, has dice of
// its own.
Plan make_plan(std::uint64_t seed, sim::Instant time) {
  Chance rolling(seed ^ 0xd7a1);
  if (rolling.from_to(0, 5) == 0) return planned_stops(rolling, time);
  Plan plan = Planner(seed, time).make();
  Chance silent(seed ^ 0x51e7);
  if (rules_of(seed).rivals() && !plan.empty() && silent.from_to(0, 4) == 0)
    insert(plan, long_silence(silent));
  Chance chance(seed ^ 0xa3a7);
  if (chance.from_to(0, plan.empty() ? 1 : 4) != 0) return plan;
  insert(plan, {Kind::away,
                chance.from_to(0, time / kMillisecond) * kMillisecond,
                chance.from_to(100, 15'000) * kMillisecond,
                "master",
                {}});
  return plan;
}

// Without a master nobody tells backends at once that a frontend has ended for good.
bool only_kills(const Plan& plan) {
  return harmless(plan) || std::all_of(plan.begin(), plan.end(),
                                       [](const Fault& fault) { return is_end(fault.kind); });
}

bool harmless(const Plan& plan) {
  return std::all_of(plan.begin(), plan.end(),
                     [](const Fault& fault) { return fault.kind == Kind::away; });
}

bool only_stops(const Plan& plan) {
  std::map<std::string, sim::Instant> back;
  for (const Fault& fault : plan) {
    if (fault.kind != Kind::stop) return false;
    if (fault.at < back[fault.one]) return false;
    back[fault.one] = fault.at + kApart;
  }
  return !plan.empty();
}

bool only_restarts(const Plan& plan) {
  return only_stops(plan) && std::all_of(plan.begin(), plan.end(),
                                         [](const Fault& fault) { return is_backend(fault.one); });
}

// Who is killed, stopped or reset is known to be lost at once (and a login waits for its call's own
// deadline, a second and a half). Who is silent is so after three seconds and a half; but silences
// may follow each other, such that one ends or hides before it is noticed; and on a path where
// little fits and all is slow, only the deadline of the request, six seconds, ends it. Where
// clients themselves are cut off, or their connector is, there is no telling. A master that is away
// is missed by nobody.
sim::Instant longest_wait(const Plan& plan) {
  constexpr sim::Instant kAtOnce{2'000'000}, kOneSilence{4'500'000}, kSilences{8'000'000};
  constexpr sim::Instant kUntold{30'000'000};
  sim::Instant longest = kAtOnce;
  for (const Fault& fault : plan) {
    if (delays_clients(fault)) return kUntold;
    if (is_end(fault.kind) || fault.kind == Kind::reset || fault.kind == Kind::away) continue;
    const bool slow = fault.kind == Kind::slow;
    longest = std::max(kOneSilence, slow || longest == kAtOnce ? longest : kSilences);
    if (is_narrow(fault)) longest = kSilences;
  }
  return longest;
}

std::string crowd_name(int number) { return "crowd-" + std::to_string(number); }

std::string machine_of(const std::string& node) {
  if (node == kAll) return kAll;
  if (node == "master") return kMasterMachine;
  if (const GameServer* server = find_server(node)) return server->machine;
  return "10.0.1." + node.substr(node.find('-') + 1);
}

}  // namespace shaddock::simulator
