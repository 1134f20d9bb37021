#include "net/local_stream.h"

#include <doctest/doctest.h>

#include "net/local_pair.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// Many times what waits between the two ends.
const std::string kMuch(8 * 1024 * 1024, 'm');

// Each test runs with both ends on one loop and with each on a thread of its own.
template <class Test>
void on_one_loop_and_on_two(Test test) {
  for (const bool threads : {false, true}) {
    CAPTURE(threads);
    LocalPair pair(threads);
    test(pair);
  }
}

void listen_there(LocalPair& pair) {
  pair.there([&] { pair.server->set_events(pair.at_server); });
}

}  // namespace

TEST_CASE("Bytes come back from a local echo as they were sent, in all sizes") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.at_server.bytes_came = [&] {
      pair.server->write(std::exchange(pair.at_server.text, std::string()));
    };
    listen_there(pair);
    pair.client->set_events(pair.at_client);
    std::string sent;
    for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
      auto bytes = std::make_shared<const std::string>(size, static_cast<char>('a' + size % 26));
      pair.client->write(SharedBytes(bytes));
      pair.client->write("|");
      sent += *bytes + "|";
    }
    pair.world.run_until([&] { return pair.at_client.text.size() >= sent.size(); });
    CHECK(pair.at_client.text == sent);
    CHECK(pair.client->queued() == 0);
    CHECK(pair.client->written() == sent.size());
  });
}

TEST_CASE("What is written in one turn arrives in one piece at a local peer, on a later turn") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    listen_there(pair);
    for (int i = 0; i < 100; ++i) pair.client->write("0123456789");
    CHECK(pair.client->queued() == 1000);
    CHECK(pair.is([&] { return pair.at_server.text.empty(); }));
    pair.until_there([&] { return pair.at_server.text.size() == 1000; });
    CHECK(pair.at_server.pieces.size() == 1);
  });
}

TEST_CASE("Nothing arrives from inside of a call, not even on the loop that wrote it") {
  LocalPair pair(false);
  pair.client->set_events(pair.at_client);
  bool inside = false, seen_inside = false;
  pair.at_client.bytes_came = [&] { seen_inside = seen_inside || inside; };
  pair.at_server.bytes_came = [&] {
    inside = true;
    pair.server->write("answer");
    pair.server->close();
    inside = false;
  };
  pair.at_server.ended = [&] { seen_inside = seen_inside || inside; };
  pair.client->write("question");
  pair.server->set_events(pair.at_server);
  CHECK(pair.at_server.text.empty());
  pair.world.run_until([&] { return pair.at_server.ends == 1; });
  CHECK(pair.at_client.text == "answer");
  CHECK_FALSE(seen_inside);
}

TEST_CASE("Beyond its window a local stream keeps the bytes in the queue, until the peer reads") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.client->write(kMuch);
    pair.turns(5);
    const std::size_t waiting = kMuch.size() - LocalPipe::kWindow;
    CHECK(pair.client->queued() == waiting);
    CHECK(pair.client->written() == LocalPipe::kWindow);
    CHECK(pair.at_client.drained == 0);
    pair.client->write("the end");
    pair.turns(2);
    CHECK(pair.client->queued() == waiting + 7);
    listen_there(pair);
    pair.until([&] { return pair.at_client.drained == 1; },
               [&] { return pair.at_server.text.size() == kMuch.size() + 7; });
    CHECK(pair.client->queued() == 0);
    CHECK(pair.client->written() == kMuch.size() + 7);
    CHECK(pair.is([&] { return pair.at_server.text.ends_with("mmmthe end"); }));
    pair.client->write("small");
    pair.until_there([&] { return pair.at_server.text.ends_with("small"); });
    CHECK(pair.at_client.drained == 1);
  });
}

TEST_CASE("A local stream may be destroyed by each of its own calls") {
  using Script = void (*)(LocalPair&);
  const Script scripts[] = {
      [](LocalPair& pair) {
        pair.at_server.bytes_came = [&] { pair.server.reset(); };
        pair.client->write("x");
      },
      [](LocalPair& pair) {
        pair.at_server.ended = [&] { pair.server.reset(); };
        pair.client.reset();
      },
      [](LocalPair& pair) {
        pair.at_server.ended = [&] { pair.server.reset(); };
        pair.there([&] { pair.server->close(Duration(5)); });
      },
      [](LocalPair& pair) {
        pair.at_server.drained_now = [&] { pair.server.reset(); };
        pair.there([&] { pair.server->write(kMuch); });
        pair.client->set_events(pair.at_client);
      },
  };
  for (const Script script : scripts) {
    on_one_loop_and_on_two([script](LocalPair& pair) {
      listen_there(pair);
      script(pair);
      pair.until_there([&] { return !pair.server; });
      CHECK(pair.is([&] { return pair.at_server.ends <= 1; }));
    });
  }
}

TEST_CASE("A local stream destroyed with something queued ends the connection before it") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.there([&] { pair.server->write(kMuch); });
    pair.turns(3);
    pair.there([&] { pair.server.reset(); });
    pair.client->set_events(pair.at_client);
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.at_client.text.size() == LocalPipe::kWindow);
  });
}

TEST_CASE("The end of a local peer comes once, after all its bytes") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->write("last words");
    pair.turns(2);
    pair.client.reset();
    listen_there(pair);
    pair.until_there([&] { return pair.at_server.ends > 0; });
    pair.turns(5);
    CHECK(pair.is([&] { return pair.at_server.text == "last words"; }));
    CHECK(pair.is([&] { return pair.at_server.ends == 1; }));
  });
}

