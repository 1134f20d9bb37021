#include "story.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

#include "blows.h"
#include "game.h"
#include "player.h"

namespace shaddock::chaos {

namespace {

using game::Figures;

constexpr net::Duration kHealLimit{60'000};
constexpr net::Duration kSettle{2500}, kCalm{2500}, kQuiet{1500};
constexpr net::Duration kAnswerLimit{20'000};  // more than the deadline of any request
constexpr net::Duration kLeaveLimit{12'000};   // longer than heartbeats and kept connections last
constexpr sim::Instant kLongestWait{15'000'000};
constexpr sim::Instant kNews{3'000'000};  // the machine may have much else to do

class Story {
 public:
  explicit Story(const Settings& settings)
      : settings_(settings),
        fleet_(settings.program, settings.seed, settings.sabotage),
        cuts_(fleet_, settings.nft),
        blows_(fleet_, cuts_, [this](const std::string& line) { say(line); }),
        noted_([] { return sim::Instant(0); }, game::Checker::Empty()),
        arena_(noted_, game::rules_of(settings.seed)),
        findings_([] { return sim::Instant(0); }) {
    noted_.add(std::make_unique<game::Scribe>(noted_.findings(), fleet_.events() + "/players"));
    begin_ = host().loop.now();
  }

  Outcome tell() {
    fleet_.start();
    say("the cluster is ready");
    play();
    players_.clear();
    Outcome outcome = judge();
    if (!settings_.keep.empty())
      std::filesystem::copy(fleet_.folder(), settings_.keep,
                            std::filesystem::copy_options::recursive);
    return outcome;
  }

 private:
  net::Host& host() { return fleet_.host(); }

  void say(const std::string& what) {
    char when[32];
    const std::chrono::duration<double> since = host().loop.now() - begin_;
    std::snprintf(when, sizeof when, "%8.3f  ", since.count());
    settings_.say(when + what);
  }

  void play() {
    arena_.set_gates(fleet_.gates());
    for (int number = 1; number <= settings_.players; ++number)
      players_.push_back(std::make_unique<game::Player>(
          arena_, host(), "p" + std::to_string(number),
          settings_.seed * 1000 + static_cast<std::uint64_t>(number)));
    const std::vector<Fault> plan = make_plan(settings_.seed, settings_.time, cuts_.possible());
    faults_ = plan.size();
    blows_.strike(plan, settings_.time);
    if (!blows_.heal() || !wait_until_up())
      return findings_.add("HEAL", "the cluster", "does not come together again");
    say("everything is healed");
    wait(kSettle);
    noted_.tell(&game::Guarantee::healed);
    wait(kCalm);
    rest();
    leave();
  }

  bool wait_until_up() {
    const net::TimePoint limit = host().loop.now() + kHealLimit;
    while (!fleet_.all_up()) {
      if (host().loop.now() > limit) return false;
      wait(net::Duration(200));
    }
    return true;
  }

  void wait(net::Duration time) {
    fleet_.until([] { return false; }, time);
  }

  // Nobody begins anything; what is under way ends; then all is counted.
  void rest() {
    for (const auto& player : players_) player->pause();
    fleet_.until(
        [this] {
          std::size_t unanswered = 0;
          for (const auto& player : players_) unanswered += player->unanswered();
          return unanswered == 0;
        },
        kAnswerLimit);
    fleet_.be_quiet();
    wait(kQuiet);
    hold([this](game::Findings& findings) { count_visitors(findings); });
    say("the players rest");
  }

  void count_visitors(game::Findings& findings) {
    std::map<std::string, std::int64_t> visitors;
    for (const auto& player : players_)
      if (const auto connector = player->visited()) ++visitors[*connector];
    for (const game::GameServer& server : game::kServers)
      if (std::string_view(server.type) == "connector")
        expect_visitors(findings, figures_of(server), visitors[server.id]);
  }

  void leave() {
    for (const auto& player : players_) player->go_home();
    hold([this](game::Findings& findings) {
      for (const game::GameServer& server : game::kServers)
        expect_nobody(findings, figures_of(server));
    });
    say("the players have gone");
  }

  Figures figures_of(const game::GameServer& server) {
    Figures figures = fleet_.figures(server.id);
    figures.server = server.id;
    return figures;
  }

  // Until nothing is found any more. What is still found after a while is so.
  void hold(const std::function<void(game::Findings&)>& look) {
    const net::TimePoint limit = host().loop.now() + kLeaveLimit;
    for (;;) {
      wait(net::Duration(300));
      game::Findings now([this] { return sim::Instant(host().loop.now() - begin_); });
      look(now);
      const bool last = host().loop.now() > limit;
      if (last)
        for (const game::Violation& one : now.violations())
          findings_.add(one.guarantee, one.who, one.what);
      if (last || now.violations().empty()) return;
    }
  }

  Outcome judge() {
    const std::vector<game::Life> lives = fleet_.lives();
    Result<game::Chronicle> chronicle = game::Chronicle::read(fleet_.events());
    if (!chronicle) throw std::runtime_error(chronicle.error().text);
    game::Checker::Expectations expectations;
    expectations.longest_wait = kLongestWait;
    expectations.news = kNews;
    game::Checker checker([&] { return chronicle->now(); }, expectations);
    if (auto told = chronicle->retell(checker, lives); !told)
      throw std::runtime_error(told.error().text);
    Outcome outcome{checker.findings().violations(), chronicle->counts(), faults_,
                    chronicle->lines()};
    for (const game::Violation& one : findings_.violations()) outcome.violations.push_back(one);
    return outcome;
  }

  const Settings& settings_;
  Fleet fleet_;
  system_test::Cuts cuts_;
  Blows blows_;
  game::Checker noted_;  // only writes down what it is told
  game::Arena arena_;
  game::Findings findings_;  // by looking at counters
  net::TimePoint begin_;
  std::size_t faults_ = 0;
  std::vector<std::unique_ptr<game::Player>> players_;
};

}  // namespace

Outcome tell(const Settings& settings) { return Story(settings).tell(); }

}  // namespace shaddock::chaos
