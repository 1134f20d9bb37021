#include "sim/connection.h"

#include <doctest/doctest.h>

#include "sim/talk.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;
using std::chrono::seconds;

TEST_CASE("An end and a reset wait at a cut, too") {
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    TwoMachines world;
    Talk talk(world);
    world.wires.cut(kHere, kThere);
    if (reset) talk.client->write(kMuch);
    world.run_a_while();
    talk.client.reset();
    world.run_for(seconds(5));
    CHECK(talk.at_server.ends == 0);
    world.wires.mend(kHere, kThere);
    world.run_until([&] { return talk.at_server.ends == 1; });
    CHECK(talk.at_server.text.size() < kMuch.size());
  }
}

TEST_CASE("Who is killed leaves what its kernel has taken, and then an end") {
  TwoMachines world;
  Talk talk(world);
  talk.client->write("last words");
  world.run_for(Instant(1));
  talk.client->write("never flushed");
  world.here.kill();
  world.run_until([&] { return talk.at_server.ends == 1; });
  CHECK(talk.at_server.text == "last words");
  CHECK(talk.at_client.ends == 0);
}

TEST_CASE("Who is killed with something unread resets its peer") {
  TwoMachines world;
  std::vector<std::string> lines;
  world.wires.set_tracer([&](const Process&, std::string_view what) { lines.emplace_back(what); });
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.server->write("never read");
  world.run_a_while();
  lines.clear();
  world.here.kill();
  world.run_until([&] { return server.ends == 1; });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("connection reset by 10.0.0.1:"));
}

TEST_CASE("Who writes to the dead is reset") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  // The end is held by a cut, so the writer knows of nothing.
  world.wires.cut(kHere, kThere);
  world.here.kill();
  pair.server->write("anybody?");
  world.run_a_while();
  CHECK(server.ends == 0);
  world.wires.mend(kHere, kThere);
  world.run_until([&] { return server.ends == 1; });
}

TEST_CASE("Nothing of a dead process does anything any more, whatever is called") {
  TwoMachines world;
  Talk talk(world);
  Recorder late;
  bool called = false;
  auto connecting =
      world.there.network->connect({kHere, 9}, Duration(50), [&](auto) { called = true; });
  talk.server->close(Duration(100));
  auto opened = world.there.network->listen({"", 3010}, [&](auto) { called = true; });
  REQUIRE(opened.ok());
  world.there.kill();
  CHECK(world.there.process.loop().timers().active() == 0);
  talk.server->write("x");
  talk.server->set_events(late);
  talk.server->close(Duration(10));
  auto more = world.there.network->connect({kHere, 9}, Duration(50), [&](auto) { called = true; });
  CHECK_FALSE(world.there.network->listen({"", 0}, [](auto) {}).ok());
  CHECK(world.there.process.loop().timers().active() == 0);
  CHECK((*opened)->address().port == 3010);
  CHECK(talk.server->peer().host == kHere);
  world.run_for(seconds(5));
  CHECK_FALSE(called);
  CHECK(late.ends + talk.at_server.ends == 0);
  CHECK(talk.at_client.ends == 1);
  Party next(world.schedule, world.wires, kThere, 3);
  CHECK(next.network->listen({"", 3010}, [](auto) {}).ok());
}

TEST_CASE("Who dies before it has accepted resets the caller") {
  TwoMachines world;
  auto opened = world.there.network->listen({"", 3010}, [](auto) {});
  std::unique_ptr<Stream> client;
  world.there.process.freeze();
  const auto connecting = world.here.network->connect(
      {kThere, 3010}, Duration(100), [&](auto result) { client = std::move(*result); });
  world.run_until([&] { return client != nullptr; });
  world.run_a_while();
  Recorder events;
  client->set_events(events);
  world.run_a_while();
  CHECK(events.ends == 0);
  world.there.kill();
  world.run_until([&] { return events.ends == 1; });
}

TEST_CASE("Who dies while it connects leaves a connection that ends") {
  TwoMachines world;
  std::unique_ptr<Stream> accepted;
  auto opened =
      world.there.network->listen({"", 3010}, [&](auto stream) { accepted = std::move(stream); });
  const auto connecting = world.here.network->connect({kThere, 3010}, Duration(100), [](auto) {});
  world.here.process.freeze();
  world.run_until([&] { return accepted != nullptr; });
  Recorder events;
  accepted->set_events(events);
  world.here.kill();
  world.run_until([&] { return events.ends == 1; });
}

TEST_CASE("A frozen process takes bytes up to the buffer, and hears of all when it is thawed") {
  TwoMachines world;
  Talk talk(world);
  world.there.process.freeze();
  talk.client->write(kMuch);
  world.run_for(seconds(10));
  CHECK(talk.client->written() == Path().buffer);
  CHECK(talk.at_server.text.empty());
  world.there.process.thaw();
  world.run_until([&] { return talk.at_server.text.size() == kMuch.size(); });
  CHECK(talk.at_client.drained == 1);
}

TEST_CASE("A frozen writer hears of room when it is thawed") {
  TwoMachines world;
  Talk talk(world);
  talk.client->write(kMuch);
  world.run_for(Instant(1));
  world.here.process.freeze();
  world.run_for(seconds(10));
  CHECK(talk.at_server.text.size() == Path().buffer);
  world.here.process.thaw();
  world.run_until([&] { return talk.at_server.text.size() == kMuch.size(); });
}

TEST_CASE("What a frozen process has yet to hear dies with it") {
  TwoMachines world;
  Talk talk(world);
  talk.server->write("x");
  world.run_for(Instant(1));
  world.here.process.freeze();
  world.run_a_while();
  world.here.kill();
  world.run_a_while();
  CHECK(talk.at_client.text.empty());
  CHECK(talk.at_client.ends == 0);
}
