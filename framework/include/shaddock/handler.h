#pragma once

#include <shaddock/fields.h>
#include <shaddock/function.h>
#include <shaddock/session.h>
#include <shaddock/task.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// How user code becomes a handler or a remote: the shapes it may have, and what stands behind them.
//
//   R       f(S& session, const M& message)            answers when it returns
//   Task<R> f(S& session, const M& message)            a coroutine; session and message live until
//   it ends void    f(S& session, const M& message)            for notifies; a request is answered
//   with {} void    f(S& session, const M& message, Reply<R>)  answers later, from a callback; the
//   message lives until it
//                                                      returns, the session as long as the Reply
//
// S is FrontendSession on frontends and BackendSession on backends. M and R are structs with
// fields(), or Json. A remote has the same shapes without the session, and may do without the
// message as well.
namespace shaddock {

class Server;

namespace detail {

// Whoever waits for an answer. The first of answer() and fail() counts; destroying it unanswered
// fails it.
class Answering {
 public:
  virtual ~Answering() = default;
  virtual void answer(const Type& type, const void* value) = 0;
  virtual void fail(const Error& error) = 0;
};

}  // namespace detail

// The right to answer one request, once. Dropped unanswered it answers with error 500, so no client
// ever waits in vain.
template <class R>
class Reply {
 public:
  explicit Reply(std::shared_ptr<detail::Answering> to) : to_(std::move(to)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept = default;

  void operator()(const R& value) {
    if (auto to = std::move(to_)) to->answer(type_of<R>(), &value);
  }
  void fail(const Error& error) {
    if (auto to = std::move(to_)) to->fail(error);
  }

 private:
  std::shared_ptr<detail::Answering> to_;
};

// One message on its way through filters and handler. Lives until the handler has ended.
class Request {
 public:
  virtual ~Request() = default;
  virtual const Session& session() const = 0;
  virtual std::string_view route() const = 0;
  virtual bool is_notify() const = 0;
  // The same for before() and after() of one request, never used twice on a server.
  virtual std::uint64_t number() const = 0;
  // Decoded when it is first asked for; {} when what the client sent cannot be read.
  virtual const Json& body() const = 0;
};

// Code that runs around handlers. before() may throw Error to answer in the handler's place; then
// no later filter's before() runs. after() runs once for each before() that returned, in reverse
// order, when the answer is known.
class Filter {
 public:
  virtual ~Filter() = default;
  virtual void before(Request&) {}
  virtual void after(Request&, int /*code*/) {}
};

namespace detail {

// What a handler runs on. On the stack of the dispatcher until detach() makes one of its own.
class Exchange : public Request, public Answering {
 public:
  virtual FrontendSession& frontend_session() = 0;
  virtual BackendSession& backend_session() = 0;
  // Fills a fresh value; throws Error(400) naming the field.
  virtual void read(const Type& type, void* message) = 0;
  virtual std::unique_ptr<Exchange> detach() = 0;