TEST_CASE("close() of a local stream writes what is queued, however much, before it ends") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.there([&] {
      pair.server->set_events(pair.at_server);
      pair.server->write(kMuch);
      pair.server->close(Duration(8000));
    });
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.at_client.text == kMuch);
    pair.until_there([&] { return pair.at_server.ends == 1; });
  });
}

TEST_CASE("Who hears that a local peer closes still writes what it holds, and the peer drops it") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.client->write(kMuch);
    pair.turns(2);
    pair.there([&] {
      pair.server->set_events(pair.at_server);
      pair.server->close(Duration(8000));
    });
    pair.until([&] { return pair.at_client.ends == 1; }, [&] { return pair.at_server.ends == 1; });
    CHECK(pair.client->written() == kMuch.size());
    CHECK(pair.is([&] { return pair.at_server.text.empty(); }));
  });
}

TEST_CASE("close() of a local stream still delivers when the peer keeps sending") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.at_server.bytes_came = [&] {
      pair.server->write("answer");
      pair.server->close();
    };
    pair.at_client.bytes_came = [&] { pair.client->write("more that is dropped"); };
    listen_there(pair);
    pair.client->write("question");
    pair.at_client.ended = [&] { pair.client.reset(); };
    pair.until_there([&] { return pair.at_server.ends == 1; });
    CHECK(pair.at_client.text == "answer");
    CHECK(pair.is([&] { return pair.at_server.text == "question"; }));
  });
}

TEST_CASE("close() of a local stream gives up on a peer that never reads, after the limit") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.client->write(kMuch);
    const TimePoint before = pair.world.loop().now();
    pair.client->close(Duration(30));
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.world.loop().now() >= before + Duration(30));
    CHECK(pair.client->queued() == 0);
    pair.client->close();
    listen_there(pair);
    pair.until_there([&] { return pair.at_server.ends == 1; });
    CHECK(pair.is([&] { return pair.at_server.text.size() == LocalPipe::kWindow; }));
    CHECK(pair.at_client.ends == 1);
  });
}

TEST_CASE("What is written after the end of a local stream goes nowhere and does not pile up") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->set_events(pair.at_client);
    pair.there([&] { pair.server.reset(); });
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    for (int i = 0; i < 3; ++i) {
      pair.client->write("into the void");
      pair.turns(2);
      CHECK(pair.client->queued() == 0);
    }
    CHECK(pair.at_client.ends == 1);
  });
}

TEST_CASE("A local stream whose peer has gone drops what is written, and tells it to who reads") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->write(kMuch);
    pair.turns(2);
    pair.there([&] { pair.server->write("heard all the same"); });
    pair.turns(2);
    pair.there([&] { pair.server.reset(); });
    pair.turns(2);
    CHECK(pair.client->queued() == 0);
    pair.client->write("x");
    pair.turns(2);
    CHECK(pair.client->queued() == 0);
    pair.client->set_events(pair.at_client);
    CHECK(pair.at_client.ends == 0);
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.at_client.text == "heard all the same");
  });
}

TEST_CASE("Events of a local stream can be exchanged in the middle of a read, and after the end") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    Recorder second, third;
    pair.at_client.bytes_came = [&] { pair.client->set_events(second); };
    pair.client->set_events(pair.at_client);
    pair.there([&] { pair.server->write("one"); });
    pair.world.run_until([&] { return pair.at_client.text == "one"; });
    pair.there([&] { pair.server->write("two"); });
    pair.world.run_until([&] { return second.text == "two"; });
    CHECK(pair.at_client.text == "one");
    pair.there([&] { pair.server.reset(); });
    pair.world.run_until([&] { return second.ends == 1; });
    pair.client->set_events(third);
    pair.turns(3);
    CHECK(third.ends == 0);
  });
}

TEST_CASE("An end that nobody was there to hear comes to the first who listens") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    pair.client->write(kMuch);
    pair.client->close(Duration(1));
    pair.world.run_turns(20);
    CHECK(pair.client->queued() == 0);
    pair.client->set_events(pair.at_client);
    CHECK(pair.at_client.ends == 0);
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
  });
}

TEST_CASE("A local stream knows its peer, also after the end") {
  on_one_loop_and_on_two([](LocalPair& pair) {
    CHECK(pair.client->peer() == pair.listener->address());
    CHECK(pair.is([&] { return pair.server->peer().host == "127.0.0.1"; }));
    CHECK(pair.is([&] { return pair.server->peer().port != 0; }));
    pair.client->set_events(pair.at_client);
    pair.there([&] { pair.server.reset(); });
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.client->peer() == pair.listener->address());
  });
}

TEST_CASE("Two threads that write to each other as fast as they can lose nothing") {
  LocalPair pair(true);
  const auto counts = [](Recorder& at, std::unique_ptr<Stream>& stream) {
    at.bytes_came = [&at, &stream, sent = 0]() mutable {
      while (sent < 2000 && stream->queued() < 100'000)
        stream->write(std::string(997, static_cast<char>('a' + sent++ % 26)));
    };
  };
  counts(pair.at_client, pair.client);
  counts(pair.at_server, pair.server);
  pair.client->set_events(pair.at_client);
  listen_there(pair);
  pair.client->write("!");
  const std::size_t all = 2000 * 997;
  pair.until([&] { return pair.at_client.text.size() == all; },
             [&] { return pair.at_server.text.size() == all + 1; });
  CHECK(pair.is([&] { return pair.at_server.text.substr(1) == pair.at_client.text; }));
}
