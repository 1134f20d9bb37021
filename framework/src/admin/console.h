#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/folders.h"
#include "admin/records.h"
#include "admin/stop_by_pid.h"
#include "cluster/endpoint.h"
#include "cluster/rpc.h"

namespace shaddock::admin {

// The commands `list`, `start ID...` and `stop`. They ask the master that the records name; when it
// is not there or does not answer, list and stop go by the records alone. One command per object;
// its end is an exit code.
class Console final : cluster::Receiver {
 public:
  using Print = std::function<void(std::string_view)>;  // a line
  using OnEnd = Function<void(int)>;

  Console(net::Host& host, Logger log, const Folders& folders, std::string environment,
          Print print);
  ~Console();

  // 1 when nothing runs.
  void list(OnEnd on_end);
  // Servers of a running cluster that were stopped or have FAILED; ends when they are ready. 1 when
  // not all of them are.
  void start(std::vector<std::string> ids, OnEnd on_end);
  // Without ids everything, the master too; ends when the processes are gone. 0 when nothing runs.
  void stop(std::vector<std::string> ids, OnEnd on_end);

  static constexpr net::Duration kConnectLimit{2000}, kAnswerLimit{15000}, kStopLimit{20000};

 private:
  bool nothing_runs(int code);
  // Calls `with_link` with the master's link, or `without` when there is no master to talk to.
  void reach_master(Function<void(cluster::Link&)> with_link, Function<void()> without);
  void unreachable();
  void ask_for_list(cluster::Link& link);
  void list_records();
  void ask_to_start(cluster::Link& link);
  void ask_to_stop(cluster::Link& link);
  void stop_records();
  void wait_until_gone();
  void stopped(const std::vector<std::string>& left);
  bool wanted(const Record& record) const;
  bool lives(const Record& record) const;
  bool shares_process(const Record& record) const;
  void end(int code);

  void on_link_up(cluster::Link& link) override;
  void on_link_down(cluster::Link&) override {}
  void on_request(cluster::Link& link, const cluster::Frame& frame) override;
  void on_call(cluster::Link& link, const cluster::Frame& frame) override;
  void on_push(cluster::Link& link, const cluster::Frame& frame) override;
  void on_session_closed(cluster::Link& link, cluster::SessionId session) override;

  net::Host& host_;
  Logger log_;
  Records records_;
  std::string environment_;
  Print print_;
  OnEnd on_end_;

  std::vector<Record> living_;  // at the start of the command
  std::vector<std::string> ids_;
  net::TimePoint give_up_{};
  net::Timer connect_limit_, look_;
  Function<void(cluster::Link&)> with_link_;
  Function<void()> without_;
  cluster::RpcClient rpc_;
  std::unique_ptr<cluster::Endpoint> endpoint_;
  std::unique_ptr<StopByPid> by_pid_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
