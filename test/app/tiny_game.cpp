#include <unistd.h>

#include <stdexcept>

#include "admin/agent.h"
#include "app/ending.h"
#include "app/run.h"
#include "base/log_sink.h"
#include "cluster/endpoint.h"

// A program whose servers do nothing but belong to a cluster. The key "behave" of a server's entry
// makes it do something wrong:
//   silent  never says that it is ready        fail  exits with status 7 before it registers
//   warn    writes a warning when it is ready           hang  does not return when it is to stop
//   quit    ends with status 6 when another server was stopped
//   throw   throws instead of beginning
namespace shaddock {
namespace {

class TinyServer final : public net::Program, cluster::Receiver, admin::AgentEvents {
 public:
  TinyServer(app::ServeRequest request, std::shared_ptr<LogSink> sink, Function<void(int)> on_end)
      : request_(std::move(request)),
        sink_(sink),
        log_(sink, "tiny"),
        ending_(request_.host.loop, std::move(on_end)),
        rpc_(request_.host.loop),
        agent_(request_.host, log_.topic("agent"),
               {request_.configuration.master.id, request_.master}, remotes_, *this) {
    sink->set_observer(
        [this](LogLevel level, std::string_view line) { agent_.forward(level, line); });
    cluster::Identity self;
    self.id = request_.self.id;
    self.incarnation = request_.self.incarnation;
    self.remotes = remotes_.routes();
    endpoint_ = std::make_unique<cluster::Endpoint>(request_.host, log_.topic("link"), self,
                                                    request_.secret, static_cast<Receiver&>(*this));
    if (const int code = begin(); code != 0) ending_.tell(code);
  }
  ~TinyServer() override { sink_->set_observer(nullptr); }

 private:
  int begin() {
    const ServerInfo& self = request_.self;
    if (behaves("fail")) {
      request_.outlets.complain("this server never works");
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
    return 0;
  }

  bool behaves(std::string_view how) const { return request_.self.extra("behave") == how; }

  int failed(const Error& error) {
    request_.outlets.complain(request_.self.id + ": " + error.text);
    return error.code == net::Network::kPortTaken ? 3 : 1;
  }

  void on_view(const cluster::View& view) override {
    const std::size_t known = std::exchange(known_, view.servers.size());
    if (behaves("quit") && ready_ && known > known_) ending_.tell(6);
    directory_.apply(view);
    if (ready_ || behaves("silent") || !directory_.complete()) return;
    ready_ = true;
    agent_.report_ready();
    if (behaves("warn")) log_.warn("something is odd", {{"route", "a.b.c"}});
  }
  void on_stop() override {
    while (behaves("hang")) pause();
    ending_.tell(0);
  }
  void on_stop_at_once() override { ending_.tell(1); }
  void on_refused(std::string_view why) override {
    request_.outlets.complain(why);
    ending_.tell(4);
  }
  admin::AgentStats stats() const override { return {3, 2}; }
  admin::UsersMessage users(std::uint64_t) const override { return {{{"alice", 2}}, 0}; }
  std::size_t kick(std::string_view uid, std::string_view reason) override {
    log_.info("kicked", {{"uid", uid}, {"reason", reason}});
    return uid == "alice" ? 2 : 0;
  }

  void on_link_up(cluster::Link& link) override { agent_.on_link_up(link); }
  void on_link_down(cluster::Link& link) override { agent_.on_link_down(link); }
  void on_call(cluster::Link& link, const cluster::Frame& frame) override {
    remotes_.dispatch(cluster::IncomingCall(link, frame), frame.route);
  }
  void on_request(cluster::Link&, const cluster::Frame&) override {}
  void on_push(cluster::Link&, const cluster::Frame&) override {}
  void on_session_closed(cluster::Link&, cluster::SessionId) override {}

  const app::ServeRequest request_;
  std::shared_ptr<LogSink> sink_;
  Logger log_;
  app::Ending ending_;
  cluster::Remotes remotes_;
  cluster::RpcClient rpc_;
  admin::Agent agent_;
  std::unique_ptr<cluster::Endpoint> endpoint_;
  std::unique_ptr<net::Listener> clients_;
  cluster::Directory directory_;
  std::size_t known_ = 0;  // servers of the view
  bool ready_ = false;
};

class TinyGame final : public app::Program {
 public:
  std::string version() const override { return "tiny game 1.2.3"; }
  std::vector<std::string> server_types() const override { return {"connector", "chat"}; }
  std::unique_ptr<net::Program> serve(app::ServeRequest request,
                                      Function<void(int)> on_end) override {
    if (request.self.extra("behave") == "throw") throw std::runtime_error("no database");
    auto sink = request.outlets.open_log(request.folders.log_of(request.self.id), request.self.id);
    if (!sink) return std::make_unique<app::Failed>(request.host.loop, std::move(on_end), 1);
    return std::make_unique<TinyServer>(std::move(request), *sink, std::move(on_end));
  }
};

}  // namespace
}  // namespace shaddock

int main(int argc, char** argv) {
  shaddock::TinyGame game;
  return shaddock::app::run(game, argc, argv);
}
