#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>
#include <shaddock/function.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/link.h"

namespace shaddock::cluster {

// A call from another server that waits for its end. Answering twice is impossible (the second is ignored);
// dropping it unanswered answers with error 500. It may outlive the link: then the answer goes nowhere.
class IncomingCall {
 public:
  IncomingCall(Endpoint& endpoint, Link& link, const Frame& frame);  // endpoint finds the link again later
  IncomingCall(IncomingCall&&) noexcept;
  IncomingCall& operator=(IncomingCall&&) = delete;
  ~IncomingCall();

  std::string_view body() const;  // only while the receiver's call runs
  const Identity& caller() const;
  std::uint64_t trace() const;
  net::Duration remaining() const;  // of the deadline, when it arrived

  void answer(const Type& type, const void* value);
  void answer();  // nothing to say
  void fail(const Error& error);
};

// The remotes of a process: what other servers may call, by route. No client's byte ever leads here.
class Remotes {
 public:
  using Body = Function<void(IncomingCall)>;

  // Registration is over before links exist; the index is the route's code.
  void add(std::string route, Body body);
  std::vector<std::string> routes() const;
  void dispatch(IncomingCall call, RouteCode code);
};

}  // namespace shaddock::cluster
