#include "app/server_process.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "admin/agent.h"
#include "admin/exit_code.h"
#include "app/server_settings.h"
#include "base/log_sink.h"
#include "server/client_port.h"
#include "server/running_server.h"

namespace shaddock::app {

namespace {

int exit_code_of(const Error& error) {
  if (error.code == net::Network::kPortTaken) return admin::exit_code::kPortTaken;
  if (error.code == server::ClientPort::kWrongSettings) return admin::exit_code::kConfiguration;
  return admin::exit_code::kOther;
}

// One server and its agent, each hearing of the other only through here.
class ServerProcess final : server::ServerEvents, admin::AgentEvents {
 public:
  ServerProcess(const detail::Definition& definition, const ServeRequest& request,
                std::shared_ptr<const protocol::ClientProtocol> protocol,
                std::shared_ptr<LogSink> sink)
      : host_(request.host),
        log_(sink, "server"),
        server_(host_, log_,
                server::ServerSetup{
                    request.self,
                    settings_for(
                        definition, request.configuration, request.self,
                        std::filesystem::path(request.configuration_folder).parent_path().string()),
                    definition, request.secret, std::move(protocol)},
                *this),
        agent_(host_, Logger(sink, "agent"), {request.configuration.master.id, request.master},
               server_.remotes(), *this) {
    sink->set_observer(
        [this](LogLevel level, std::string_view line) { agent_.forward(level, line); });
  }

  int run() {
    if (auto started = server_.start(); !started.ok()) return fail(started.error());
    agent_.start(server_.endpoint(), server_.rpc_client());
    log_.info("started",
              {{"port", server_.info().port}, {"incarnation", server_.info().incarnation}});
    host_.loop.run();
    log_.info("ended", {{"exit", exit_}});
    return exit_;
  }

 private:
  int fail(const Error& error) {
    std::fprintf(stderr, "%s: %s\n", server_.id().c_str(), error.text.c_str());
    log_.error("cannot run", {{"reason", error.text}});
    return exit_code_of(error);
  }
  void end(int exit) {
    exit_ = exit;
    host_.loop.stop();
  }

  void on_ready() override {
    log_.info("ready", {{"clientPort", server_.client_address().port}});
    agent_.report_ready();
  }
  void on_fatal(const Error& error) override { end(fail(error)); }
  void on_other_link_up(cluster::Link& link) override { agent_.on_link_up(link); }
  void on_other_link_down(cluster::Link& link) override { agent_.on_link_down(link); }

  void on_view(const cluster::View& view) override { server_.apply_view(view); }
  void on_stop() override {
    if (std::exchange(stopping_, true)) return;
    log_.info("stopping");
    server_.stop([this] { end(0); });
  }
  void on_refused(std::string_view why) override {
    fail(Error(code::kFailed, std::string(why)));
    end(admin::exit_code::kRunsAlready);
  }
  admin::AgentStats stats() const override {
    return {server_.connections(), server_.bound_sessions()};
  }

  net::Host& host_;
  Logger log_;
  server::RunningServer server_;
  admin::Agent agent_;
  int exit_ = 0;
  bool stopping_ = false;
};

}  // namespace

int serve(const detail::Definition& definition, const ServeRequest& request) {
  auto sink = open_log(request.folders.log_of(request.self.id), request.self.id, LogLevel::info);
  if (!sink.ok()) {
    std::fprintf(stderr, "%s: %s\n", request.self.id.c_str(), sink.error().text.c_str());
    return 1;
  }
  const std::shared_ptr<LogSink> log = std::move(sink).value();
  auto protocol = client_protocol_of(definition, request.configuration);
  if (!protocol.ok()) {
    std::fprintf(stderr, "%s: %s\n", request.self.id.c_str(), protocol.error().text.c_str());
    return admin::exit_code::kConfiguration;
  }
  int exit = 1;
  {
    ServerProcess process(definition, request, std::move(protocol).value(), log);
    exit = process.run();
    log->set_observer(nullptr);
  }
  return exit;
}

}  // namespace shaddock::app
