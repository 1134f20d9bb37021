#pragma once

#include <shaddock/handler.h>
#include <shaddock/server.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/remotes.h"
#include "net/loop.h"
#include "server/counters.h"
#include "server/failure_log.h"
#include "server/overload.h"

namespace shaddock::server {

// What other servers may call on one server: one object per remote, its methods by route.
class RemoteTable {
 public:
  using Done = Function<void(Result<std::string_view>)>;

  // Makes the remote objects. Throws what a constructor throws; Error when a route is registered
  // twice. So many calls of this server to itself may wait to be begun.
  RemoteTable(const detail::TypeDefinition& definition, Server& server, net::Loop& loop,
              std::size_t most_calls, Logger log);

  ~RemoteTable();  // calls from this very server that were not begun end

  // All of them must outlive the links.
  void add_to(cluster::Remotes& remotes, Overload& overload, Counters& counters);

  // Calls that have come and not ended.
  std::size_t in_hand() const { return *in_hand_; }

  // A call from this very server: through the same encoding, never answered from inside.
  void call(std::string_view route, std::string argument, net::Duration limit, Done done);

 private:
  void begin_call();

  using Run = Function<void(std::unique_ptr<detail::RemoteExchange>&)>;
  static void run(Run& run, std::unique_ptr<detail::RemoteExchange> exchange) noexcept;

  net::Loop& loop_;
  const std::size_t most_calls_;
  FailureLog failures_;
  std::shared_ptr<std::size_t> in_hand_ = std::make_shared<std::size_t>(0);
  std::vector<std::shared_ptr<void>> objects_;
  std::map<std::string, Run, std::less<>> by_route_;
  std::deque<std::pair<std::string, std::unique_ptr<detail::RemoteExchange>>>
      calls_;  // of this very server, to be begun
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::server
