#include <shaddock/task.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace shaddock;

namespace {

template <class T>
concept AwaitableAsTemporary = requires(T&& value) {
  std::move(value).operator co_await();
};
template <class T>
concept AwaitableByName = requires(T& value) {
  value.operator co_await();
};

static_assert(AwaitableByName<Task<int>> && !AwaitableAsTemporary<Task<int>>);
static_assert(AwaitableByName<Task<>> && !AwaitableAsTemporary<Task<>>);
static_assert(AwaitableByName<Pending<int>> && !AwaitableAsTemporary<Pending<int>>);
static_assert(AwaitableByName<Pending<>> && !AwaitableAsTemporary<Pending<>>);

// Runs a Task and keeps its result.
template <class T>
struct Run {
  explicit Run(Task<T> task) : task(std::move(task)) {
    this->task.run([this] {
      ++ends;
      result.emplace(this->task.take_result());
    });
  }
  Task<T> task;
  int ends = 0;
  std::optional<Result<T>> result;
};

// Counts the lives of what a coroutine holds: made as often as destroyed, or the compiler is wrong.
struct Lives {
  explicit Lives(int& count) : count(&count) { ++*this->count; }
  Lives(const Lives& other) : count(other.count) { ++*count; }
  ~Lives() { --*count; }
  int* count;
};

Task<int> add(Pending<int> a, Pending<int> b) {
  const int first = co_await a;
  co_return first + co_await b;
}
Task<std::string> text(int value) { co_return std::to_string(value); }
Task<std::string> nested(Pending<int> value) {
  auto sum = add(Pending<int>::ended(1), std::move(value));
  const int result = co_await sum;
  auto as_text = text(result);
  co_return co_await as_text;
}
Task<> fails(Pending<> until) {
  co_await until;
  throw Error(409, "taken", {{"uid", "amy"}});
}
Task<int> passes_on(Pending<> until) {
  auto inner = fails(std::move(until));
  co_await inner;
  co_return 1;
}
Task<int> catches(Pending<> until) {
  auto inner = passes_on(std::move(until));
  try {
    co_return co_await inner;
  } catch (const Error& error) {
    co_return error.code;
  }
}
Task<int> one() { co_return 1; }
Task<int> count_to(int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    auto next = one();
    sum += co_await next;
  }
  co_return sum;
}
Task<int> count_ended(int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    auto next = Pending<int>::ended(1);
    sum += co_await next;
  }
  co_return sum;
}

}  // namespace

TEST_CASE("a Task waits for named Pendings, whether they have ended before or end later") {
  Pending<int>::Source source;
  Run<int> run(add(Pending<int>::ended(3), source.pending()));
  CHECK(run.ends == 0);
  source.end(4);
  REQUIRE(run.ends == 1);
  CHECK(**run.result == 7);
}

TEST_CASE("Tasks await Tasks, that end at once or later") {
  Pending<int>::Source source;
  Run<std::string> run(nested(source.pending()));
  CHECK(run.ends == 0);
  source.end(41);
  REQUIRE(run.ends == 1);
  CHECK(**run.result == "42");
}

TEST_CASE("an Error travels through several Tasks with code, text and body") {
  Pending<>::Source source;
  Run<int> through(passes_on(source.pending()));
  Run<int> caught(catches(Pending<>::ended(Error(521, "no server"))));
  REQUIRE(caught.ends == 1);
  CHECK(**caught.result == 521);
  source.end({});
  REQUIRE(through.ends == 1);
  REQUIRE(!through.result->ok());
  CHECK(through.result->error().code == 409);
  CHECK(through.result->error().text == "taken");
  CHECK(through.result->error().body.find("uid")->as_string() == "amy");
  CHECK(!through.result->error().unexpected);
}

TEST_CASE("another exception becomes an unexpected Error 500") {
  const auto body = []() -> Task<> {
    throw std::runtime_error("defect");
    co_return;
  };
  Run<void> run(body());
  REQUIRE(run.ends == 1);
  CHECK(run.result->error().code == 500);
  CHECK(run.result->error().text == "defect");
  CHECK(run.result->error().unexpected);
}

