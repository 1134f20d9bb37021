#include "net/tls_stream.h"

#include <doctest/doctest.h>

#include "net/tls_wire.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

}  // namespace

TEST_CASE("A handshake in single bytes ends as one in large pieces") {
  for (const std::size_t most : {std::size_t{1}, std::size_t{3}, std::size_t{100000}}) {
    TlsPair pair;
    pair.client.stream->write("before the handshake");
    CHECK(pair.client.stream->queued() == 20);
    pair.carry(most);
    CHECK(pair.server.stream->handshaken());
    CHECK(pair.client.stream->handshaken());
    CHECK(pair.server.events.text == "before the handshake");
    pair.server.stream->write("answer");
    pair.carry(most);
    CHECK(pair.client.events.text == "answer");
    CHECK(pair.server.stream->failure() == "");
  }
}

TEST_CASE("The sniffer's bytes come first, however many they are") {
  HandLoop loop;
  const auto context = server_context();
  TlsEnd client(loop, client_context());
  client.stream->set_events(client.events);
  loop.end_turn();
  const std::string hello = client.wire->take();
  for (std::size_t sniffed = 0; sniffed <= hello.size(); ++sniffed) {
    TlsEnd server(loop, context, hello.substr(0, sniffed));
    server.stream->set_events(server.events);
    SUBCASE("the rest later") { loop.end_turn(); }
    SUBCASE("the rest before the turn ends") {}
    if (sniffed < hello.size()) server.wire->give(hello.substr(sniffed));
    loop.end_turn();
    CHECK(server.wire->queued() > 500);
    CHECK(server.stream->failure() == "");
  }
}

TEST_CASE("Fifty messages of one turn are one record, and records may be split anywhere") {
  TlsPair pair;
  pair.shake_hands();
  std::string sent;
  for (int i = 0; i < 50; ++i) {
    const std::string message = "message " + std::to_string(i) + ';';
    pair.client.stream->write(message);
    sent += message;
  }
  CHECK(pair.client.stream->queued() == sent.size());
  pair.loop.end_turn();
  const std::string wire = pair.client.wire->take();
  CHECK(wire.size() < sent.size() + 40);
  for (const char byte : wire) {
    CHECK(pair.server.events.text.empty());
    pair.server.wire->give(std::string(1, byte));
  }
  CHECK(pair.server.events.text == sent);
}

TEST_CASE("Large and shared segments keep their order") {
  TlsPair pair;
  pair.shake_hands();
  std::string sent;
  for (const std::size_t size : {1u, 1023u, 1024u, 16384u, 16385u, 70000u, 5u}) {
    const auto shared = std::make_shared<const std::string>(pattern(size));
    pair.server.stream->write(SharedBytes(shared));
    pair.server.stream->write("|");
    sent += *shared + '|';
  }
  pair.carry(1000);
  CHECK(pair.client.events.text == sent);
  CHECK(pair.server.stream->queued() == 0);
}

TEST_CASE("What is queued counts here and below, and the news that it is gone comes through") {
  TlsPair pair;
  pair.shake_hands();
  pair.server.stream->write(std::string(5000, 'x'));
  CHECK(pair.server.stream->queued() == 5000);
  pair.loop.end_turn();
  CHECK(pair.server.stream->queued() > 5000);
  CHECK(pair.server.stream->queued() < 5100);
  pair.server.stream->write("y");
  CHECK(pair.server.stream->queued() > 5001);
  pair.server.wire->take();
  CHECK(pair.server.stream->queued() == 1);
  pair.server.wire->drain();
  CHECK(pair.server.events.drained == 1);
}

TEST_CASE("Output that waited for the handshake is told as drained, once, and only then") {
  TlsPair pair;
  pair.loop.end_turn();
  pair.client.stream->write("early");
  pair.loop.end_turn();
  pair.client.wire->drain();
  CHECK(pair.client.events.drained == 0);
  pair.carry();
  CHECK(pair.client.events.drained == 1);
  pair.client.stream->write("late");
  pair.carry();
  CHECK(pair.client.events.drained == 1);
  CHECK(pair.server.events.text == "earlylate");
  CHECK(pair.server.events.drained == 0);
}

TEST_CASE("close() sends what is queued and says that it is all") {
  TlsPair pair;
  pair.shake_hands();
  pair.server.stream->write("last words");
  pair.server.stream->close(Duration(100));
  CHECK(pair.server.wire->closed());
  pair.server.stream->write("too late");
  pair.carry();
  CHECK(pair.client.events.text == "last words");
  // The client's side closes by itself, and ends when its wire does.
  CHECK(pair.client.wire->closed());
  CHECK(pair.client.events.ends == 0);
  pair.client.wire->end();
  pair.server.wire->end();
  CHECK(pair.client.events.ends == 1);
  CHECK(pair.server.events.ends == 1);
  CHECK(pair.client.stream->failure() == "");
  CHECK(pair.server.stream->queued() == 0);
}

