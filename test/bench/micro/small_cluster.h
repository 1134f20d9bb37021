#pragma once

#include <shaddock/application.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "net/uv_host.h"
#include "server/running_server.h"

namespace shaddock::micro {

// A connector and a backend, complete and with real sockets between them and their clients, on one
// loop in a thread of their own: what production runs in two processes.
class SmallCluster {
 public:
  using Describe = std::function<void(ServerType connector, ServerType backend)>;
  using Configure = std::function<void(Settings&)>;  // of both
  // `on_thread` runs there before anything else.
  SmallCluster(const Describe& describe, Configure configure, std::function<void()> on_thread);
  ~SmallCluster();

  int client_port() const { return client_port_; }

 private:
  struct House;
  void live(const std::function<void()>& on_thread, std::promise<int> port);

  const Configure configure_;
  detail::Definition definition_;
  net::UvHost uv_;
  int client_port_ = 0;
  std::thread thread_;
};

}  // namespace shaddock::micro
