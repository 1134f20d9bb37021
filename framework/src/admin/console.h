#pragma once

#include <shaddock/function.h>
#include <shaddock/json.h>
#include <shaddock/log.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/configuration.h"
#include "admin/exit_code.h"
#include "admin/folders.h"
#include "admin/messages.h"
#include "admin/moved_keys.h"
#include "admin/records.h"
#include "admin/stop_by_pid.h"
#include "admin/topology_messages.h"
#include "cluster/endpoint.h"
#include "cluster/rpc.h"

namespace shaddock::admin {

struct ConsoleSettings {
  using Print = std::function<void(std::string_view)>;  // a line

  Folders folders;
  std::string environment;
  Print print;
  Print complain;
  // What is printed is one JSON object: what was asked for, or {"ok":true, ...}, or
  // {"ok":false,"exit":2,"error":"..."}. What else there is to say is complained.
  bool json = false;
  // Which servers a command is about: those of the ids, those of the type; with neither, all.
  std::vector<std::string> ids;
  std::string type;
  bool rolling = false;            // restart
  std::uint64_t most = 100;        // users: rows
  std::string uid, reason;         // kick
  std::string user;                // who types, for the audit log
  std::vector<std::string> words;  // add: key=value
  // plan: the configuration as it is on disk, and what other lists mean for the keys of a sample.
  std::function<LoadedConfiguration()> load;
  std::function<std::vector<MovedKeys>(const cluster::View& before, const cluster::View& after)>
      moved;
  // Instead of the cluster's own: the file of an observer, and where the master is, since whoever
  // has such a file cannot read the records.
  std::string credential;
  std::string master_id;
  net::Address master;
};

// The commands that look at a running cluster or change it. They ask the master that the records
// name; when it is not there or does not answer, list, stop and kill go by the records alone. One
// command per object; its end is an exit code (exit_code.h): kConfiguration for an id or a type
// that nobody has, kRunsAlready and kNotReady for a start, else kOther.
class Console final : cluster::Receiver {
 public:
  using OnEnd = Function<void(int)>;

  Console(net::Host& host, Logger log, ConsoleSettings settings);
  ~Console();

  // kOther when nothing runs.
  void list(OnEnd on_end);
  // Servers of a running cluster that were stopped or have FAILED; ends when they are ready.
  void start(OnEnd on_end);
  // All of them: the master too. Ends when the processes are gone. kFine when nothing runs.
  void stop(OnEnd on_end);
  // Ends when they are ready again. `rolling`: one after the other, frontends last, up to the first
  // that does not come back.
  void restart(OnEnd on_end);
  // SIGKILL. The master starts them again, as after a crash.
  void kill(OnEnd on_end);
  // Calls back with what list shows, again and again; ends only when the master does not answer.
  void watch(net::Duration period, std::function<void(std::vector<RowMessage>)> show, OnEnd on_end);
  // Who is bound to sessions, on each frontend.
  void users(OnEnd on_end);
  // All sessions of a uid, on all frontends.
  void kick(OnEnd on_end);
  // What servers.json, as it is on disk, would change.
  void plan(OnEnd on_end);
  // The master writes an entry into servers.json, and it ends when that server is ready.
  void add(OnEnd on_end);
  // The reverse, and it ends when they are gone.
  void remove(OnEnd on_end);

  static constexpr net::Duration kConnectLimit{2000}, kAnswerLimit{15000}, kStopLimit{20000},
      kRestartLimit{120000};

 private:
  using Rows = std::vector<RowMessage>;
  using Answer = Result<std::string_view>;

  bool nothing_runs(int code);
  // Calls `with_master` when it has a link to it, or `without` when there is no master to talk to.
  void reach_master(Function<void()> with_master, Function<void()> without);
  void dial(cluster::Role role, const std::string& secret, const std::string& id,
            const net::Address& address);
  void unreachable();
  template <class Message>
  void ask(std::string_view verb, const Message& message, net::Duration limit,
           Function<void(const Answer&)> then);
  void ask_for_rows(bool stats, Function<void(Rows)> then);
  // The rows of the servers that the command is about. Refuses an id or a type that nobody has.
  void choose(Function<void(Rows)> then);
  void refused(const Answer& answer);

  void say(std::string_view text);
  void done(const std::string& text, Json::Object facts);
  void refuse(int code, const std::string& text);
  void end(int code);

  void look_again();
  void show_list(const Rows& rows);
  void list_records();
  void start_rows(const Rows& rows);
  void restart_at_once(const Rows& rows);
  void restart_next();
  void restart_one_ended(const std::string& id, const Answer& answer);
  void kill_rows(const Rows& rows);
  void kill_records();
  void show_users(const AllUsersMessage& all);
  void show_kicked(const AllKickedMessage& all);

  void show_plan(PlanMessage plan);
  void plan_by_records();
  void show_added(const std::string& id);

  void ask_to_stop();
  void be_patient(const Rows& rows);
  void send_stop(std::vector<std::string> ids);
  void stop_records();
  void note_order(std::string_view verb, const std::string& ids, std::string_view result);
  void wait_until_gone();
  void stopped(const std::vector<std::string>& left);
  bool wanted(const Record& record) const;
  bool lives(const Record& record) const;
  bool shares_process(const Record& record) const;

  void on_link_up(cluster::Link& link) override;
  void on_link_down(cluster::Link&) override {}
  void on_request(cluster::Link& link, const cluster::Frame& frame) override;
  void on_call(cluster::Link& link, const cluster::Frame& frame) override;
  void on_push(cluster::Link& link, const cluster::Frame& frame) override;
  void on_session_closed(cluster::Link& link, cluster::SessionId session) override;

  net::Host& host_;
  Logger log_;
  ConsoleSettings settings_;
  Records records_;
  OnEnd on_end_;

  std::vector<Record> living_;  // at the start of the command
  std::string master_id_;
  std::string said_;  // why there is no master to talk to
  Rows waiting_;      // rolling: those to come
  std::vector<std::string> ended_;
  net::TimePoint give_up_{};
  net::Duration more_time_{0};  // than usual, for a stop
  net::Timer connect_limit_, look_, next_watch_;
  net::Duration period_{};
  std::function<void(std::vector<RowMessage>)> show_;
  Function<void()> with_master_, without_;
  cluster::RpcClient rpc_;
  std::unique_ptr<cluster::Endpoint> endpoint_;
  std::unique_ptr<StopByPid> by_pid_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
