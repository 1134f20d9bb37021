#pragma once

#include <shaddock/application.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log_sink.h"
#include "bench/micro/hand_network.h"
#include "server/running_server.h"

namespace shaddock::micro {

// Servers of one application on one loop, complete but for the system: the benchmark carries their
// bytes.
class HandCluster {
 public:
  using Configure = std::function<void(Settings&)>;

  // A backend and so many connectors.
  HandCluster(const std::function<void(ServerType connector, ServerType backend)>& describe,
              const Configure& configure = {}, int connectors = 1);
  ~HandCluster();

  server::RunningServer& backend() { return houses_.front().server; }
  server::RunningServer& connector(std::size_t number = 0) { return houses_[1 + number].server; }
  const std::vector<ServerInfo>& entries() const { return entries_; }
  // The connection to the backend.
  HandNetwork::Cable cable(std::size_t connector = 0) { return hand_.network().cables[connector]; }
  HandHost& hand() { return hand_; }

  // A client that has shaken hands: the connector's end of its connection.
  HandStream& join(std::size_t connector = 0);
  // The bytes of the answers.
  std::string ask(HandStream& client, std::string_view route, std::string_view body);
  // Takes away what was written to the clients: to each of them at least so many bytes.
  void take_from(const std::vector<HandStream*>& clients, std::size_t least);

 private:
  struct House final : server::ServerEvents {
    House(net::Host& host, const detail::Definition& definition, ServerInfo info,
          const Settings& settings)
        : info(info),
          server(host, Logger(log, "server"), {std::move(info), settings, definition, "secret"},
                 *this) {
      server.start().unwrap();
    }
    void on_ready() override {}
    void on_fatal(const Error& error) override { throw error; }
    void on_other_link_up(cluster::Link&) override {}
    void on_other_link_down(cluster::Link&) override {}

    std::shared_ptr<LogSink> log = std::make_shared<MemoryLog>("bench", LogLevel::warn);
    ServerInfo info;
    server::RunningServer server;
  };

  detail::Definition definition_;
  std::vector<ServerInfo> entries_;
  HandHost hand_;
  std::deque<House> houses_;
  std::string taken_;
};

}  // namespace shaddock::micro
