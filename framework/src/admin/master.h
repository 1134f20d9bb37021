#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/log.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admin/audit_log.h"
#include "admin/configuration.h"
#include "admin/exit_code.h"
#include "admin/folders.h"
#include "admin/hang_watch.h"
#include "admin/joined_servers.h"
#include "admin/messages.h"
#include "admin/output_files.h"
#include "admin/records.h"
#include "admin/registration.h"
#include "admin/registry.h"
#include "admin/servers_file.h"
#include "admin/stop_by_pid.h"
#include "admin/stop_sequence.h"
#include "admin/supervisor.h"
#include "admin/survivors.h"
#include "admin/topology_messages.h"
#include "admin/topology_plan.h"
#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "net/isolation.h"

namespace shaddock::admin {

struct MasterSettings {
  std::string id;
  net::Address address;
  std::string environment;
  Folders folders;
  std::vector<ServerInfo> servers;  // in the order of servers.json
  Fingerprints fingerprints;
  MasterEntry entry;
  // The configuration as it is now, but with that text in place of what servers.json says. Without
  // it the servers are what they are.
  std::function<LoadedConfiguration(const std::string& servers_text)> load;
  std::vector<std::string> servers_files;  // where servers.json may be: the first that is there
  std::string master_file;
  bool watch = true;        // servers.json, and apply what changes there
  std::string secret_file;  // the operator's; empty: a generated one in the run folder
  std::string build;
  net::Isolation isolation = net::Isolation::process;  // what the processes of its host are
  bool lifeline = false;        // servers end when this process ends, however it ends
  bool shows_warnings = false;  // of servers, in the terminal
  net::Duration ready_limit{10000};
  StopLimits stop_limits = {};
  net::Duration away_limit{10000};  // of those joined by hand
  net::Duration stray_limit = StopByPid::kGiveUp;
  // What makes this very program the process of one server.
  std::function<std::vector<std::string>(const std::string& id, std::uint64_t incarnation)>
      arguments;
  std::function<void(std::string_view)> print;  // a line, for whoever started the cluster
};

// The process that starts, watches, lists and stops all servers of one environment. Never on the
// path of a request: servers need it to find each other anew, not to talk.
//
//   start --> all spawned --> all ready: one line is printed --> restarts what ends or hangs
//     a server that ends before that, or 10 s: the rest is stopped, the reason shown
//     servers of a killed master live: they are taken over, only the others are spawned, and
//     nothing is stopped because one of them fails
//   servers.json changes --> new servers start, others are drained: master_topology.cpp
//   stop (signal, console) --> frontends, then backends --> on_end(exit code)
class Master final : cluster::Receiver, SupervisorEvents, StopActions {
 public:
  Master(net::Host& host, Logger log, MasterSettings settings);
  ~Master();

  // The code of an error is the exit code; then nothing was started. on_end comes once, on a later
  // turn, when all is stopped.
  Result<void> start(Function<void(int)> on_end);
  void stop();

  net::Address address() const { return endpoint_->address(); }

 private:
  struct Starting;
  struct Stopping;
  struct Topology;

  Result<void> claim();
  Result<void> open(const std::string& secret);
  void begin();
  void take_over(const Record& record);
  void end_strays(std::vector<Survivors::Stopped> strays);
  void strays_ended(const std::vector<std::string>& left);
  void wait_for_stray(const Record& stray);
  void stray_ended(const std::string& id);
  const Record* stray(const std::string& id) const;
  std::string why_stray(const std::string& id) const;
  void spawn_missing();
  void not_ready_in_time();
  std::string who_runs();
  Result<void> write_record(std::string note);

  void check_complete();
  void complete();
  void announce();
  std::string page() const;
  void fail(int code, const std::string& reason);
  std::string note_of(const std::string& id, const ServerEnd& end) const;
  void show_end(const std::string& id, const net::Exit& exit);
  void show_restart(const std::string& id, const ServerEnd& end, const RestartPolicy::Plan& plan);
  void finish();

