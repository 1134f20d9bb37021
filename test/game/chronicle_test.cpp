#include "chronicle.h"

#include <doctest/doctest.h>

#include <fstream>

#include "net/temporary_folder.h"
#include "scribe.h"

using namespace shaddock;
using namespace shaddock::game;

namespace {

using G = Guarantee;

// The scribes of two processes, and what a checker finds in what they wrote.
struct Written {
  std::string file(const char* name) { return folder.path(name); }
  std::string broken(const std::vector<Life>& living = {7}) {
    Result<Chronicle> chronicle = Chronicle::read(folder.path(""));
    REQUIRE(chronicle);
    Checker checker([&] { return chronicle->now(); });
    const auto told = chronicle->retell(checker, living);
    if (!told) return told.error().text;
    counts = chronicle->counts();
    figures = chronicle->figures();
    std::string all;
    for (const Violation& violation : checker.findings().violations())
      all += (all.empty() ? "" : " ") + violation.guarantee;
    return all;
  }

  net::TemporaryFolder folder;
  Findings nothing{[] { return sim::Instant(0); }};
  Scribe players{nothing, file("players")}, chat{nothing, file("7")};
  Chronicle::Counts counts;
  std::map<std::string, Figures> figures;
};

TEST_CASE("what the scribes of several processes wrote is one story, in the order of its times") {
  Written w;
  w.players.opened(1, "ann", "connector-1");
  w.players.asked(1, 1);
  w.chat.started(7, 90, 1, 1);
  w.chat.saw(1, 1, {1, "ann", {{"left", 0}}});
  w.chat.framed(1, 1, {7, 1}, {7, 2});
  w.chat.pushed({7, 1}, {{1, 3}});
  w.chat.pushed({7, 2}, {{1, 3}});
  w.players.heard(1, {7, 1});
  w.players.answered(1, 1, 200);
  w.players.echoed(1, 1, 1, 1);
  w.players.heard(1, {7, 2});
  w.chat.links(7, {3});
  w.players.ended(1, "said: 100% fine\nand left");
  w.players.opened(2, "ann", "connector-1");
  CHECK(w.broken() == "");
  CHECK(w.counts.requests == 1);
  CHECK(w.counts.answers == std::map<int, std::uint64_t>{{200, 1}});
  CHECK(w.counts.pushes == 2);
  CHECK(w.counts.visits == 2);
  CHECK(w.counts.reconnects == 1);
}

TEST_CASE("a promise that one process breaks towards another is found in what they wrote") {
  Written w;
  w.players.opened(1, "ann", "connector-1");
  w.players.asked(1, 1);
  w.chat.started(7, 90, 1, 1);
  w.chat.started(7, 90, 1, 1);
  w.players.answered(1, 1, 200);
  CHECK(w.broken() == "G2 G1");
}

TEST_CASE("a push that never came over a link that lives to the end is missed") {
  Written w;
  w.players.opened(1, "ann", "connector-1");
  w.chat.pushed({7, 1}, {{1, 3}});
  w.chat.links(7, {3});
  CHECK(w.broken({7}) == "G3");
  CHECK(w.broken({}) == "");  // the life has ended
  w.chat.links(7, {4});
  CHECK(w.broken({7}) == "");
}

TEST_CASE("who is bound where is known from what the frontends wrote, until they end") {
  Written w;
  w.players.opened(1, "ann", "connector-1");
  w.players.opened(2, "bob", "connector-1");
  Scribe frontend(w.nothing, w.file("5"));
  frontend.bound(5, "connector-1", "ann", 1);
  frontend.bound(5, "connector-1", "bob", 2);
  frontend.unbound(5, "bob", 2);
  w.chat.pushed_to_uid({7, 1}, {"ann", "connector-1", 0}, 3);
  w.chat.pushed_to_all({7, 2}, {{"connector-1", 3}});
  w.players.heard_for(1, {7, 1}, {"ann", "connector-1", 0});
  w.chat.links(7, {3});
  CHECK(w.broken({5, 7}) == "G3");
  CHECK(w.broken({7}) == "");
}

TEST_CASE("the youngest life of a server has the last word on what it counts") {
  Written w;
  w.chat.figures({7, "chat-1", 0, 0, 0, 2, 5, 1});
  Scribe next(w.nothing, w.file("9"));
  next.figures({9, "chat-1", 0, 0, 0, 0, 3, 0});
  CHECK(w.broken() == "");
  CHECK(w.figures.at("chat-1") == Figures{9, "chat-1", 0, 0, 0, 0, 3, 0});
}

TEST_CASE("a line that was not finished is none, one that says nothing known is an error") {
  Written w;
  w.players.opened(1, "ann", "connector-1");
  std::ofstream(w.file("7"), std::ios::app) << "12 asked 1";
  CHECK(w.broken() == "");
  std::ofstream(w.file("8")) << "12 sneezed 1\n";
  CHECK(w.broken() == "not to be read: sneezed 1");
}

}  // namespace
