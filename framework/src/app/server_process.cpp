#include "app/server_process.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "admin/agent.h"
#include "admin/exit_code.h"
#include "app/connection_limit.h"
#include "app/ending.h"
#include "app/server_settings.h"
#include "app/user_list.h"
#include "base/log_sink.h"
#include "net/descriptor_limit.h"
#include "server/client_port.h"

namespace shaddock::app {

namespace {

int exit_code_of(const Error& error) {
  if (error.code == net::Network::kPortTaken) return admin::exit_code::kPortTaken;
  if (error.code == server::ClientPort::kWrongSettings) return admin::exit_code::kConfiguration;
  return admin::exit_code::kOther;
}

server::ServerSetup setup_of(const detail::Definition& definition, const ServeRequest& request,
                             std::shared_ptr<const protocol::ClientProtocol> protocol,
                             ConnectionLimit& connections) {
  const auto descriptors = net::raise_descriptor_limit();  // all that follows is reckoned from it
  const auto base = std::filesystem::path(request.configuration_folder).parent_path().string();
  Settings settings = settings_for(definition, request.configuration, request.self, base);
  connections = fit_connections(settings.connector, descriptors);
  return {request.self, std::move(settings), definition, request.secret, std::move(protocol)};
}

admin::Agent::Settings agent_settings(const ServeRequest& request, net::Duration stop_limit) {
  admin::Agent::Settings settings{request.configuration.master.id, request.master};
  settings.stop_limit = stop_limit;
  if (request.joined) settings.joined = request.self;
  return settings;
}

// One server and its agent, each hearing of the other only through here.
class ServerProcess final : public ServerProgram, server::ServerEvents, admin::AgentEvents {
 public:
  ServerProcess(const detail::Definition& definition, const ServeRequest& request,
                std::shared_ptr<const protocol::ClientProtocol> protocol,
                std::shared_ptr<LogSink> sink, Function<void(int)> on_end)
      : sink_(std::move(sink)),
        log_(sink_, "server"),
        complain_(request.outlets.complain),
        print_(request.joined ? request.outlets.print : nullptr),
        ending_(request.host.loop, std::move(on_end)),
        server_(request.host, log_,
                setup_of(definition, request, std::move(protocol), connections_), *this),
        agent_(request.host, Logger(sink_, "agent"), agent_settings(request, server_.stop_limit()),
               server_.remotes(), *this) {
    sink_->set_clock([&loop = request.host.loop] { return loop.wall_clock(); });
    sink_->set_observer(
        [this](LogLevel level, std::string_view line) { agent_.forward(level, line); });
    start();
  }
  ~ServerProcess() override {
    if (exit_) log_.info("ended", {{"exit", *exit_}});
    sink_->set_observer(nullptr);
  }

  server::RunningServer& server() override { return server_; }
  bool ready() const override { return ready_; }

 private:
  void start() {
    if (server_.info().frontend) tell_connections();
    if (auto started = server_.start(); !started.ok()) return end(fail(started.error()));
    agent_.start(server_.endpoint(), server_.rpc_client());
    log_.info("started",
              {{"port", server_.info().port}, {"incarnation", server_.info().incarnation}});
  }
  void tell_connections() {
    const auto descriptors = net::descriptor_limit();
    log_.debug("descriptors", {{"limit", descriptors}, {"connections", connections_.effective}});
    if (connections_.cut())
      log_.warn("limits.connections is more than the descriptors allow, and was cut",
                {{"wished", connections_.wished},
                 {"connections", connections_.effective},
                 {"descriptors", descriptors}});
  }
  int fail(const Error& error) {
    complain_(server_.id() + ": " + error.text);
    log_.error("cannot run", {{"reason", error.text}});
    return exit_code_of(error);
  }
  void end(int exit) {
    if (!exit_) exit_ = exit;
    ending_.tell(exit);
  }

  void on_ready() override {
    ready_ = true;
    log_.info("ready", {{"clientPort", server_.client_address().port}});
    if (print_) print_("ready: " + server_.id());
    agent_.report_ready();
  }
  void on_fatal(const Error& error) override { end(fail(error)); }
  void on_other_link_up(cluster::Link& link) override { agent_.on_link_up(link); }
  void on_other_link_down(cluster::Link& link) override { agent_.on_link_down(link); }

  void on_view(const cluster::View& view) override { server_.apply_view(view); }
  void on_stop() override {
    if (std::exchange(stopping_, true)) return;
    log_.info("stopping");
    server_.stop([this] { end(cut_ ? admin::exit_code::kOther : 0); });
  }
  void on_stop_at_once() override {
    if (std::exchange(cut_, true)) return end(admin::exit_code::kOther);
    log_.warn("stopped at once, by a second signal");
    server_.cut_stop();
  }
  void on_refused(std::string_view why) override {
    fail(Error(code::kFailed, std::string(why)));
    end(admin::exit_code::kRunsAlready);
  }
  admin::AgentStats stats() const override {
    return {server_.connections(), server_.bound_sessions(), server_.requests()};
  }
  admin::UsersMessage users(std::uint64_t most) const override {
    const session::FrontendSessions* sessions = server_.frontend_sessions();
    return sessions == nullptr ? admin::UsersMessage{} : users_of(*sessions, most);
  }
  std::size_t kick(std::string_view uid, std::string_view reason) override {
    session::FrontendSessions* sessions = server_.frontend_sessions();
    return sessions == nullptr ? 0 : sessions->kick(uid, reason);
  }

  std::shared_ptr<LogSink> sink_;
  Logger log_;
  std::function<void(std::string_view)> complain_;
  std::function<void(std::string_view)> print_;  // of one whom somebody watches
  Ending ending_;
  std::optional<int> exit_;
  ConnectionLimit connections_;  // of a frontend
  bool ready_ = false, stopping_ = false, cut_ = false;
  server::RunningServer server_;
  admin::Agent agent_;
};

}  // namespace

std::unique_ptr<net::Program> start_server(const detail::Definition& definition,
                                           ServeRequest request, Function<void(int)> on_end) {
  const auto fail = [&](const Error& error, int code) {
    request.outlets.complain(request.self.id + ": " + error.text);
    return std::make_unique<Failed>(request.host.loop, std::move(on_end), code);
  };
  auto sink = request.outlets.open_log(request.folders.log_of(request.self.id), request.self.id);
  if (!sink.ok()) return fail(sink.error(), admin::exit_code::kOther);
  auto protocol = client_protocol_of(definition, request.configuration);
  if (!protocol.ok()) return fail(protocol.error(), admin::exit_code::kConfiguration);
  return std::make_unique<ServerProcess>(definition, request, std::move(protocol).value(),
                                         std::move(sink).value(), std::move(on_end));
}

}  // namespace shaddock::app