  template <class S>
  S& session_as() {
    if constexpr (std::is_same_v<S, FrontendSession>)
      return frontend_session();
    else
      return backend_session();
  }
};

// What a remote runs on.
class RemoteExchange : public Answering {
 public:
  virtual void read(const Type& type, void* message) = 0;
};

template <class>
inline constexpr bool kIsTask = false;
template <class T>
inline constexpr bool kIsTask<Task<T>> = true;

template <class R>
struct AnswerOf : std::type_identity<R> {};
template <class R>
struct AnswerOf<Task<R>> : std::type_identity<R> {};

// Takes a handler's or remote's type apart.
template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...)> {
  template <template <class...> class To>
  using Apply = To<R, A...>;
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (C::*)(A...)> {};

template <class R>
void answer_with(Answering& to, const R& value) {
  to.answer(type_of<R>(), &value);
}
inline void answer_nothing(Answering& to) { answer_with(to, Nothing{}); }

// A coroutine that runs, with everything it refers to.
template <class Source, class Message, class R>
struct Running {
  Running(std::unique_ptr<Source> source, Message&& message)
      : source(std::move(source)), message(std::move(message)) {}

  template <class Start>
  static void start(std::unique_ptr<Running> running, Start&& start) {
    Running& self = *running;
    try {
      self.task.emplace(start(self));
    } catch (...) {
      self.source->fail(current_error());
      return;
    }
    self.task->run([own = std::move(running)] { own->end(); });
  }

  void end() {
    auto result = task->take_result();
    if (!result.ok()) {
      source->fail(result.error());
    } else if constexpr (std::is_void_v<R>) {
      answer_nothing(*source);
    } else {
      answer_with<R>(*source, *result);
    }
  }

  std::unique_ptr<Source> source;
  Message message;
  std::optional<Task<R>> task;
};

template <class Source, class Message>
Message read_message(Source& source) {
  Message message{};
  source.read(type_of<Message>(), &message);
  return message;
}

// The two shapes that answer on the spot.
template <class R, class Call>
void run_now(Answering& to, Call&& call) {
  if constexpr (std::is_void_v<R>) {
    call();
    answer_nothing(to);
  } else {
    answer_with<R>(to, call());
  }
}

// The shape with a Reply: what it throws is the answer, though the Reply is gone by then.
template <class Call>
void run_later(Answering& to, Call&& call) {
  try {
    call();
  } catch (...) {
    to.fail(current_error());
  }
}

template <class... Args>
struct HandlerShape {
  static_assert(
      sizeof...(Args) == 0,
      "a handler is R(S&, const M&), Task<R>(S&, const M&) or void(S&, const M&, Reply<R>)");
};

template <class R, class S, class M>
struct HandlerShape<R, S&, const M&> {
  using SessionType = S;
  template <class F>
  static void run(F& function, Exchange& exchange) {
    M message = read_message<Exchange, M>(exchange);
    if constexpr (kIsTask<R>) {
      using Record = Running<Exchange, M, typename AnswerOf<R>::type>;
      Record::start(std::make_unique<Record>(exchange.detach(), std::move(message)),
                    [&](Record& record) {
                      return function(record.source->template session_as<S>(), record.message);
                    });
    } else {
      run_now<R>(exchange, [&] { return function(exchange.session_as<S>(), message); });
    }
  }
};

template <class S, class M, class R>
struct HandlerShape<void, S&, const M&, Reply<R>> {
  using SessionType = S;
  template <class F>
  static void run(F& function, Exchange& exchange) {
    M message = read_message<Exchange, M>(exchange);
    const std::shared_ptr<Exchange> own = exchange.detach();
    run_later(*own, [&] { function(own->session_as<S>(), message, Reply<R>(own)); });
  }
};

// run() throws while the exchange is still the caller's, and takes it over where the answer comes
// later.
template <class... Args>
struct RemoteShape {
  static_assert(sizeof...(Args) == 0,
                "a remote is R(const A&), Task<R>(const A&), R() or void(const A&, Reply<R>)");
};

template <class R, class A>
struct RemoteShape<R, const A&> {
  using Argument = A;
  using Answer = typename AnswerOf<R>::type;
  template <class F>
  static void run(F& function, std::unique_ptr<RemoteExchange>& exchange) {
    A argument = read_message<RemoteExchange, A>(*exchange);
    if constexpr (kIsTask<R>) {
      using Record = Running<RemoteExchange, A, Answer>;
      Record::start(std::make_unique<Record>(std::move(exchange), std::move(argument)),
                    [&](Record& record) { return function(record.message); });
    } else {
      run_now<R>(*exchange, [&] { return function(argument); });
    }
  }
};

template <class R>
struct RemoteShape<R> : RemoteShape<R, const Nothing&> {
  template <class F>
  static void run(F& function, std::unique_ptr<RemoteExchange>& exchange) {
    auto without_argument = [&](const Nothing&) { return function(); };
    RemoteShape<R, const Nothing&>::run(without_argument, exchange);
  }
};

template <class A, class R>
struct RemoteShape<void, const A&, Reply<R>> {
  using Argument = A;
  using Answer = R;
  template <class F>
  static void run(F& function, std::unique_ptr<RemoteExchange>& exchange) {
    A argument = read_message<RemoteExchange, A>(*exchange);
    const std::shared_ptr<RemoteExchange> own = std::move(exchange);
    run_later(*own, [&] { function(argument, Reply<R>(own)); });
  }
};

template <class F>
using HandlerShapeOf = typename Signature<F>::template Apply<HandlerShape>;
template <class F>
using RemoteShapeOf = typename Signature<F>::template Apply<RemoteShape>;

// The identity of a member function, as a key: rpc<&ChatRemote::add> finds its route by it.
template <auto Method>
inline constexpr char kMethodKey = 0;

// What was registered; read-only once servers run, shared by all servers of a process.
struct HandlerMethod {
  std::string name;
  bool frontend;  // which kind of session it wants
  std::function<Function<void(Exchange&)>(void* object)> bind;
};
struct RemoteMethod {
  std::string name;
  const void* key = nullptr;  // detail::kMethodKey, for rpc<&Class::method>
  std::function<Function<void(std::unique_ptr<RemoteExchange>&)>(void* object)> bind;
};
template <class Method>
struct Service {  // a handler or a remote: one object per server, and its methods
  std::string name;
  std::function<std::shared_ptr<void>(Server&)> make;
  std::vector<Method> methods;
};
struct TypeDefinition {
  std::deque<Service<HandlerMethod>> handlers;  // builders point into them
  std::deque<Service<RemoteMethod>> remotes;
};

}  // namespace detail
}  // namespace shaddock
