#include "sim/sim_network.h"

#include <doctest/doctest.h>

#include "sim/two_machines.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Both ends listened to.
struct Talk : Pair {
  explicit Talk(TwoMachines& world) : Pair(world) {
    server->set_events(at_server);
    client->set_events(at_client);
  }
  ~Talk() {
    client.reset();
    server.reset();
  }
  Recorder at_server, at_client;
};

const std::string kMuch(3 * 1024 * 1024, 'm');

// One number after the other, each in a turn of its own; returns all of them.
std::string count_to(TwoMachines& world, Stream& stream, int last, Instant pause) {
  std::string all;
  for (int i = 1; i <= last; ++i) {
    const std::string number = std::to_string(i) + ' ';
    all += number;
    stream.write(number);
    world.run_for(pause);
  }
  return all;
}

}  // namespace

TEST_CASE("What is sent takes as long as the path says, each way its own") {
  TwoMachines world;
  Talk talk(world);
  Path slow;
  slow.delay = milliseconds(70);
  world.wires.set_path(kHere, kThere, slow);
  const Instant before = world.schedule.now();
  talk.client->write("x");
  world.run_until([&] { return !talk.at_server.text.empty(); });
  CHECK(world.schedule.now() == before + milliseconds(70));
  talk.server->write("y");
  world.run_until([&] { return !talk.at_client.text.empty(); });
  CHECK(world.schedule.now() == before + milliseconds(70) + Path().delay);
}

TEST_CASE("Jitter spreads deliveries and never changes their order") {
  TwoMachines world;
  Talk talk(world);
  Path path;
  path.jitter = milliseconds(5);
  world.set_path(path);
  const std::string all = count_to(world, *talk.client, 1000, Instant(300));
  world.run_until([&] { return talk.at_server.text.size() == all.size(); });
  CHECK(talk.at_server.text == all);
  CHECK(talk.at_server.pieces.size() < 1000);  // some came together
  CHECK(talk.at_server.pieces.size() > 100);
}

TEST_CASE("A path that becomes faster lets nothing overtake") {
  TwoMachines world;
  Talk talk(world);
  Path slow;
  slow.delay = milliseconds(300);
  world.set_path(slow);
  talk.client->write("slow ");
  world.run_for(Instant(10));
  world.set_path(Path());
  talk.client->write("fast");
  world.run_until([&] { return talk.at_server.text.size() == 9; });
  CHECK(talk.at_server.text == "slow fast");
}