TEST_CASE("a hundred thousand waits that end at once need no more stack than one") {
  Run<int> tasks(count_to(100'000));
  REQUIRE(tasks.ends == 1);
  CHECK(**tasks.result == 100'000);
  Run<int> pendings(count_ended(100'000));
  REQUIRE(pendings.ends == 1);
  CHECK(**pendings.result == 100'000);
}

TEST_CASE("waits that end one by one need no more stack either") {
  std::optional<Pending<>::Source> source;
  const auto body = [&source]() -> Task<int> {
    for (int i = 0; i < 100'000; ++i) {
      const auto inner = [&source]() -> Task<> {
        source.emplace();
        auto pending = source->pending();
        co_await pending;
      };
      auto waiting = inner();
      co_await waiting;
    }
    co_return 7;
  };
  Run<int> run(body());
  while (run.ends == 0) {
    const Pending<>::Source now = *source;
    now.end({});
  }
  CHECK(**run.result == 7);
}

TEST_CASE(
    "a Task that never began, or still waits, can be destroyed: what it waits for ends alone") {
  int lives = 0;
  const auto inner = [](Lives, Pending<> until) -> Task<> { co_await until; };
  const auto outer = [&inner](Lives mine, Pending<> until) -> Task<> {
    auto waiting = inner(mine, std::move(until));
    co_await waiting;
  };
  Pending<>::Source source;
  {
    auto never = outer(Lives(lives), source.pending());
    CHECK(lives == 1);
  }
  CHECK(lives == 0);
  {
    Run<void> run(outer(Lives(lives), source.pending()));
    CHECK(run.ends == 0);
    CHECK(lives == 2);
  }
  CHECK(lives == 0);
  source.end({});
}

TEST_CASE("assigning to a Task destroys the one it held") {
  int lives = 0;
  const auto body = [](Lives, Pending<> until) -> Task<> { co_await until; };
  Pending<>::Source source;
  auto task = body(Lives(lives), source.pending());
  task.run([] {});
  task = body(Lives(lives), source.pending());
  CHECK(lives == 1);
  source.end({});
}

TEST_CASE("who ran a Task may destroy it when it ends") {
  int lives = 0;
  const auto body = [](Lives, Pending<> until) -> Task<> { co_await until; };
  Pending<>::Source source;
  auto own = std::make_unique<Task<>>(body(Lives(lives), source.pending()));
  Task<>& task = *own;
  task.run([&own] { own.reset(); });
  source.end({});
  CHECK(own == nullptr);
  CHECK(lives == 0);
}

TEST_CASE(
    "a capturing lambda that is held by name may be a coroutine, and an aggregate an argument") {
  struct Aggregate {
    std::string text;
    Lives lives;
  };
  int lives = 0;
  {
    const std::string word(100, 'x');
    const auto read = [word, keep = Lives(lives)](Aggregate given) -> Task<std::string> {
      auto ended = Pending<>::ended({});
      co_await ended;
      co_return word + given.text;
    };
    const auto body = [&]() -> Task<std::string> {
      auto reading = read(Aggregate{"y", Lives(lives)});
      co_return co_await reading;
    };
    Run<std::string> run(body());
    REQUIRE(run.ends == 1);
    CHECK(**run.result == word + "y");
  }
  CHECK(lives == 0);
}

TEST_CASE("then() hears the end, before or after it came") {
  Pending<int>::Source source;
  std::vector<int> heard;
  source.pending().then([&](Result<int> result) { heard.push_back(*result); });
  CHECK(heard.empty());
  source.end(5);
  Pending<int>::ended(6).then([&](Result<int> result) { heard.push_back(*result); });
  Pending<int>::ended(Error(500, "")).then([&](Result<int> result) {
    heard.push_back(result.ok());
  });
  CHECK(heard == std::vector<int>{5, 6, 0});
}

TEST_CASE("only the first end counts") {
  Pending<int>::Source source;
  int heard = 0;
  source.pending().then([&](Result<int> result) { heard += *result; });
  source.end(1);
  source.end(2);
  CHECK(heard == 1);
}

TEST_CASE("a Pending that is dropped detaches: its end goes nowhere") {
  Pending<int>::Source source;
  { auto dropped = source.pending(); }
  source.end(1);
  int heard = 0;
  source.pending().then([&](Result<int> result) { heard = *result; });
  CHECK(heard == 1);
}

TEST_CASE("two that started run in parallel and may be awaited in any order") {
  Pending<int>::Source first, second;
  const auto body = [](Pending<int> a, Pending<int> b) -> Task<int> {
    const int late = co_await b;
    co_return late * 10 + co_await a;
  };
  Run<int> run(body(first.pending(), second.pending()));
  first.end(1);
  CHECK(run.ends == 0);
  second.end(2);
  REQUIRE(run.ends == 1);
  CHECK(**run.result == 21);
}
