#include "net/uv_stream.h"

#include <doctest/doctest.h>

#include "net/loopback.h"
#include "net/raw_peer.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// More than the buffers of both sockets take.
const std::string kMuch(32 * 1024 * 1024, 'm');

}  // namespace

TEST_CASE("Bytes come back from an echo as they were sent, in all sizes") {
  Loopback world;
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
}

TEST_CASE("What is written in one turn arrives in one piece") {
  Loopback world;
  Pair pair(world);
  Recorder server;
  int reads = 0;
  server.bytes_came = [&] { ++reads; };
  pair.server->set_events(server);
  for (int i = 0; i < 100; ++i) pair.client->write("0123456789");
  CHECK(pair.client->queued() == 1000);
  world.run_until([&] { return server.text.size() == 1000; });
  CHECK(reads == 1);
}

TEST_CASE("A slow reader leaves the bytes in the queue, which says so and tells when it is empty") {
  Loopback world;
  Pair pair(world);
  Recorder client, server;
  pair.client->set_events(client);
  pair.client->write(kMuch);
  world.run_until([&] { return pair.client->queued() < kMuch.size(); });
  const std::size_t waiting = pair.client->queued();
  CHECK(waiting > 0);
  CHECK(client.drained == 0);
  pair.client->write("the end");
  CHECK(pair.client->queued() == waiting + 7);
  pair.server->set_events(server);
  world.run_until([&] { return client.drained == 1 && server.text.size() == kMuch.size() + 7; });
  CHECK(pair.client->queued() == 0);
  CHECK(server.text.ends_with("mmmthe end"));
  pair.client->write("small");
  world.run_until([&] { return server.text.ends_with("small"); });
  CHECK(client.drained == 1);
}

namespace {

struct OneSided {
  explicit OneSided(Loopback& world) {
    auto opened = world.host().network.listen(
        {"127.0.0.1", 0}, [this](std::unique_ptr<Stream> stream) { server = std::move(stream); });
    REQUIRE(opened.ok());
    listener = std::move(*opened);
    peer = std::make_unique<RawPeer>(listener->address().port);
    world.run_until([this] { return server != nullptr; });
  }
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Stream> server;
  std::unique_ptr<RawPeer> peer;
};

}  // namespace

TEST_CASE("That a slow reader takes something is seen long before it has taken everything") {
  Loopback world;
  OneSided pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.server->write(kMuch);
  world.run_turns(5);
  std::uint64_t written = pair.server->written();
  CHECK(written + pair.server->queued() >= kMuch.size());
  CHECK(written + pair.server->queued() <= kMuch.size() + 16 * 1024);
  for (int i = 0; i < 3; ++i) {
    world.run_until([&] {
      pair.peer->read(100'000);
      return pair.server->written() > written;
    });
    CHECK(pair.server->written() < kMuch.size());
    written = pair.server->written();
  }
}

TEST_CASE("The position counts what was ever written, whether it has left or not") {
  Loopback world;
  OneSided pair(world);
  Recorder server;
  pair.server->set_events(server);
  CHECK(pair.server->position() == 0);
  pair.server->write(kMuch);
  CHECK(pair.server->position() == kMuch.size());
  world.run_turns(5);
  CHECK(pair.server->written() > 0);
  CHECK(pair.server->queued() > 0);
  CHECK(pair.server->position() == kMuch.size());
  world.run_until([&] {
    pair.peer->read(1 << 20);
    return pair.peer->text.size() == kMuch.size();
  });
  CHECK(pair.server->position() == kMuch.size());
}

TEST_CASE("Who ends only its own direction still gets what was written, and then the end") {
  for (const std::size_t size : {std::size_t{3}, kMuch.size()}) {
    Loopback world;
    OneSided pair(world);
    Recorder server;
    server.bytes_came = [&] { pair.server->write(std::string_view(kMuch).substr(0, size)); };
    pair.server->set_events(server);
    std::string question = "?";
    pair.peer->write(question);
    pair.peer->end_writing();
    world.run_until([&] {
      pair.peer->read(1 << 20);
      if (server.ends == 1) pair.server.reset();
      return pair.peer->ended;
    });
    CHECK(pair.peer->text.size() == size);
    CHECK(server.ends == 1);
  }
}

TEST_CASE("A stream may be destroyed by each of its own calls") {
  Loopback world;
  Pair pair(world);
  Recorder server;
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
    Recorder client;
    pair.client->set_events(client);
    world.run_until([&] { return !pair.server; });
    pair.client.reset();
  }
  world.run_until([&] { return !pair.server; });
  CHECK(server.ends <= 1);
}

TEST_CASE("A stream destroyed while it waits for the kernel resets the connection") {
  Loopback world;
  Pair pair(world);
  Recorder client;
  pair.server->write(kMuch);
  world.run_until([&] { return pair.server->queued() < kMuch.size(); });
  pair.server.reset();
  pair.client->set_events(client);
  world.run_until([&] { return client.ends == 1; });
  CHECK(client.text.size() < kMuch.size());
}

