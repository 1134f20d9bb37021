#include "server/dispatcher.h"

#include <utility>

namespace shaddock::server {

void Dispatcher::run(HandlerEntry* entry, HandlerExchange& exchange) noexcept {
  try {
    if (entry == nullptr) throw Error(code::kFailed, "no such route");
    exchange.schemas_ = entry->schemas;
    if (!filters_.empty()) filters_.before(exchange, exchange.passed_);
    entry->run(exchange);
  } catch (...) {
    exchange.fail(current_error());
  }
}

void Dispatcher::log_failure(const HandlerExchange& exchange, const Error& error) noexcept {
  try {
    log_.write("handler failed", error, exchange.route(), {"uid", exchange.session().uid()});
  } catch (const Error&) {
    log_.write("handler failed", error, exchange.route(), {"uid", "unreadable"});
  }
}

HandlerExchange::HandlerExchange(HandlerExchange& other)
    : dispatcher_(other.dispatcher_),
      keep_(other.dispatcher_.shared_from_this()),
      number_(other.number_),
      on_end_(std::move(other.on_end_)),
      passed_(std::exchange(other.passed_, 0)),
      ended_(std::exchange(other.ended_, true)),
      owned_route_(other.route_),
      owned_body_(other.body_),
      route_(owned_route_),
      body_(owned_body_),
      coding_(other.coding_),
      schemas_(other.schemas_) {
  if (!ended_) ++dispatcher_.in_hand_;
}

const Json& HandlerExchange::body() const {
  if (!json_)
    json_ = std::make_unique<Json>(dispatcher_.bodies_.read_or_empty(schemas_, coding_, body_));
  return *json_;
}

void HandlerExchange::read(const Type& type, void* message) {
  auto done = dispatcher_.bodies_.read(schemas_, coding_, body_, type, message);
  if (!done.ok()) dispatcher_.counters_.add(Count::refused_bodies);
  std::move(done).unwrap();
}

void HandlerExchange::answer(const Type& type, const void* value) {
  if (!end()) return;
  const Result<void> sent = send_answer(type, value);
  if (!sent.ok()) return end_with(sent.error());
  finish(code::kOk);
}

void HandlerExchange::fail(const Error& error) {
  if (end()) end_with(error);
}

void HandlerExchange::end_with(const Error& error) {
  dispatcher_.log_failure(*this, error);
  send_error(error);
  finish(error.code);
}

bool HandlerExchange::end() {
  if (std::exchange(ended_, true)) return false;
  if (keep_) --dispatcher_.in_hand_;
  return !dispatcher_.closed_;
}

void HandlerExchange::finish(int code) {
  if (passed_ != 0) dispatcher_.filters_.after(*this, passed_, code);
  if (on_end_) on_end_(code);
}

void HandlerExchange::fail_if_unanswered() {
  if (!ended_) fail(Error(code::kFailed, "the handler dropped its reply"));
}

}  // namespace shaddock::server