TEST_CASE("After close() bytes that arrive are dropped") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.stream->write("hello");
  pair.loop.end_turn();
  const std::string wire = pair.client.wire->take();
  pair.server.stream->close(Duration(100));
  pair.server.wire->give(wire);
  CHECK(pair.server.events.text.empty());
}

TEST_CASE("An end without goodbye is an end, and comes once") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.stream->write("cut");
  pair.loop.end_turn();
  const std::string wire = pair.client.wire->take();
  pair.server.wire->give(wire.substr(0, wire.size() - 1));
  pair.server.wire->end();
  CHECK(pair.server.events.ends == 1);
  CHECK(pair.server.events.text.empty());
  CHECK(pair.server.stream->failure() == "");
  pair.server.stream->write("to nobody");
  pair.server.stream->close(Duration(100));
  pair.loop.end_turn();
  CHECK(pair.server.stream->queued() == 0);
  CHECK(pair.server.events.ends == 1);
}

TEST_CASE("A peer that leaves during the handshake is told as such") {
  TlsPair pair;
  pair.loop.end_turn();
  const std::string hello = pair.client.wire->take();
  pair.server.wire->give(hello.substr(0, 50));
  pair.server.wire->end();
  CHECK(pair.server.events.ends == 1);
  CHECK(pair.server.stream->failure() == "the peer left during the handshake");
}

TEST_CASE("A hello cut into small records is taken, as long as its size can be told") {
  const auto meet = [](std::size_t size) {
    HandLoop loop;
    TlsEnd client(loop, client_context());
    client.stream->set_events(client.events);
    loop.end_turn();
    const std::string hello = client.wire->take().substr(5);
    std::string cut;
    for (std::size_t at = 0; at < hello.size(); at += size) {
      const std::string piece = hello.substr(at, size);
      cut += std::string("\x16\x03\x01\x00", 4) + static_cast<char>(piece.size()) + piece;
    }
    TlsEnd server(loop, server_context());
    server.stream->set_events(server.events);
    loop.end_turn();
    server.wire->give(cut);
    client.wire->give(server.wire->take());
    return client.stream->handshaken();
  };
  CHECK(meet(100));
  CHECK(meet(4));
  CHECK(!meet(3));
}

TEST_CASE("close() during the handshake closes and drops what was kept") {
  TlsPair pair;
  pair.client.stream->write("kept");
  pair.loop.end_turn();
  pair.client.stream->close(Duration(100));
  CHECK(pair.client.wire->closed());
  CHECK(pair.client.stream->queued() == pair.client.wire->queued());
  pair.client.wire->end();
  CHECK(pair.client.events.ends == 1);
  CHECK(pair.client.stream->failure() == "");
}

TEST_CASE("Garbage instead of a hello gets an alert and the end") {
  const auto meet = [](const std::string& bytes, std::size_t most) {
    HandLoop loop;
    TlsEnd server(loop, server_context());
    server.stream->set_events(server.events);
    loop.end_turn();
    for (std::size_t at = 0; at < bytes.size(); at += most) {
      server.wire->give(bytes.substr(at, most));
    }
    CHECK(server.wire->closed());
    CHECK(server.events.ends == 0);
    CHECK(!server.stream->handshaken());
    server.wire->end();
    CHECK(server.events.ends == 1);
    CHECK(server.events.text.empty());
    const std::string alert = server.wire->take();
    CHECK((alert.empty() || alert.starts_with('\x15')));
    return std::string(server.stream->failure());
  };
  for (const std::size_t most : {std::size_t{1}, std::size_t{1000}}) {
    CHECK(meet("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", most) == "http request");
    CHECK(meet(std::string("\x01\x00\x00\x02{}", 6) + std::string(20, '\0'), most) ==
          "wrong version number");
    CHECK(meet(std::string("\x16\x03\x01\x00\x10\x01\x00\x00\x0c", 9) + std::string(12, 'x'),
               most) == "length mismatch");
    CHECK(meet(std::string("\x16\x03\x01\x40\x00\x01\x01\x00\x00", 9), most) ==
          "the hello is too large");
  }
}

TEST_CASE("A changed byte ends the connection, and nothing after it is given") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.stream->write("good");
  pair.loop.end_turn();
  std::string good = pair.client.wire->take();
  pair.client.stream->write("evil");
  pair.loop.end_turn();
  std::string evil = pair.client.wire->take();
  evil.back() = static_cast<char>(evil.back() ^ 1);
  pair.server.wire->give(good + evil + good);
  CHECK(pair.server.events.text == "good");
  CHECK(pair.server.stream->failure() == "decryption failed or bad record mac");
  CHECK(pair.server.wire->closed());
  CHECK(pair.server.wire->queued() > 0);
  pair.carry();
  CHECK(pair.client.stream->failure() == "sslv3 alert bad record mac");
}

