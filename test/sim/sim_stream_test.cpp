#include "sim/sim_stream.h"

#include <doctest/doctest.h>

#include "sim/talk.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

TEST_CASE("Bytes come back from an echo as they were sent, in all sizes") {
  TwoMachines world;
  Pair pair(world);
  Echo echo(*pair.server);
  Recorder client;
  pair.server->set_events(echo);
  pair.client->set_events(client);
  std::string sent;
  for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
    auto bytes = std::make_shared<const std::string>(size, static_cast<char>('a' + size % 26));
    pair.client->write(SharedBytes(bytes));
    pair.client->write("|");
    sent += *bytes + "|";
  }
  world.run_until([&] { return client.text.size() >= sent.size(); });
  CHECK(client.text == sent);
  CHECK(pair.client->queued() == 0);
  CHECK(pair.client->written() == sent.size());
}

TEST_CASE("What is written in one turn arrives in one piece") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  for (int i = 0; i < 100; ++i) pair.client->write("0123456789");
  CHECK(pair.client->queued() == 1000);
  world.run_until([&] { return server.text.size() == 1000; });
  CHECK(server.pieces.size() == 1);
}

TEST_CASE(
    "What deferred work writes leaves with what was written before, and it may still destroy") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  Loop& loop = world.here.process.loop();
  world.here.process.deliver([&] {
    pair.client->write("one ");
    loop.defer([&] { pair.client->write("piece"); });
  });
  world.run_until([&] { return server.text == "one piece"; });
  CHECK(server.pieces.size() == 1);
  world.here.process.deliver([&] {
    pair.client->write("never");
    loop.defer([&] { pair.client.reset(); });
  });
  world.run_until([&] { return server.ends == 1; });
  CHECK(server.text == "one piece");
}

TEST_CASE("A slow reader leaves the bytes in the queue, which says so and tells when it is empty") {
  TwoMachines world;
  Pair pair(world);
  Recorder client, server;
  pair.client->set_events(client);
  pair.client->write(kMuch);
  world.run_a_while();
  const std::size_t waiting = pair.client->queued();
  CHECK(waiting == kMuch.size() - Path().buffer);
  CHECK(pair.client->written() == Path().buffer);
  CHECK(client.drained == 0);
  pair.client->write("the end");
  CHECK(pair.client->queued() == waiting + 7);
  pair.server->set_events(server);
  world.run_until([&] { return client.drained == 1 && server.text.size() == kMuch.size() + 7; });
  CHECK(pair.client->queued() == 0);
  CHECK(server.text.ends_with("mmmthe end"));
  for (const std::size_t piece : server.pieces) CHECK(piece <= 256 * 1024);
  pair.client->write("small");
  world.run_until([&] { return server.text.ends_with("small"); });
  CHECK(client.drained == 1);
}

TEST_CASE("That a slow reader takes something is seen long before it has taken everything") {
  TwoMachines world;
  Path path;
  path.bytes_per_second = 1'000'000;
  world.set_path(path);
  Pair pair(world);
  Recorder client, server;
  pair.client->set_events(client);
  pair.server->set_events(server);
  pair.client->write(kMuch);
  std::uint64_t written = 0;
  for (int i = 0; i < 5; ++i) {
    world.run_until([&] { return pair.client->written() > written; });
    written = pair.client->written();
    CHECK(written < kMuch.size());
    CHECK(written + pair.client->queued() == kMuch.size());
  }
}

TEST_CASE("Who has ended its own direction still gets what was written, and then the end") {
  for (const std::size_t size : {std::size_t{3}, kMuch.size()}) {
    TwoMachines world;
    Pair pair(world);
    Recorder server;
    std::uint64_t written = 0;
    server.bytes_came = [&] { pair.server->write(std::string_view(kMuch).substr(0, size)); };
    server.ended = [&] {
      written = pair.server->written();
      pair.server.reset();
    };
    pair.server->set_events(server);
    pair.client->write("?");
    pair.client->close(Duration(8000));  // ends its output, and reads on
    world.run_until([&] { return server.ends == 1; });
    CHECK(server.text == "?");
    CHECK(written == size);
    CHECK(world.schedule.now() < Duration(1000));  // not for want of another end
  }
}

TEST_CASE("A stream may be destroyed by each of its own calls") {
  TwoMachines world;
  Pair pair(world);
  Recorder server, client;
  pair.server->set_events(server);
  SUBCASE("by bytes") {
    server.bytes_came = [&] { pair.server.reset(); };
    pair.client->write("x");
  }
  SUBCASE("by the end") {
    server.ended = [&] { pair.server.reset(); };
    pair.client.reset();
  }
  SUBCASE("by the end after close") {
    server.ended = [&] { pair.server.reset(); };
    pair.server->close(Duration(5));
  }
  SUBCASE("by the news that all is written") {
    server.drained_now = [&] { pair.server.reset(); };
    pair.server->write(kMuch);
    pair.client->set_events(client);
  }
  SUBCASE("by a reset") {
    server.ended = [&] { pair.server.reset(); };
    world.wires.reset(kHere, kThere);
  }
  world.run_until([&] { return !pair.server; });
  world.run_a_while();
  CHECK(server.ends <= 1);
}

