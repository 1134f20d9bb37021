#include <shaddock/function.h>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

using shaddock::Function;

TEST_CASE("A function may own what can only be moved") {
  auto owned = std::make_unique<int>(7);
  Function<int(int)> add = [owned = std::move(owned)](int more) { return *owned + more; };
  CHECK(add(1) == 8);
  Function<int(int)> moved = std::move(add);
  CHECK(moved(2) == 9);
  CHECK_FALSE(add);
}

TEST_CASE("A callable too large for the inside is kept outside and destroyed once") {
  auto alive = std::make_shared<int>(0);
  std::array<char, 200> large{};
  large[199] = 'x';
  {
    Function<char()> last = [alive, large] { return large[199]; };
    Function<char()> moved;
    moved = std::move(last);
    CHECK(moved() == 'x');
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("Assigning destroys what was held before, after the new one is safe") {
  auto alive = std::make_shared<int>(0);
  Function<int()> outer = [inner = Function<int()>([alive] { return 3; }), alive]() mutable {
    return inner();
  };
  CHECK(alive.use_count() == 3);

  struct Chain {
    std::unique_ptr<Function<int()>> next;
    int operator()() { return (*next)(); }
  };
  auto tail = std::make_unique<Function<int()>>([alive] { return 4; });
  Function<int()>& owned = *tail;
  Function<int()> chain = Chain{std::move(tail)};
  chain = std::move(owned);
  CHECK(chain() == 4);

  outer = nullptr;
  CHECK_FALSE(outer);
  CHECK(alive.use_count() == 2);
}

TEST_CASE("A function of void takes callables that answer something") {
  int calls = 0;
  Function<void()> call = [&calls] { return ++calls; };
  call();
  CHECK(calls == 1);
}

TEST_CASE("Arguments are passed without a copy, and members can be called") {
  Function<std::size_t(std::unique_ptr<std::string>)> length =
      [](std::unique_ptr<std::string> text) { return text->size(); };
  CHECK(length(std::make_unique<std::string>("four")) == 4);
  Function<std::size_t(const std::string&)> size = &std::string::size;
  CHECK(size("five5") == 5);
  Function<void(int&)> change = [](int& value) { value = 9; };
  int value = 0;
  change(value);
  CHECK(value == 9);
}
