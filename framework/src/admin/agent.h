#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/log_forwarder.h"
#include "admin/registration.h"
#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "cluster/view.h"
#include "net/host.h"

namespace shaddock::admin {

struct AgentStats {
  std::uint64_t connections = 0;  // of clients
  std::uint64_t sessions = 0;
  std::uint64_t requests = 0;  // that its handlers were given
};

// What the master tells a server, through its agent.
class AgentEvents {
 public:
  // Never an older view than the one before.
  virtual void on_view(const cluster::View& view) = 0;
  // Told by the master, by SIGTERM or SIGINT, or because the master ended and held the lifeline.
  // May come more than once.
  virtual void on_stop() = 0;
  // A second signal: whoever sends it does not want to wait.
  virtual void on_stop_at_once() = 0;
  // The master knows another process as this server: this one has no right to run. Not once it
  // stops.
  virtual void on_refused(std::string_view why) = 0;
  virtual AgentStats stats() const = 0;
  // Of a frontend; a backend has nobody.
  virtual UsersMessage users(std::uint64_t /*most*/) const { return {}; }
  virtual std::size_t kick(std::string_view /*uid*/, std::string_view /*reason*/) { return 0; }

 protected:
  ~AgentEvents() = default;
};

// A server's side of the administration: finds the master, registers (the link has proved the
// secret), receives views, says when it is ready, forwards warnings, answers how it does, stops
// when it is told. When the master is gone it dials on and lives on, and registers again with the
// next one. Order of calls: constructor (adds remotes), start (needs the endpoint made with them),
// then the owner passes on what its Receiver hears of links.
class Agent {
 public:
  struct Settings {
    std::string master_id;
    net::Address master;
    // Of a server that was joined by hand: no file tells the master of it.
    std::optional<ServerInfo> joined{};
    net::Duration stop_limit{0};  // what the server may take to stop; 0: the master knows
  };

  Agent(net::Host& host, Logger log, Settings settings, cluster::Remotes& remotes,
        AgentEvents& events);
  ~Agent();

  // The server's own port is open by now: others link to it as soon as it has registered.
  void start(cluster::Endpoint& endpoint, cluster::RpcClient& rpc);
  void on_link_up(cluster::Link& link);
  void on_link_down(cluster::Link& link);

  // Clients may come.
  void report_ready();
  // For the log's sink: a formatted line. Lines below warn are ignored.
  void forward(LogLevel level, std::string_view line) { forwarder_.add(level, line); }

 private:
  void stop_server();
  void on_signal();
  void add_remotes(cluster::Remotes& remotes);
  bool is_master(const cluster::Link& link) const;
  void register_here(cluster::Link& link);
  void registered(const Result<std::string_view>& answer);
  template <class Message>
  void notify(std::string_view route, const Message& message);
  StatsMessage stats() const;

  net::Host& host_;
  Logger log_;
  Settings settings_;
  AgentEvents& events_;
  cluster::Endpoint* endpoint_ = nullptr;
  cluster::RpcClient* rpc_ = nullptr;
  net::TimePoint born_;
  std::uint64_t view_number_ = 0;
  bool ready_ = false, registered_ = false, signalled_ = false, stopping_ = false;
  LogForwarder forwarder_;
  // Answers may come after the agent has gone.
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
