#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

// Coroutines of handlers: Task<R>, and Pending<R>, the end of something that was started.
//
// A compiler that must work (g++ 12.2) destroys some temporaries inside a co_await expression
// twice. So what is awaited here must have a name: `auto joined = server.rpc<...>(...); co_await
// joined;`. The other form does not compile.
namespace shaddock {

template <class T = void>
class Task;

namespace detail {

// Shared by Task<T> and Task<void>: who continues when the coroutine has ended.
struct TaskPromiseBase {
  std::suspend_always initial_suspend() noexcept { return {}; }
  // Ends suspended, so that the owner of the handle destroys it; whoever waits is told on the way.
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
      handle.promise().ended = true;
      if (handle.promise().continuation) {
        handle.promise().continuation.resume();
      } else if (handle.promise().on_end) {
        // Moved out first: the callback may destroy the coroutine.
        Function<void()> on_end = std::move(handle.promise().on_end);
        on_end();
      }
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }

  bool ended = false;
  std::coroutine_handle<> continuation;
  Function<void()> on_end;
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    result.emplace(T(std::forward<U>(value)));
  }
  void unhandled_exception() noexcept { result.emplace(current_error()); }
  std::optional<Result<T>> result;
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept { result.emplace(); }
  void unhandled_exception() noexcept { result.emplace(current_error()); }
  std::optional<Result<void>> result;
};

}  // namespace detail

// A coroutine that starts when it is awaited or run(). Destroying a Task that has not ended
// destroys the coroutine.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Starts the coroutine; on_end runs once, possibly before run() returns, and may destroy the
  // Task.
  void run(Function<void()> on_end) {
    handle_.promise().on_end = std::move(on_end);
    handle_.resume();
  }
  // After it has ended.
  Result<T> take_result() { return std::move(*handle_.promise().result); }

  // Returning bool from await_suspend keeps the stack flat when the awaited Task ends at once, at
  // any optimisation.
  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> continuation) {
      handle.resume();
      if (handle.promise().ended) return false;
      handle.promise().continuation = continuation;
      return true;
    }
    T await_resume() { return std::move(*handle.promise().result).unwrap(); }
  };
  Awaiter operator co_await() & noexcept { return Awaiter{handle_}; }
  void operator co_await() && = delete;  // give it a name, see above

 private:
  Handle handle_;
};

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> detail::TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

// The end of something that has been started already: a call to another server, a bind. Read it in
// one of two ways: `co_await` the named object (value or throw), or then(). Dropping it detaches:
// the work goes on unobserved. Used on one thread; ends at most once.
template <class T = void>
class Pending {
  struct State {
    std::optional<Result<T>> result;
    std::coroutine_handle<> waiter;
    Function<void(Result<T>)> then;
    bool ended = false;
  };

 public:
  // The other side: whoever does the work. Copies share the end; the first end() counts.
  class Source {
   public:
    Source() : state_(std::make_shared<State>()) {}
    Pending pending() const { return Pending(state_); }
    void end(Result<T> result) const {
      State& state = *state_;
      if (state.ended) return;
      state.ended = true;
      if (state.then) {
        Function<void(Result<T>)> then = std::move(state.then);
        then(std::move(result));
      } else {
        state.result.emplace(std::move(result));
        if (auto waiter = std::exchange(state.waiter, nullptr)) waiter.resume();
      }
    }

   private:
    std::shared_ptr<State> state_;
  };

  static Pending ended(Result<T> result) {
    Source source;
    source.end(std::move(result));
    return source.pending();
  }

  // Runs at the end, or now if it has ended.
  void then(Function<void(Result<T>)> callback) {
    if (state_->result) {
      callback(std::move(*state_->result));
    } else {
      state_->then = std::move(callback);
    }
  }

  // Lives in the frame of the coroutine that waits: when that is destroyed, nobody waits any more.
  class Awaiter {
   public:
    explicit Awaiter(State& state) noexcept : state_(state) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
      if (waiter_ && state_.waiter == waiter_) state_.waiter = nullptr;
    }
    bool await_ready() const noexcept { return state_.result.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept {
      state_.waiter = waiter_ = waiter;
    }
    T await_resume() { return std::move(*state_.result).unwrap(); }

   private:
    State& state_;
    std::coroutine_handle<> waiter_;
  };
  Awaiter operator co_await() & noexcept { return Awaiter{*state_}; }
  void operator co_await() && = delete;  // give it a name, see above

 private:
  explicit Pending(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace shaddock
