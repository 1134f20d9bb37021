#pragma once

#include <shaddock/json.h>

#include <cassert>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace shaddock {

// What a request can end with besides success. `code` is what the client sees; the whole table,
// with the class of each code (did the handler run or not), is the one place below. `text` is for
// the log and leaves the process only where the settings say so. `body` is an object whose members
// are merged into the answer: {"code":code, ...body}.
class Error : public std::exception {
 public:
  Error(int code, std::string text, Json body = nullptr)
      : code(code), text(std::move(text)), body(std::move(body)) {}

  const char* what() const noexcept override { return text.c_str(); }

  int code;
  std::string text;
  Json body;
  bool unexpected = false;  // it stands for an exception that was no Error: most likely a defect
};

// What is being thrown right now, as an Error; what is not an Error becomes code 500 with its text.
Error current_error() noexcept;

// The codes of the framework. 500 is Pomelo's answer to every failure it knows; the others are
// given where Pomelo would hang or guess. "Not run" means the handler provably did not start, so
// the caller may safely try again; "unknown" means that it may have run once.
namespace code {
inline constexpr int kOk = 200;
inline constexpr int kBadMessage = 400;  // not run: wrong JSON, a missing or mistyped field
inline constexpr int kExpired = 408;  // not run: the deadline passed before the handler was started
inline constexpr int kTaken = 409;    // ran: single login leaves the uid to another session
inline constexpr int kTooLarge = 413;  // not run
inline constexpr int kTooMany = 429;   // not run: over the limit of the session
inline constexpr int kFailed = 500;    // ran: handler threw; or Pomelo's answer to an unknown route
inline constexpr int kShed = 503;      // not run: a queue is full, or the server too busy
inline constexpr int kTimeout = 504;   // unknown: no answer before the deadline
inline constexpr int kNoServer = 521;  // not run: no live server of a known type
inline constexpr int kServerLost = 522;   // unknown: the server was lost after the call left
inline constexpr int kDraining = 523;     // not run: the server is about to stop
inline constexpr int kCircuitOpen = 524;  // not run
}  // namespace code

// A value or the Error that took its place. Floors that meet a peer's bytes return this instead of
// throwing.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // Precondition: ok().
  T& value() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Precondition: !ok().
  const Error& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  Error&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

  // The value, or the error thrown: for code at the rim, where handlers live.
  T unwrap() && {
    if (!ok()) throw std::move(*std::get_if<1>(&state_));
    return std::move(*std::get_if<0>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }

  // Precondition: !ok().
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

  void unwrap() && {
    if (error_) throw std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace shaddock