TEST_CASE("A stream destroyed while it waits for the kernel resets the connection") {
  TwoMachines world;
  Pair pair(world);
  Recorder client;
  pair.server->write(kMuch);
  world.run_until([&] { return pair.server->queued() < kMuch.size(); });
  pair.server.reset();
  pair.client->set_events(client);
  world.run_until([&] { return client.ends == 1; });
  CHECK(client.text.size() < kMuch.size());
}

TEST_CASE("The end of the peer comes once, after all its bytes") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.client->write("last words");
  world.run_a_while();
  pair.client.reset();
  pair.server->set_events(server);
  world.run_until([&] { return server.ends > 0; });
  world.run_a_while();
  CHECK(server.text == "last words");
  CHECK(server.ends == 1);
}

TEST_CASE("close() writes what is queued, however much, before it ends") {
  TwoMachines world;
  Pair pair(world);
  Recorder server, client;
  pair.server->set_events(server);
  pair.client->set_events(client);
  pair.server->write(kMuch);
  pair.server->close(Duration(8000));
  world.run_until([&] { return client.ends == 1; });
  CHECK(client.text == kMuch);
  pair.client.reset();
  world.run_until([&] { return server.ends == 1; });
}

TEST_CASE("close() still delivers when the peer has half-closed or keeps sending") {
  TwoMachines world;
  Pair pair(world);
  Recorder server, client;
  pair.server->set_events(server);
  pair.client->set_events(client);
  server.bytes_came = [&] {
    pair.server->write("answer");
    pair.server->close();
  };
  client.bytes_came = [&] { pair.client->write("more that is dropped"); };
  client.ended = [&] { pair.client.reset(); };
  pair.client->write("question");
  world.run_until([&] { return server.ends == 1; });
  CHECK(client.text == "answer");
  CHECK(server.text == "question");
}

TEST_CASE("close() gives up on a peer that never reads, after the limit") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.server->write(kMuch);
  const Loop& loop = world.there.process.loop();
  world.run_a_while();
  const TimePoint before = loop.now();
  pair.server->close(Duration(30));
  world.run_until([&] { return server.ends == 1; });
  CHECK(loop.now() >= before + Duration(30));
  CHECK(loop.now() <= before + Duration(32));
  CHECK(pair.server->queued() == 0);
}

TEST_CASE("What is written after the end goes nowhere and does not pile up") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.client.reset();
  world.run_until([&] { return server.ends == 1; });
  for (int i = 0; i < 3; ++i) {
    pair.server->write("into the void");
    world.run_a_while();
    CHECK(pair.server->queued() == 0);
  }
  CHECK(server.ends == 1);
}

TEST_CASE("A broken connection is told when the writer notices it first") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  pair.server->write("never read");
  world.run_a_while();
  pair.client.reset();  // with bytes unread: a reset
  for (int i = 0; i < 3; ++i) {
    pair.server->write("x");
    world.run_a_while();
  }
  CHECK(server.ends == 0);
  CHECK(pair.server->queued() == 0);
  pair.server->set_events(server);
  world.run_until([&] { return server.ends == 1; });
}

TEST_CASE("Who writes to one who has gone is reset, though it reads nothing") {
  TwoMachines world;
  Pair pair(world);
  pair.client.reset();
  world.run_a_while();
  pair.server->write("still taken");
  world.run_a_while();
  CHECK(pair.server->written() == 11);
  pair.server->write("no more");
  world.run_a_while();
  CHECK(pair.server->written() == 11);
  CHECK(pair.server->queued() == 0);
}

TEST_CASE("Who waits for room and reads nothing hears of a reset, too") {
  TwoMachines world;
  Pair pair(world);
  pair.server->write(kMuch);
  world.run_a_while();
  CHECK(pair.server->queued() != 0);
  pair.client.reset();
  world.run_until([&] { return pair.server->queued() == 0; });
}

TEST_CASE("Events can be exchanged in the middle of a read") {
  TwoMachines world;
  Pair pair(world);
  Recorder first, second;
  first.bytes_came = [&] { pair.server->set_events(second); };
  pair.server->set_events(first);
  pair.client->write("one");
  world.run_until([&] { return first.text == "one"; });
  pair.client->write("two");
  world.run_until([&] { return second.text == "two"; });
  CHECK(first.text == "one");
}

TEST_CASE("Bytes wait until there is somebody to give them to") {
  TwoMachines world;
  Pair pair(world);
  Recorder server;
  for (const char* part : {"a", "b", "c"}) {
    pair.client->write(part);
    world.run_a_while();
  }
  pair.server->set_events(server);
  CHECK(server.text.empty());
  world.run_until([&] { return !server.text.empty(); });
  CHECK(server.text == "abc");
  CHECK(server.pieces.size() == 1);
}

TEST_CASE("A stream knows its peer, also after the end") {
  TwoMachines world;
  Pair pair(world);
  CHECK(pair.client->peer() == pair.listener->address());
  CHECK(pair.server->peer().host == kHere);
  Recorder server;
  pair.server->set_events(server);
  pair.client.reset();
  world.run_until([&] { return server.ends == 1; });
  CHECK(pair.server->peer().host == kHere);
  CHECK(pair.server->peer().port != 0);
}
