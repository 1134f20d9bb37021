#include "net/uv_loop.h"

#include <doctest/doctest.h>

#include <thread>

#include "net/loopback.h"

using namespace shaddock::net;
using shaddock::Function;

TEST_CASE("Work posted by another thread runs on the loop's, in order") {
  Loopback world;
  std::vector<int> ran;
  std::thread::id where;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      world.loop().post([&, i] {
        ran.push_back(i);
        where = std::this_thread::get_id();
      });
    }
  });
  world.run_until([&] { return ran.size() == 1000; });
  other.join();
  CHECK(std::is_sorted(ran.begin(), ran.end()));
  CHECK(where == std::this_thread::get_id());
}

TEST_CASE("Posted work that posts again runs on a later turn") {
  Loopback world;
  std::vector<int> order;
  world.loop().post([&] {
    world.loop().post([&] { order.push_back(2); });
    world.loop().defer([&] { order.push_back(1); });
    order.push_back(0);
  });
  world.run_until([&] { return order.size() == 3; });
  CHECK(order == std::vector{0, 1, 2});
}

TEST_CASE("Deferred work may defer more, and may own what only moves") {
  Loopback world;
  int sum = 0;
  world.loop().post([&] {
    world.loop().defer([&, owned = std::make_unique<int>(40)] {
      sum += *owned;
      world.loop().defer([&] {
        sum += 2;
        world.loop().stop();
      });
    });
  });
  world.loop().run();
  CHECK(sum == 42);
}

TEST_CASE("A timer is not late only because nothing else happens, nor early") {
  Loopback world;
  const TimePoint before = world.loop().now();
  TimePoint ran{};
  Timer timer(world.loop().timers(), [&] {
    ran = world.loop().now();
    world.loop().stop();
  });
  timer.start(Duration(30));
  world.loop().run();
  CHECK(ran >= before + Duration(30));
}

TEST_CASE("Timers that are stopped leave the loop waiting for the others") {
  Loopback world;
  int runs = 0;
  Timer never(world.loop().timers(), [&] { runs += 100; });
  Timer first(world.loop().timers(), [&] {
    ++runs;
    never.stop();
  });
  Timer second(world.loop().timers(), [&] {
    ++runs;
    world.loop().stop();
  });
  first.start(Duration(2));
  never.start(Duration(4));
  second.start(Duration(8));
  world.loop().run();
  CHECK(runs == 2);
}

TEST_CASE("What is scheduled while flushing is flushed in a later phase, without waiting") {
  UvLoop loop;
  struct Again final : Flushable {
    explicit Again(UvLoop& loop) : loop(loop) {}
    void flush() noexcept override {
      if (++flushes == 1000) return loop.stop();
      loop.schedule(*this);
    }
    UvLoop& loop;
    int flushes = 0;
  } again(loop);
  loop.schedule(again);
  loop.run();
  CHECK(again.flushes == 1000);
}

TEST_CASE("Something that is scheduled may be destroyed by what is flushed before it") {
  UvLoop loop;
  struct Item final : Flushable {
    explicit Item(Function<void()> work) : work(std::move(work)) {}
    void flush() noexcept override { work(); }
    Function<void()> work;
  };
  int flushed = 0;
  std::unique_ptr<Item> second;
  Item first([&] {
    ++flushed;
    second.reset();
    loop.stop();
  });
  second = std::make_unique<Item>([&] { ++flushed; });
  loop.schedule(first);
  loop.schedule(*second);
  loop.run();
  CHECK(flushed == 1);
}

TEST_CASE("A loop that stays awake turns while nothing happens, and can still be stopped") {
  UvLoop loop;
  loop.stay_awake();
  struct Turns {
    uv_check_t check;
    UvLoop& loop;
    int count = 0;
  } turns{{}, loop};
  uv_check_init(loop.raw(), &turns.check);
  turns.check.data = &turns;
  uv_check_start(&turns.check, [](uv_check_t* check) {
    Turns& counted = *static_cast<Turns*>(check->data);
    if (++counted.count == 100) counted.loop.stop();
  });
  loop.run();
  CHECK(turns.count == 100);
  uv_close(reinterpret_cast<uv_handle_t*>(&turns.check), nullptr);
}

TEST_CASE("Work that is still waiting when the loop is destroyed is dropped, with what it owns") {
  auto owned = std::make_shared<int>(1);
  {
    Loopback world;
    world.loop().post([owned] { FAIL("must not run"); });
    world.loop().defer([owned] { FAIL("must not run"); });
  }
  CHECK(owned.use_count() == 1);
}

TEST_CASE("a turn is as long as what runs in it, also when a timer does") {
  Loopback world;
  const auto work_for = [&](Duration time) {
    const TimePoint since = world.loop().clock();
    while (world.loop().clock() - since < time) {
    }
  };
  for (const bool by_timer : {false, true}) {
    CAPTURE(by_timer);
    std::uint64_t turn = 0;
    Duration last{0};
    const auto note = [&] {
      if (world.loop().turns().number() <= turn || last.count() != 0) return;
      last = world.loop().turns().last();
    };
    const auto work = [&] {
      turn = world.loop().turns().number();
      CHECK(world.loop().turns().began() <= world.loop().now());
      work_for(Duration(20));
      world.loop().post([&] { note(); });
    };
    shaddock::net::Timer timer(world.loop().timers(), work);
    if (by_timer)
      timer.start(Duration(1));
    else
      world.loop().post(work);
    world.run_until([&] { return last.count() != 0; });
    CHECK(last >= Duration(19));  // the clock is read in whole milliseconds
  }
}