  void add_remotes();
  void add_orders();
  template <class Message>
  void add_order(std::string_view route,
                 void (Master::*carry_out)(const Message&, cluster::IncomingCall));
  void register_server(const RegisterMessage& message, cluster::IncomingCall call);
  void server_ready(const cluster::Identity& caller);
  void show_log(const cluster::Identity& caller, const LogMessage& message);
  void list(const ListRequest& request, cluster::IncomingCall call);
  void start_servers(const StartMessage& message, cluster::IncomingCall call);
  std::string why_not_start(const std::string& id) const;
  void wait_until_ready(const std::vector<std::string>& ids, cluster::IncomingCall call);
  void end_late_starts();
  void start_is_ready(const std::string& id);
  void start_has_ended(const std::string& id, const ServerEnd& end);
  void stop_servers(const StopMessage& message, cluster::IncomingCall call);
  void stop_some(std::vector<StopTarget> targets, cluster::IncomingCall call);
  void forget_done_stops();
  StopTarget stop_target(const Registry::Member& member) const;
  std::string why_not_touch(const std::string& id) const;
  void start_again(const std::vector<std::string>& ids, cluster::IncomingCall call);
  void restart_servers(const ServersMessage& message, cluster::IncomingCall call);
  void kill_servers(const ServersMessage& message, cluster::IncomingCall call);
  std::vector<std::string> frontends() const;  // that have joined
  struct Wanted;
  void keep_applied(const std::string& text);
  void add_newcomers();
  void begin_topology();
  void end_topology();
  Result<ServersText> servers_text() const;
  Result<Wanted> wanted_from(ServersText file) const;
  TopologyPlan plan_of(const Configuration& configuration) const;
  void show_plan(const Nothing& nothing, cluster::IncomingCall call);
  void add_server(const EntryMessage& message, cluster::IncomingCall call);
  void remove_servers(const ServersMessage& message, cluster::IncomingCall call);
  void begin_change();
  void take_entries();
  Result<Wanted> accept_change();
  void apply(TopologyPlan plan);
  void start_and_await(const std::vector<std::string>& ids, Function<void()> next);
  void nobody_awaited();
  void take_out(const std::vector<std::string>& ids, Function<void()> next);
  void restart_changed();
  void end_change(const Error* problem);
  const ServerInfo* entry_of(const std::string& id) const;
  std::uint32_t fingerprint_of(const std::string& id) const;
  void list_users(const UsersRequest& request, cluster::IncomingCall call);
  void kick_user(const KickRequest& request, cluster::IncomingCall call);

  bool by_hand(const std::string& id) const;
  std::string why_not_let_in(const ServerInfo& server) const;
  void join_server(const JoinMessage& message, cluster::IncomingCall call);
  void let_in(const ServerInfo& server, int pid);
  Result<void> let_back_in(const RegisterMessage& message, const cluster::Identity& caller);
  void expect_joined();
  void leave(const cluster::Identity& caller);
  void joined_server_lost(cluster::Link& link);
  void joined_server_gone(const std::string& id, std::string_view why);
  void give_up_joined(const std::string& id);
  bool signal(const std::string& id, int number);

  RowMessage own_row() const;
  bool joined(const cluster::Link& link) const;
  void send_view(cluster::Link& link);
  void view_changed();

  void on_link_up(cluster::Link&) override {}
  void on_link_down(cluster::Link& link) override;
  void on_request(cluster::Link& link, const cluster::Frame& frame) override;
  void on_call(cluster::Link& link, const cluster::Frame& frame) override;
  void on_push(cluster::Link& link, const cluster::Frame& frame) override;
  void on_session_closed(cluster::Link& link, cluster::SessionId session) override;

  Result<net::Command> command_for(const std::string& id) override;
  void on_started(const std::string& id, const net::ProcessId& process) override;
  void on_ended(const std::string& id, const ServerEnd& end,
                std::optional<RestartPolicy::Plan> plan) override;
  void kill_hung(const std::string& id);

  void tell_by_signal(const std::string& id);
  void ask(const std::string& id) override;
  void terminate(const std::string& id) override;
  void kill(const std::string& id) override;

  net::Host& host_;
  Logger log_;
  MasterSettings settings_;
  AuditLog audit_;
  Records records_;
  std::unique_ptr<net::FileLock> lock_;
  std::uint64_t incarnation_ = 0, next_incarnation_ = 0, last_incarnation_ = 0;
  net::TimePoint born_;
  std::int64_t since_ = 0;
  OutputFiles outputs_;
  std::optional<Record> before_;   // of the master that was killed
  std::vector<Record> survivors_;  // of its servers

  std::optional<Registry> registry_;
  Supervisor supervisor_;
  HangWatch hang_watch_;
  JoinedServers joined_;
  HangWatch absent_;            // of these: who is not here
  std::vector<Record> strays_;  // servers that are stopped, or could not be
  std::unique_ptr<StopByPid> stop_strays_;
  cluster::Remotes remotes_;
  cluster::RpcClient rpc_;
  std::unique_ptr<cluster::Endpoint> endpoint_;

  std::size_t adopted_ = 0;
  bool adopting_ = false, complete_ = false, stopping_ = false, view_is_due_ = false;
  int end_code_ = exit_code::kFine;
  std::uint64_t view_sent_ = 0;
  net::Timer ready_limit_;
  std::vector<std::unique_ptr<Starting>> starts_;
  std::vector<std::unique_ptr<Stopping>> stops_;
  std::unique_ptr<Topology> topology_;
  Fingerprints in_force_;            // what the processes were started by
  std::set<std::string> signalled_;  // to stop, in place of asking
  Function<void(int)> on_end_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
