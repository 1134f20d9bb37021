#include "run.h"

#include "cluster.h"
#include "rest.h"
#include "strikes.h"

namespace shaddock::simulator {

namespace {

constexpr net::Duration kStartLimit{15'000};
constexpr net::Duration kHealLimit{60'000};
constexpr net::Duration kAnswerLimit{12'000};  // more than the deadline of any request
constexpr net::Duration kLookAgain{250};
constexpr net::Duration kQuiet{1500};
constexpr net::Duration kSettle{3000}, kCalm{4000};
constexpr net::Duration kLeaveLimit{8000};  // longer than heartbeats and kept connections last

// Not two worlds are alike. Where servers only stop as planned some are far from each other: what
// is on its way while a server stops is what its stop is about.
sim::Path calm_path(std::uint64_t seed, bool far) {
  Chance chance(seed ^ 0xca1f);
  sim::Path path;
  path.delay = sim::Instant(chance.from_to(50, far ? 20'000 : 1000));
  path.jitter = sim::Instant(chance.from_to(0, 500));
  if (chance.from_to(0, 1) == 0) path.split = path.short_write = 0.05;
  return path;
}

class Story {
 public:
  explicit Story(const RunSettings& settings)
      : settings_(settings),
        checker_([this] { return cluster_.world().now(); },
                 Checker::Expectations{harmless(settings.plan), only_kills(settings.plan),
                                       longest_wait(settings.plan), only_restarts(settings.plan),
                                       only_stops(settings.plan)}),
        arena_(checker_, rules_of(settings.seed)),
        cluster_(settings.seed, arena_),
        strikes_(cluster_.world(), calm_path(settings.seed, only_stops(settings.plan)),
                 [this] { cluster_.start_master(); }) {
    strikes_.on_stop([this](const std::string& server) { tell_of_stop(server); });
    if (settings_.story) listen();
  }

  Outcome tell() {
    if (cluster_.wait_until_ready(kStartLimit)) {
      play();
    } else {
      findings().add("START", "the cluster", "is not ready in time");
    }
    checker_.stop();
    arena_.set_story(nullptr);
    cluster_.set_log(nullptr);
    world().set_tracer(nullptr);
    return {findings().violations(), world().trace_hash(), world().steps(), checker_.events(),
            world().now()};
  }

 private:
  Findings& findings() { return checker_.findings(); }
  sim::World& world() { return cluster_.world(); }

  void tell_of_stop(const std::string& server) {
    if (const ServerLife* const life = arena_.find(server))
      checker_.tell(&Guarantee::told_to_stop, life->number(), std::string_view(server));
  }

  void listen() {
    const auto line = [this](std::string_view who, std::string_view what) {
      settings_.story(world().now(), who, what);
    };
    arena_.set_story(line);
    cluster_.set_log(line);
    world().set_tracer([this](sim::Instant when, std::string_view who, std::string_view what) {
      settings_.story(when, who, what);
    });
  }

  void play() {
    const LinksKept links(arena_);
    cluster_.add_players(settings_.seed);
    strikes_.run(settings_.plan, settings_.time);
    if (harmless(settings_.plan)) links.check(findings());
    strikes_.heal();
    if (!cluster_.wait_until_ready(kHealLimit))
      return findings().add("HEAL", "the cluster", "does not come together again");
    be_calm();
    rest();
    leave();
  }

  // The players go on, and nothing fails any more.
  void be_calm() {
    world().run_for(kSettle);
    checker_.tell(&Guarantee::healed);
    world().run_for(kCalm);
  }

  // Nobody begins anything; what is under way ends; then all is counted.
  void rest() {
    cluster_.pause_players();
    for (net::Duration waited{0}; waited < kAnswerLimit && unanswered() != 0; waited += kLookAgain)
      world().run_for(kLookAgain);
    world().run_for(kLeaveLimit);
    arena_.set_quiet(true);
    world().run_for(kQuiet);
    std::vector<std::pair<Life, LinkNumber>> links;
    for (ServerLife* life : arena_.lives())
      for (const LinkNumber link : life->links()) links.emplace_back(life->number(), link);
    checker_.tell(&Guarantee::settled, links);
    check_presence(cluster_, arena_, findings());
    arena_.set_quiet(false);
  }

  void leave() {
    cluster_.send_players_home();
    world().run_for(kLeaveLimit);
    check_emptiness(arena_, findings());
    check_limits(cluster_, arena_, findings());
    check_emptiness(arena_, findings());
  }

  std::size_t unanswered() {
    std::size_t all = 0;
    cluster_.for_each_player([&](const Player& player) { all += player.unanswered(); });
    return all;
  }

  const RunSettings& settings_;
  Checker checker_;
  Arena arena_;
  Cluster cluster_;
  Strikes strikes_;
};

}  // namespace

Outcome run(const RunSettings& settings) { return Story(settings).tell(); }

}  // namespace shaddock::simulator
