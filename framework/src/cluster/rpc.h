#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>
#include <shaddock/function.h>

#include <memory>
#include <vector>

#include "cluster/link.h"

namespace shaddock::cluster {

struct RpcOptions {
  net::Duration limit{5000};
  std::uint64_t trace = 0;
};

// Calls remotes of other servers. Each call ends exactly once, never from inside call().
class RpcClient final : CallOwner {
 public:
  using Done = Function<void(Result<std::string_view>)>;  // the answer's msgpack; the view dies
                                                          // with the call

  explicit RpcClient(net::Loop& loop);
  ~RpcClient();  // what waits ends with 522

  // link may be nullptr: then it ends with 521. A full link ends it with 503, a route the peer
  // lacks with 500, an argument that is too large with 413.
  void call(Link* link, std::string_view route, const Type& type, const void* argument,
            const RpcOptions& options, Done done);
  // With an argument that is encoded already.
  void call(Link* link, std::string_view route, std::string_view argument,
            const RpcOptions& options, Done done);
  // Wants no answer; lost without a word when the link is not there, is full or the peer lacks the
  // route.
  void notify(Link* link, std::string_view route, const Type& type, const void* argument,
              std::uint64_t trace = 0);
  std::size_t pending() const { return pending_; }

 private:
  struct Waiting {
    Done done;
    LinkHandle link;
    CallId id = 0;
    int early_end = 0;  // ended before it was sent, with this code; told on a later turn
    std::uint32_t place;
    bool used = false;
  };
  struct Alive {
    RpcClient* client;
  };

  Waiting& add(Done done);
  template <class Write>
  void start(Link* link, std::string_view route, Write write_argument, const RpcOptions& options,
             Done done);
  template <class Write>
  void send(Waiting& waiting, Link& link, RouteCode code, Write write_argument,
            const RpcOptions& options);
  void end_later(Waiting& waiting, int status);
  void end_early();
  void finish(std::uint32_t place, Result<std::string_view> result);
  void on_call_end(CallTag tag, const CallEnd& end) noexcept override;

  net::Loop& loop_;
  std::vector<std::unique_ptr<Waiting>> waiting_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> early_;  // to be told on a later turn
  std::size_t pending_ = 0;
  std::shared_ptr<Alive> alive_;
};

}  // namespace shaddock::cluster