TEST_CASE("A stream may be destroyed by each of its own calls") {
  TlsPair pair;
  Recorder server;
  pair.server.stream->set_events(server);
  pair.shake_hands();
  SUBCASE("by bytes, with more to come") {
    server.bytes_came = [&] { pair.server.stream.reset(); };
    pair.client.stream->write(pattern(100'000));
    pair.carry();
    CHECK(server.text == pattern(16384));
  }
  SUBCASE("by bytes, with output that waits for the end of the turn") {
    server.bytes_came = [&] {
      pair.server.stream->write("x");
      pair.server.stream.reset();
    };
    pair.client.stream->write("x");
    pair.carry();
    pair.loop.end_turn();
  }
  SUBCASE("by the end") {
    server.ended = [&] { pair.server.stream.reset(); };
    pair.server.wire->end();
    CHECK(server.ends == 1);
  }
  CHECK(!pair.server.stream);
}

TEST_CASE("A stream may be closed, or its events exchanged, in the middle of what has come") {
  TlsPair pair;
  Recorder server;
  Recorder next;
  pair.server.stream->set_events(server);
  pair.shake_hands();
  pair.client.stream->write(pattern(100'000));
  SUBCASE("closed") {
    server.bytes_came = [&] { pair.server.stream->close(Duration(100)); };
    pair.carry();
    CHECK(server.text == pattern(16384));
    CHECK(next.text.empty());
  }
  SUBCASE("exchanged") {
    server.bytes_came = [&] { pair.server.stream->set_events(next); };
    pair.carry();
    CHECK(server.text + next.text == pattern(100'000));
    CHECK(server.text.size() == 16384);
  }
}

TEST_CASE("A stream that goes before its work is done leaves nothing behind") {
  TlsPair pair;
  pair.client.stream->write("x");
  pair.client.stream.reset();
  pair.server.stream.reset();
  pair.loop.end_turn();
  CHECK(pair.client.events.ends == 0);
}

namespace {

// The same on a real connection.
struct Encrypted {
  explicit Encrypted(Loopback& world) : pair(world) {
    server = std::make_unique<TlsStream>(world.loop(), std::move(pair.server), server_context());
    client = std::make_unique<TlsStream>(world.loop(), std::move(pair.client), client_context());
  }
  Pair pair;
  std::unique_ptr<TlsStream> server, client;
};

}  // namespace

TEST_CASE("A mebibyte goes each way over a real connection") {
  Loopback world;
  Encrypted both(world);
  Recorder server, client;
  both.client->set_events(client);
  both.server->set_events(server);
  const std::string much = pattern(1 << 20);
  both.client->write(much);
  both.server->write(SharedBytes(std::make_shared<const std::string>(much)));
  world.run_until([&] { return server.text.size() + client.text.size() == 2 * much.size(); });
  CHECK(server.text == much);
  CHECK(client.text == much);
  CHECK(both.client->peer().host == "127.0.0.1");
}

TEST_CASE("A slow reader leaves the bytes in the queue, which tells when it is empty") {
  Loopback world;
  Encrypted both(world);
  Recorder server;
  Recorder client;
  both.client->set_events(client);
  both.server->set_events(server);
  world.run_until([&] { return both.client->handshaken() && both.server->handshaken(); });
  // The server's thread does nothing but write, so the kernel's buffers fill up.
  const std::string much(32 * 1024 * 1024, 'm');
  both.server->write(much);
  world.run_until([&] { return !client.text.empty(); });
  CHECK(both.server->queued() > 0);
  CHECK(server.drained == 0);
  world.run_until([&] { return client.text.size() == much.size() && server.drained == 1; });
  CHECK(both.server->queued() == 0);
}

TEST_CASE("What is written in one turn arrives in one piece, in the turn it is written") {
  Loopback world;
  Encrypted both(world);
  Recorder client;
  Recorder server;
  int reads = 0;
  server.bytes_came = [&] { ++reads; };
  both.client->set_events(client);
  both.server->set_events(server);
  world.run_until([&] { return both.client->handshaken() && both.server->handshaken(); });
  for (int i = 0; i < 100; ++i) both.client->write("0123456789");
  world.run_until([&] { return server.text.size() == 1000; });
  CHECK(reads == 1);
}

TEST_CASE("Both sides of a real connection end when one closes") {
  Loopback world;
  Encrypted both(world);
  Recorder server, client;
  both.client->set_events(client);
  both.server->set_events(server);
  world.run_until([&] { return both.client->handshaken() && both.server->handshaken(); });
  both.client->write("goodbye");
  both.client->close(Duration(5000));
  world.run_until([&] { return client.ends == 1 && server.ends == 1; });
  world.run_turns(3);
  CHECK(server.text == "goodbye");
  CHECK(client.ends + server.ends == 2);
}
