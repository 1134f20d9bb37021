#include "net/local_connecting.h"

#include <doctest/doctest.h>

#include "net/local_pair.h"
#include "net/local_process.h"

using namespace shaddock;
using namespace shaddock::net;

TEST_CASE("A connection to a listener that goes meanwhile is refused") {
  Process process;
  auto listener = process.listen({"127.0.0.1", 0});
  std::string why;
  const auto connecting = process.network->connect(
      listener->address(), Duration(5000), [&](Opened result) { why = result.error().text; });
  listener.reset();
  process.world.run_until([&] { return !why.empty(); });
  CHECK(why.ends_with("connection refused"));
}

TEST_CASE("Who gives up hears nothing, and the accepted end sees that nobody is there") {
  Process process;
  const auto listener = process.listen({"127.0.0.1", 0});
  bool called = false;
  auto connecting = process.network->connect(listener->address(), Duration(5000),
                                             [&](const Opened&) { called = true; });
  connecting.reset();
  process.world.run_until([&] { return process.accepted.size() == 1; });
  Recorder server;
  process.accepted[0]->set_events(server);
  process.world.run_until([&] { return server.ends == 1; });
  CHECK_FALSE(called);
}

TEST_CASE("What a server says at once is not lost on a client that is not there yet") {
  Process process;
  const auto listener = process.network->listen({"127.0.0.1", 0}, [&](auto stream) {
    stream->write("welcome");
    process.accepted.push_back(std::move(stream));
  });
  const auto client = process.connect((*listener)->address());
  REQUIRE(client != nullptr);
  process.world.run_turns(3);
  Recorder heard;
  client->set_events(heard);
  process.world.run_until([&] { return heard.text == "welcome"; });
}

TEST_CASE("A connector waits for a loop that does not turn, and is refused when that loop ends") {
  Process process;
  auto silent = std::make_unique<UvHost>();
  auto far = process.local.attach(silent->host().loop, silent->host().network);
  auto listener = far->listen({"127.0.0.1", 0}, [](auto) {}).unwrap();
  const auto connect = [&](Duration limit, std::string& why) {
    return process.network->connect(listener->address(), limit,
                                    [&](Opened result) { why = result.error().text; });
  };
  std::string late, refused;
  const auto first = connect(Duration(20), late), second = connect(Duration(5000), refused);
  process.world.run_until([&] { return !late.empty(); });
  CHECK(late.ends_with("connection timed out"));
  CHECK(refused.empty());
  listener.reset();
  far.reset();
  silent.reset();
  process.world.run_until([&] { return !refused.empty(); });
  CHECK(refused.ends_with("connection refused"));
}

TEST_CASE("A peer whose thread has gone with everything is an end, and harmless") {
  for (int i = 0; i < 20; ++i) {
    LocalPair pair(true);
    pair.client->set_events(pair.at_client);
    pair.client->write(std::string(1'000'000, 'x'));
    pair.there([&] {
      pair.server.reset();
      pair.listener.reset();
      pair.far.reset();
    });
    pair.other.reset();
    pair.client->write("more");
    pair.world.run_until([&] { return pair.at_client.ends == 1; });
    CHECK(pair.client->queued() == 0);
  }
}
