#include "bench/micro/small_cluster.h"

#include <utility>

#include "base/log_sink.h"

namespace shaddock::micro {

struct SmallCluster::House final : server::ServerEvents {
  House(SmallCluster& cluster, ServerInfo self, std::function<void()> on_ready)
      : log(std::make_shared<MemoryLog>(self.id, LogLevel::warn)),
        ready(std::move(on_ready)),
        info(std::move(self)),
        server(cluster.uv_.host(), Logger(log, "server"),
               {info, settings(cluster.configure_), cluster.definition_, "secret", nullptr},
               *this) {
    server.start().unwrap();
  }
  static Settings settings(const Configure& configure) {
    Settings made;
    made.connector.limits.messages_per_second = 0;
    made.route("backend", Router(by_room));
    if (configure) configure(made);
    return made;
  }
  // The room is a setting of the session, where it has one.
  static const ServerInfo& by_room(const Session& session, const ServerList& servers) {
    const Json* room = session.find("room");
    return room != nullptr ? dispatch(*room, servers) : servers.front();
  }

  void on_ready() override { ready(); }
  void on_fatal(const Error& error) override { throw error; }
  void on_other_link_up(cluster::Link&) override {}
  void on_other_link_down(cluster::Link&) override {}

  std::shared_ptr<MemoryLog> log;
  std::function<void()> ready;
  ServerInfo info;
  server::RunningServer server;
};

namespace {

ServerInfo entry(std::string type, bool frontend, std::uint64_t incarnation) {
  ServerInfo info;
  info.id = type + "-server-1";
  info.type = std::move(type);
  info.frontend = frontend;
  info.host = "127.0.0.1";
  info.incarnation = incarnation;
  info.state = ServerInfo::State::up;
  return info;
}

}  // namespace

SmallCluster::SmallCluster(const Describe& describe, Configure configure,
                           std::function<void()> on_thread)
    : configure_(std::move(configure)) {
  describe(ServerType(definition_.types["connector"]), ServerType(definition_.types["backend"]));
  std::promise<int> port;
  auto opened = port.get_future();
  thread_ = std::thread([this, &on_thread, &port] { live(on_thread, std::move(port)); });
  client_port_ = opened.get();
}

SmallCluster::~SmallCluster() {
  uv_.host().loop.post([this] { uv_.host().loop.stop(); });
  thread_.join();
}

void SmallCluster::live(const std::function<void()>& on_thread, std::promise<int> port) {
  on_thread();
  net::Host& host = uv_.host();
  House backend(*this, entry("backend", false, 1), [] {});
  House connector(*this, entry("connector", true, 2),
                  [&] { port.set_value(connector.server.client_address().port); });
  backend.server.endpoint().listen({"127.0.0.1", 0}).unwrap();
  backend.info.port = backend.server.endpoint().address().port;
  for (House* house : {&backend, &connector})
    house->server.apply_view({1, {backend.info, connector.info}});
  host.loop.run();
}

}  // namespace shaddock::micro
