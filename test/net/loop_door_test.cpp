#include "net/loop_door.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "net/loopback.h"

using namespace shaddock;
using namespace shaddock::net;

TEST_CASE("Work waits until the door is open, and then comes in order") {
  Loopback world;
  LoopDoor door;
  std::string order;
  door.post([&] { order += "a"; });
  door.post([&] { order += "b"; });
  world.run_turns(2);
  CHECK(order.empty());
  door.open(world.loop());
  door.post([&] { order += "c"; });
  CHECK(order.empty());
  world.run_until([&] { return order.size() == 3; });
  CHECK(order == "abc");
  door.close();
}

TEST_CASE("Behind a closed door work is dropped, whenever it came") {
  const auto watched = std::make_shared<int>(0);
  LoopDoor door;
  door.post([watched] { ++*watched; });
  CHECK(watched.use_count() == 2);
  door.close();
  CHECK(watched.use_count() == 1);
  door.post([watched] { ++*watched; });
  CHECK(watched.use_count() == 1);
  Loopback world;
  door.open(world.loop());
  door.post([watched] { ++*watched; });
  world.run_turns(2);
  CHECK(*watched == 0);
}

TEST_CASE("A loop may go while another thread posts to it") {
  auto world = std::make_unique<Loopback>();
  LoopDoor door(world->loop());
  int seen = 0;
  std::atomic<int> posted = 0;
  std::thread other([&] {
    for (; posted < 10'000; ++posted) door.post([&seen] { ++seen; });
  });
  world->run_until([&] { return seen > 0; });
  const int before = posted;
  door.close();
  world.reset();
  other.join();
  CHECK(seen > 0);
  CHECK(posted >= before);
}
