// The game as a program of its own, each server a process. What its handlers tell the checker is
// written to the folder that the servers' entries name by "events"; a file "quiet" beside that
// folder stops the bells. GAME_RULES_OF_SEED says by which rules it is played. "sabotage" breaks a
// promise on purpose.

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include "arena.h"
#include "figures.h"
#include "game.h"
#include "scribe.h"

namespace {

using namespace shaddock;
using namespace shaddock::game;
using namespace std::chrono_literals;

// Writes what the checker cannot see from outside, whenever it has changed.
class Notes {
 public:
  Notes(std::shared_ptr<ServerLife> life, Scribe& scribe, bool sabotage)
      : life_(life), scribe_(scribe), sabotage_(sabotage) {}

  static void go_on(const std::shared_ptr<Notes>& notes) {
    const auto life = notes->life_.lock();
    if (!life) return;
    notes->take(*life);
    life->server().sleep(200ms).then([notes](Result<void> slept) {
      if (slept.ok()) go_on(notes);
    });
  }

 private:
  void take(ServerLife& life) {
    if (Figures now = figures_of(life); now != figures_) scribe_.figures(figures_ = now);
    if (auto now = life.links(); now != links_) scribe_.links(life.number(), links_ = now);
    if (sabotage_) push_again(life);
  }
  // The first push of this life, once more.
  void push_again(ServerLife& life) {
    if (Channel* room = life.server().channels().find(kRooms[0]))
      room->push(kNewsRoute, News{life.number(), 1, {}, {}});
  }

  std::weak_ptr<ServerLife> life_;
  Scribe& scribe_;
  const bool sabotage_;
  Figures figures_;
  std::vector<LinkNumber> links_;
};

}  // namespace

int main(int argc, char** argv) {
  Checker checker([] { return sim::Instant(0); }, Checker::Empty());
  const char* const seed = std::getenv("GAME_RULES_OF_SEED");
  const Rules rules = seed == nullptr ? Rules() : rules_of(std::strtoull(seed, nullptr, 10));
  Arena arena(checker, rules);
  const ArenaOfThisThread here(arena);
  arena.on_life([&](std::shared_ptr<ServerLife> life) {
    const ServerInfo& info = life->server().info();
    const std::string events(info.extra("events"));
    auto scribe =
        std::make_unique<Scribe>(checker.findings(), events + '/' + std::to_string(life->number()));
    Notes::go_on(std::make_shared<Notes>(life, *scribe, !info.extra("sabotage").empty()));
    checker.add(std::move(scribe));
    const std::string quiet = events + "/../quiet";
    arena.set_quiet([quiet] { return ::access(quiet.c_str(), F_OK) == 0; });
  });
  Application app;
  describe_game(app, rules);
  return app.run(argc, argv);
}