TEST_CASE("A narrow path takes its time, and its bytes come bit by bit") {
  TwoMachines world;
  Talk talk(world);
  Path path;
  path.bytes_per_second = 100'000;
  world.set_path(path);
  const Instant before = world.schedule.now();
  for (int i = 0; i < 10; ++i) {
    talk.client->write(std::string(20'000, 'x'));
    world.run_for(Instant(1));
  }
  world.run_until([&] { return talk.at_server.text.size() == 100'000; });
  CHECK(world.schedule.now() - before > milliseconds(900));
  CHECK(world.schedule.now() - before < milliseconds(1100));
  world.run_until([&] { return talk.at_server.text.size() == 200'000; });
  CHECK(world.schedule.now() - before > milliseconds(1900));
  CHECK(talk.at_server.pieces.size() > 100);
}

TEST_CASE("What was sent at once may arrive in pieces, and nothing is lost by it") {
  TwoMachines world;
  Talk talk(world);
  Path path;
  path.split = 0.5;
  world.set_path(path);
  const std::string all = count_to(world, *talk.client, 1000, milliseconds(10));
  world.run_until([&] { return talk.at_server.text.size() == all.size(); });
  CHECK(talk.at_server.text == all);
  CHECK(talk.at_server.pieces.size() > 1300);
  CHECK(talk.at_server.pieces.size() < 3000);
}

TEST_CASE("A short write leaves a rest in the queue, which goes a little later") {
  TwoMachines world;
  Talk talk(world);
  Path path;
  path.short_write = 0.5;
  world.set_path(path);
  std::string all;
  int rests = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "number " + std::to_string(i) + ", ";
    all += text;
    talk.client->write(text);
    world.run_for(Instant(0));
    if (talk.client->queued() != 0) ++rests;
    world.run_a_while();
    CHECK(talk.client->queued() == 0);
  }
  CHECK(talk.at_server.text == all);
  CHECK(rests > 350);
  CHECK(rests < 650);
  CHECK(talk.at_client.drained == rests);
}

TEST_CASE("A path takes as much as its buffer, and more only when the peer has read") {
  TwoMachines world;
  Pair pair(world);
  Path path;
  path.buffer = 1000;
  path.delay = milliseconds(20);
  world.set_path(path);
  Recorder client, server;
  pair.client->set_events(client);
  pair.client->write(std::string(2500, 'x'));
  world.run_for(seconds(1));
  CHECK(pair.client->written() == 1000);
  pair.server->set_events(server);
  const Instant before = world.schedule.now();
  world.run_until([&] { return pair.client->written() == 2000; });
  CHECK(world.schedule.now() - before == milliseconds(20));
  world.run_until([&] { return client.drained == 1; });
  CHECK(world.schedule.now() - before == milliseconds(60));
  world.run_until([&] { return server.text.size() == 2500; });
}

TEST_CASE("A cut path holds what is sent, and goes on in order when it is mended") {
  TwoMachines world;
  Talk talk(world);
  talk.client->write("on its way, ");
  world.run_for(Instant(1));
  world.wires.cut(kHere, kThere);
  std::string all = "on its way, " + count_to(world, *talk.client, 5, seconds(1));
  CHECK(talk.at_server.text.empty());
  talk.server->write("still heard");
  world.run_until([&] { return talk.at_client.text == "still heard"; });
  CHECK(talk.at_client.ends + talk.at_server.ends == 0);
  const Instant mended = world.schedule.now();
  world.wires.mend(kHere, kThere);
  talk.client->write("and more");
  world.run_until([&] { return talk.at_server.text == all + "and more"; });
  CHECK(world.schedule.now() <= mended + milliseconds(201));
}

TEST_CASE("A path that is cut again before it has recovered still loses nothing") {
  TwoMachines world;
  Talk talk(world);
  std::string all;
  for (int i = 0; i < 100; ++i) {
    world.wires.cut(kHere, "*");
    all += count_to(world, *talk.client, 3, milliseconds(2));
    world.wires.mend(kHere, "*");
    world.run_for(milliseconds(10 * (i % 7)));
  }
  world.run_until([&] { return talk.at_server.text.size() == all.size(); });
  CHECK(talk.at_server.text == all);
}

TEST_CASE("Who cannot hear that there is room cannot send more than the buffer") {
  TwoMachines world;
  Talk talk(world);
  world.wires.cut(kThere, kHere);
  talk.client->write(kMuch);
  world.run_for(seconds(10));
  CHECK(talk.at_server.text.size() == Path().buffer);
  CHECK(talk.at_client.drained == 0);
  world.wires.mend(kThere, kHere);
  world.run_until([&] { return talk.at_server.text.size() == kMuch.size(); });
  world.run_until([&] { return talk.at_client.drained == 1; });
}

TEST_CASE("News of room that is on its way when the path is cut does not arrive") {
  TwoMachines world;
  Path path;
  path.buffer = 1000;
  path.delay = milliseconds(20);
  world.set_path(path);
  Talk talk(world);
  talk.client->write(std::string(1000, 'x'));
  world.run_until([&] { return talk.at_server.text.size() == 1000; });
  world.run_for(milliseconds(1));
  world.wires.cut(kThere, kHere);
  world.run_for(seconds(1));
  talk.client->write("no room");
  world.run_for(seconds(1));
  CHECK(talk.client->queued() == 7);
  world.wires.mend(kThere, kHere);
  world.run_until([&] { return talk.at_server.text.ends_with("no room"); });
}

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

TEST_CASE("A reset breaks what is between the two, at both ends at once, and nothing else") {
  TwoMachines world;
  Talk talk(world);
  Party third(world.schedule, world.wires, "10.0.0.3", 3);
  talk.client->write("lost on the way");
  world.run_for(Instant(1));
  const Instant before = world.schedule.now();
  world.wires.reset(kHere, "10.0.0.3");
  world.run_for(Instant(1));
  CHECK(talk.at_client.ends + talk.at_server.ends == 0);
  world.wires.reset(kThere, "*");
  world.run_until([&] { return talk.at_client.ends == 1 && talk.at_server.ends == 1; });
  CHECK(world.schedule.now() <= before + Instant(1));
  CHECK(talk.at_server.text.empty());
  talk.client->write("into the void");
  world.run_a_while();
  CHECK(talk.client->queued() == 0);
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

namespace {

// A minute in which all faults meet, as a number.
std::uint64_t stormy_minute(std::uint64_t seed, std::string& received) {
  TwoMachines world(seed);
  Talk talk(world);
  Path path;
  path.jitter = milliseconds(30);
  path.split = path.short_write = 0.3;
  path.bytes_per_second = 50'000;
  path.buffer = 4000;
  world.set_path(path);
  std::string sent;
  for (int i = 0; i < 60; ++i) {
    if (i % 10 == 3) world.wires.cut(kHere, "*");
    if (i % 10 == 5) world.wires.mend("*", kThere);
    if (i % 10 == 6) world.there.process.freeze();
    if (i % 10 == 7) world.there.process.thaw();
    sent += count_to(world, *talk.client, 200, milliseconds(5));
  }
  world.run_until([&] { return talk.at_server.text.size() == sent.size(); });
  CHECK(talk.at_server.text == sent);
  for (const std::size_t piece : talk.at_server.pieces) received += std::to_string(piece) + ' ';
  return world.hash.value();
}

}  // namespace

TEST_CASE("The same seed gives the same minute, and another seed another one") {
  std::string first, again, other;
  const std::uint64_t hash = stormy_minute(7, first);
  CHECK(stormy_minute(7, again) == hash);
  CHECK(first == again);
  CHECK(stormy_minute(8, other) != hash);
  CHECK(first != other);
}

TEST_CASE("Streams that outlive their world are only memory") {
  std::unique_ptr<Stream> client, server;
  {
    TwoMachines world;
    Pair pair(world);
    pair.client->write("x");
    client = std::move(pair.client);
    server = std::move(pair.server);
    world.here.kill();
    world.there.kill();
  }
  client.reset();
  server.reset();
}

TEST_CASE("Even where no delay is, time passes between two who answer each other") {
  TwoMachines world;
  Talk talk(world);
  Path none;
  none.delay = Instant(0);
  world.set_path(none);
  talk.at_server.bytes_came = [&] { talk.server->write("x"); };
  talk.at_client.bytes_came = [&] { talk.client->write("x"); };
  talk.client->write("x");
  world.run_for(Instant(100));
  CHECK(talk.at_server.text.size() == 50);
}
