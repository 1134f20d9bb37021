#pragma once

#include <shaddock/fields.h>
#include <shaddock/function.h>
#include <shaddock/result.h>

#include "cluster/link.h"

namespace shaddock::cluster {

struct RpcOptions {
  net::Duration limit{5000};
  std::uint64_t trace = 0;
};

// Calls remotes of other servers. Each call ends exactly once, never from inside call().
class RpcClient final : CallOwner {
 public:
  using Done = Function<void(Result<std::string_view>)>;  // the answer's msgpack; the view dies with the call

  explicit RpcClient(net::Loop& loop);
  ~RpcClient();

  // link may be nullptr: then it ends with 521. A full link ends it with 503, a route the peer lacks with 500.
  void call(Link* link, std::string_view route, const Type& type, const void* argument, const RpcOptions& options,
            Done done);
  // Wants no answer; lost without a word when the link is not there.
  void notify(Link* link, std::string_view route, const Type& type, const void* argument, std::uint64_t trace = 0);
};

}  // namespace shaddock::cluster
