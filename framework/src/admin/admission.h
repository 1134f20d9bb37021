#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/log.h>
#include <shaddock/server_info.h>

#include <cstdint>
#include <memory>
#include <string>

#include "cluster/endpoint.h"
#include "cluster/rpc.h"
#include "net/host.h"

namespace shaddock::admin {

struct AdmissionSettings {
  std::string master_id;
  net::Address master;
  std::string secret, user;  // of the cluster; who joins it, for the audit log
  ServerInfo server;
};

// Asks a master to let a server in that is in no servers.json. It comes as an operator does, by a
// link of its own: the server's own link needs the incarnation that is the answer. One request an
// object; `on_end` comes once, and not when the object is gone before. The code of an error is an
// exit code.
class Admission final : cluster::Receiver {
 public:
  using OnEnd = Function<void(Result<std::uint64_t>)>;

  Admission(net::Host& host, Logger log, AdmissionSettings settings);
  ~Admission();

  void start(OnEnd on_end);

  static constexpr net::Duration kConnectLimit{3000}, kAnswerLimit{5000};

 private:
  void ask(cluster::Link& link);
  void answered(const Result<std::string_view>& answer);
  void end(Result<std::uint64_t> result);

  void on_link_up(cluster::Link& link) override;
  void on_link_down(cluster::Link&) override {}
  void on_request(cluster::Link& link, const cluster::Frame& frame) override;
  void on_call(cluster::Link& link, const cluster::Frame& frame) override;
  void on_push(cluster::Link& link, const cluster::Frame& frame) override;
  void on_session_closed(cluster::Link& link, cluster::SessionId session) override;

  net::Host& host_;
  AdmissionSettings settings_;
  OnEnd on_end_;
  net::Timer connect_limit_;
  cluster::RpcClient rpc_;
  cluster::Endpoint endpoint_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
