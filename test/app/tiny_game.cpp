#include <cstdio>

#include "admin/agent.h"
#include "app/run.h"
#include "base/log_sink.h"
#include "cluster/endpoint.h"

// A program whose servers do nothing but belong to a cluster. The key "behave" of a server's entry
// makes it do something wrong:
//   silent  never says that it is ready        fail  exits with status 7 before it registers
//   warn    writes a warning when it is ready
namespace shaddock {
namespace {

class TinyServer final : cluster::Receiver, admin::AgentEvents {
 public:
  TinyServer(const app::ServeRequest& request, std::shared_ptr<LogSink> sink)
      : request_(request),
        log_(sink, "tiny"),
        rpc_(request.host.loop),
        agent_(request.host, log_.topic("agent"), {request.configuration.master.id, request.master},
               remotes_, *this) {
    sink->set_observer(
        [this](LogLevel level, std::string_view line) { agent_.forward(level, line); });
    cluster::Identity self;
    self.id = request.self.id;
    self.incarnation = request.self.incarnation;
    self.remotes = remotes_.routes();
    endpoint_ = std::make_unique<cluster::Endpoint>(request.host, log_.topic("link"), self,
                                                    request.secret, static_cast<Receiver&>(*this));
  }

  int run() {
    const ServerInfo& self = request_.self;
    if (behaves("fail")) {
      std::fprintf(stderr, "this server never works\n");
      return 7;
    }
    if (self.client_port != 0) {
      auto clients = request_.host.network.listen({"127.0.0.1", self.client_port},
                                                  [](std::unique_ptr<net::Stream>) {});
      if (!clients) return failed(clients.error());
      clients_ = std::move(*clients);
    }
    if (self.port != 0)
      if (auto open = endpoint_->listen({"127.0.0.1", self.port}); !open)
        return failed(open.error());
    agent_.start(*endpoint_, rpc_);
    request_.host.loop.run();
    return code_;
  }

 private:
  bool behaves(std::string_view how) const { return request_.self.extra("behave") == how; }

  int failed(const Error& error) {
    std::fprintf(stderr, "%s: %s\n", request_.self.id.c_str(), error.text.c_str());
    return error.code == net::Network::kPortTaken ? 3 : 1;
  }

  void on_view(const cluster::View& view) override {
    directory_.apply(view);
    if (ready_ || behaves("silent") || !directory_.complete()) return;
    ready_ = true;
    agent_.report_ready();
    if (behaves("warn")) log_.warn("something is odd", {{"route", "a.b.c"}});
  }
  void on_stop() override { request_.host.loop.stop(); }
  void on_refused(std::string_view why) override {
    std::fprintf(stderr, "%s\n", std::string(why).c_str());
    code_ = 4;
    request_.host.loop.stop();
  }
  admin::AgentStats stats() const override { return {3, 2}; }

  void on_link_up(cluster::Link& link) override { agent_.on_link_up(link); }
  void on_link_down(cluster::Link& link) override { agent_.on_link_down(link); }
  void on_call(cluster::Link& link, const cluster::Frame& frame) override {
    remotes_.dispatch(cluster::IncomingCall(link, frame), frame.route);
  }
  void on_request(cluster::Link&, const cluster::Frame&) override {}
  void on_push(cluster::Link&, const cluster::Frame&) override {}
  void on_session_closed(cluster::Link&, cluster::SessionId) override {}

  const app::ServeRequest& request_;
  Logger log_;
  cluster::Remotes remotes_;
  cluster::RpcClient rpc_;
  admin::Agent agent_;
  std::unique_ptr<cluster::Endpoint> endpoint_;
  std::unique_ptr<net::Listener> clients_;
  cluster::Directory directory_;
  bool ready_ = false;
  int code_ = 0;
};

class TinyGame final : public app::Program {
 public:
  std::string version() const override { return "tiny game 1.2.3"; }
  std::vector<std::string> server_types() const override { return {"connector", "chat"}; }
  int serve(const app::ServeRequest& request) override {
    auto sink = open_log(request.folders.log_of(request.self.id), request.self.id, LogLevel::info);
    if (!sink) return 1;
    const int code = TinyServer(request, *sink).run();
    (*sink)->set_observer(nullptr);
    return code;
  }
};

}  // namespace
}  // namespace shaddock

int main(int argc, char** argv) {
  shaddock::TinyGame game;
  return shaddock::app::run(game, argc, argv);
}
