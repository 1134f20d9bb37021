#include "sim/sim_network.h"

#include <doctest/doctest.h>

#include "sim/talk.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;
using std::chrono::milliseconds;

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
