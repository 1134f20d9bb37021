#pragma once

#include <shaddock/handler.h>
#include <shaddock/log.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/timer_wheel.h"
#include "server/body_codec.h"
#include "server/counters.h"
#include "server/failure_log.h"
#include "server/filter_chain.h"
#include "server/handler_table.h"

namespace shaddock::server {

class HandlerExchange;

// Runs handlers: filters around them, and the one place that catches what user code throws.
class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
 public:
  Dispatcher(net::TimerWheel& timers, HandlerTable& handlers, FilterChain& filters,
             const BodyCodec& bodies, Counters& counters, bool send_error_text, Logger log)
      : timers_(timers),
        handlers_(handlers),
        filters_(filters),
        bodies_(bodies),
        counters_(counters),
        send_error_text_(send_error_text),
        log_(std::move(log), timers) {}

  net::TimerWheel& timers() { return timers_; }
  HandlerTable& handlers() { return handlers_; }
  bool send_error_text() const { return send_error_text_; }
  std::uint64_t requests() const { return next_number_ - 1; }  // so far
  // Handlers that have returned and not ended: coroutines that wait, replies that are held.
  std::size_t in_hand() const { return in_hand_; }

  // The server is gone: what is answered from now on goes nowhere.
  void close() { closed_ = true; }

  // Ends the exchange, now or later. `entry` is nullptr for a route that does not exist.
  void run(HandlerEntry* entry, HandlerExchange& exchange) noexcept;

 private:
  friend class HandlerExchange;
  void log_failure(const HandlerExchange& exchange, const Error& error) noexcept;

  net::TimerWheel& timers_;
  HandlerTable& handlers_;
  FilterChain& filters_;
  const BodyCodec& bodies_;
  Counters& counters_;
  bool send_error_text_;
  FailureLog log_;
  std::uint64_t next_number_ = 1;
  std::size_t in_hand_ = 0;
  bool closed_ = false;
};

// What the two kinds of exchange have in common: one end, filters told of it, the body read on
// demand.
class HandlerExchange : public detail::Exchange {
 public:
  std::string_view route() const final { return route_; }
  std::uint64_t number() const final { return number_; }
  const Json& body() const final;
  void read(const Type& type, void* message) final;
  void answer(const Type& type, const void* value) final;
  void fail(const Error& error) final;
  // Runs after the answer with its code.
  void on_end(Function<void(int)> callback) { on_end_ = std::move(callback); }

 protected:
  HandlerExchange(Dispatcher& dispatcher, std::string_view route, std::string_view body,
                  cluster::BodyCoding coding)
      : dispatcher_(dispatcher),
        number_(dispatcher.next_number_++),
        route_(route),
        body_(body),
        coding_(coding) {}
  // Takes over what `other` has to end; route and body are copied.
  explicit HandlerExchange(HandlerExchange& other);
  // For destructors of derived classes.
  void fail_if_unanswered();

  // An error is sent in the answer's place: nothing of the answer may be left then.
  virtual Result<void> send_answer(const Type& type, const void* value) = 0;
  virtual void send_error(const Error& error) = 0;

  // In the coding of the answer.
  Result<void> write(const Type& type, const void* value, Buffer& out) const {
    return dispatcher_.bodies_.write(schemas_, coding_, type, value, out);
  }

  Dispatcher& dispatcher_;

 private:
  friend class Dispatcher;
  void end_with(const Error& error);
  bool end();  // false: it has ended, or nobody is there any more
  void finish(int code);

  std::shared_ptr<Dispatcher>
      keep_;  // of an exchange that lives on: a Reply may outlive the server

  std::uint64_t number_;
  Function<void(int)> on_end_;
  std::size_t passed_ = 0;  // filters whose after() is due
  bool ended_ = false;
  std::string owned_route_, owned_body_;
  std::string_view route_, body_;
  const cluster::BodyCoding coding_;
  BodySchemas schemas_;  // of its handler
  mutable std::unique_ptr<Json> json_;
};

}  // namespace shaddock::server
