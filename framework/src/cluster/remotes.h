#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>
#include <shaddock/function.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/link.h"

namespace shaddock::cluster {

// A call from another server that waits for its end. Answering twice is impossible (the second is
// ignored); dropping it unanswered answers with error 500. It may outlive link and endpoint: then
// the answer goes nowhere.
class IncomingCall {
 public:
  IncomingCall(Link& link, const Frame& frame);
  IncomingCall(IncomingCall&&) noexcept = default;
  IncomingCall& operator=(IncomingCall&&) = delete;
  ~IncomingCall();

  std::string_view body() const { return body_; }  // only while the receiver's call runs
  const Identity& caller() const { return link_.peer(); }
  std::uint64_t trace() const { return trace_; }
  net::Duration remaining() const {
    return remaining_;
  }  // of the deadline, when it arrived; 0 without one
  bool wants_answer() const { return call_ != 0; }

  void answer(const Type& type, const void* value);
  void answer();  // nothing to say
  void fail(const Error& error);
  // Told once how the call ends: nullptr, or the error. For who keeps a record.
  void on_end(Function<void(const Error*)> told);

 private:
  void tell(const Error* error);
  template <class Write>
  bool send(int status, Write write_body);

  LinkHandle link_;  // empty: moved from
  CallId call_;      // 0: no answer is wanted
  bool answered_ = false;
  std::uint64_t trace_;
  net::Duration remaining_;
  std::string_view body_;
  std::unique_ptr<Function<void(const Error*)>> told_;
};

// The remotes of a process: what other servers may call, by route. No client's byte ever leads
// here.
class Remotes {
 public:
  using Body = Function<void(IncomingCall)>;

  // Registration is over before links exist; the index is the route's code. A route that is there
  // already keeps its code and gets the new body.
  void add(std::string route, Body body);
  std::vector<std::string> routes() const { return routes_; }
  // What servers say to each other of themselves, not what an application has registered.
  bool is_of_framework(RouteCode code) const {
    return code < routes_.size() && routes_[code].starts_with("sys.");
  }
  // A code that was never given is answered with 500, a call whose time is over with 408. Bodies do
  // not throw.
  void dispatch(IncomingCall call, RouteCode code);

 private:
  std::vector<std::string> routes_;
  std::vector<Body> bodies_;
};

}  // namespace shaddock::cluster