// What it wrote is all with the kernel: without breaking off its end would be an orderly one.
TEST_CASE("A stream that breaks off resets the connection") {
  for (const bool breaks_off : {true, false}) {
    CAPTURE(breaks_off);
    Loopback world;
    std::unique_ptr<Stream> server;
    auto listener = world.host().network.listen({"127.0.0.1", 0},
                                                [&](auto stream) { server = std::move(stream); });
    RawPeer peer(listener.value()->address().port);
    world.run_until([&] { return server != nullptr; });
    server->write("some bytes");
    world.run_until([&] { return server->queued() == 0; });
    if (breaks_off) server->break_off();
    server.reset();
    world.run_until([&] { return peer.read(100), peer.ended || peer.reset; });
    CHECK(peer.reset == breaks_off);
  }
}

TEST_CASE("A stream knows of bytes that are here and not given out yet") {
  Loopback world;
  Pair pair(world);
  Recorder client;
  CHECK_FALSE(pair.client->unread());
  pair.server->write("one");
  world.run_until([&] { return pair.client->unread(); });
  pair.client->set_events(client);
  world.run_until([&] { return client.text == "one"; });
  CHECK_FALSE(pair.client->unread());
  pair.server.reset();
  world.run_until([&] { return client.ends == 1; });
  CHECK_FALSE(pair.client->unread());
}

TEST_CASE("A stream that persists carries bytes as any other, and takes it after its end as well") {
  Loopback world;
  Pair pair(world);
  Recorder client;
  pair.server->persist();
  pair.client->persist();
  pair.client->set_events(client);
  pair.server->write("one");
  world.run_until([&] { return client.text == "one"; });
  pair.server.reset();
  world.run_until([&] { return client.ends == 1; });
  pair.client->persist();
}

TEST_CASE("The end of the peer comes once, after all its bytes") {
  Loopback world;
  Pair pair(world);
  Recorder server;
  pair.client->write("last words");
  world.run_turns(2);
  pair.client.reset();
  pair.server->set_events(server);
  world.run_until([&] { return server.ends > 0; });
  world.run_turns(5);
  CHECK(server.text == "last words");
  CHECK(server.ends == 1);
}

TEST_CASE("close() writes what is queued, however much, before it ends") {
  Loopback world;
  Pair pair(world);
  Recorder server, client;
  pair.server->set_events(server);
  pair.client->set_events(client);
  pair.server->write(kMuch);
  pair.server->close(Duration(8000));
  world.run_until([&] { return client.ends == 1; });
  CHECK(client.text == kMuch);
  world.run_until([&] { return server.ends == 1; });
}

TEST_CASE("close() still delivers when the peer has half-closed or keeps sending") {
  Loopback world;
  Pair pair(world);
  Recorder server, client;
  pair.server->set_events(server);
  pair.client->set_events(client);
  server.bytes_came = [&] {
    pair.server->write("answer");
    pair.server->close();
  };
  client.bytes_came = [&] { pair.client->write("more that is dropped"); };
  pair.client->write("question");
  client.ended = [&] { pair.client.reset(); };
  world.run_until([&] { return server.ends == 1; });
  CHECK(client.text == "answer");
  CHECK(server.text == "question");
}

TEST_CASE("close() gives up on a peer that never reads, after the limit") {
  Loopback world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.server->write(kMuch);
  const TimePoint before = world.loop().now();
  pair.server->close(Duration(30));
  world.run_until([&] { return server.ends == 1; });
  CHECK(world.loop().now() >= before + Duration(30));
  CHECK(pair.server->queued() == 0);
}

TEST_CASE("What is written after the end goes nowhere and does not pile up") {
  Loopback world;
  Pair pair(world);
  Recorder server;
  pair.server->set_events(server);
  pair.client.reset();
  world.run_until([&] { return server.ends == 1; });
  for (int i = 0; i < 3; ++i) {
    pair.server->write("into the void");
    world.run_turns(2);
    CHECK(pair.server->queued() == 0);
  }
  CHECK(server.ends == 1);
}

TEST_CASE("A broken connection is told when the writer notices it first") {
  Loopback world;
  Pair pair(world);
  Recorder server;
  pair.server->write("never read");
  world.run_turns(2);
  pair.client.reset();  // with bytes unread: a reset
  for (int i = 0; i < 3; ++i) {
    pair.server->write("x");
    world.run_turns(2);
  }
  CHECK(server.ends == 0);
  pair.server->set_events(server);
  world.run_until([&] { return server.ends == 1; });
}

TEST_CASE("Events can be exchanged in the middle of a read") {
  Loopback world;
  Pair pair(world);
  Recorder first;
  Recorder second;
  first.bytes_came = [&] { pair.server->set_events(second); };
  pair.server->set_events(first);
  pair.client->write("one");
  world.run_until([&] { return first.text == "one"; });
  pair.client->write("two");
  world.run_until([&] { return second.text == "two"; });
  CHECK(first.text == "one");
}

TEST_CASE("A stream knows its peer, also after the end") {
  Loopback world;
  Pair pair(world);
  CHECK(pair.client->peer() == pair.listener->address());
  CHECK(pair.server->peer().host == "127.0.0.1");
  Recorder server;
  pair.server->set_events(server);
  pair.client.reset();
  world.run_until([&] { return server.ends == 1; });
  CHECK(pair.server->peer().host == "127.0.0.1");
  CHECK(pair.server->peer().port != 0);
}

TEST_CASE("An idle stream is small") { CHECK(sizeof(UvStream) + sizeof(UvSocket) <= 512); }
