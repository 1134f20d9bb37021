#include "sim/wire.h"

#include <doctest/doctest.h>

#include "sim/talk.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

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
