#pragma once

#include <shaddock/handler.h>
#include <shaddock/server.h>

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/endpoint.h"
#include "cluster/mesh.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "net/host.h"
#include "protocol/client_protocol.h"
#include "server/body_codec.h"
#include "server/connector.h"
#include "server/counter_log.h"
#include "server/counters.h"
#include "server/dispatcher.h"
#include "server/drain.h"
#include "server/joins.h"
#include "server/lost_frontends.h"
#include "server/overload.h"
#include "server/remote_table.h"
#include "server/restarts.h"
#include "session/channels.h"
#include "session/frontend_sessions.h"
#include "session/moved_session.h"
#include "session/push.h"
#include "session/router.h"
#include "session/session_remotes.h"
#include "session/single_login.h"

namespace shaddock::server {

struct ServerSetup {
  ServerInfo info;  // with the incarnation
  Settings settings;
  const detail::Definition& definition;
  std::string secret;  // of the cluster
  // Dictionary and schemas; nullptr: neither.
  std::shared_ptr<const protocol::ClientProtocol> protocol = nullptr;
};

// What the owner of a running server hears of it.
class ServerEvents {
 public:
  // Links to the others are there and, on a frontend, the client port is open.
  virtual void on_ready() = 0;
  // It cannot run: error.code is Network::kPortTaken or another.
  virtual void on_fatal(const Error& error) = 0;
  // Links to whoever is no server: the master.
  virtual void on_other_link_up(cluster::Link& link) = 0;
  virtual void on_other_link_down(cluster::Link& link) = 0;

 protected:
  ~ServerEvents() = default;
};

// One server: wires sessions, channels, dispatcher, connector and links together. Everything
// happens on the host's loop. Order of life: constructor, start(), apply_view() again and again,
// stop(), destructor, which ends whatever handlers and remotes still wait for; also without stop(),
// when there is no time to lose.
class RunningServer final : public Server,
                            private cluster::Receiver,
                            private session::SessionEvents {
 public:
  RunningServer(net::Host& host, Logger log, ServerSetup setup, ServerEvents& events);
  ~RunningServer() override;

  // For the agent: its remotes are added before start().
  cluster::Remotes& remotes() { return remotes_; }
  cluster::Endpoint& endpoint() { return endpoint_; }
  cluster::RpcClient& rpc_client() { return *rpc_; }

  // Makes handlers and remotes, opens the port for other servers.
  Result<void> start();
  // From the master. The client port opens when the first complete view is linked, or after 5 s.
  void apply_view(const cluster::View& view);
  // Drains it (see Drain), within Settings::stop.limit, then calls back.
  void stop(Function<void()> on_stopped);
  // Of one that stops: waits for nothing any more, but tells whoever is cut off.
  void cut_stop() { drain_.cut(); }
  net::Duration stop_limit() const { return settings_.stop.limit; }
  bool stopping() const { return drain_.started(); }

  std::size_t connections() const {
    return connector_ ? connector_->clients() - connector_->parked() - connector_->shadows() : 0;
  }
  std::size_t bound_sessions() const {
    return sessions_ ? sessions_->bound() - (connector_ ? connector_->shadows() : 0) : 0;
  }
  // That its handlers were given so far.
  std::uint64_t requests() const { return dispatcher_ ? dispatcher_->requests() : 0; }
  // nullptr on a backend, and before start().
  session::FrontendSessions* frontend_sessions() { return sessions_ ? &*sessions_ : nullptr; }
  const session::FrontendSessions* frontend_sessions() const {
    return sessions_ ? &*sessions_ : nullptr;
  }
  // nullptr: off.
  const session::SingleLogin* single_login() const { return single_login_.get(); }
  // What its client ports refused, dropped and ended.
  const Counters& counts() const { return counters_; }
  std::vector<std::pair<std::string_view, std::uint64_t>> counters() const override;
  // Where clients connect; port 0 before it is open.
  net::Address client_address() const;

  const ServerInfo& info() const override { return info_; }
  const Logger& log() const override { return log_; }
  std::chrono::steady_clock::time_point now() const override { return host_.loop.now(); }
  const ServerList& servers_by_type(std::string_view type) const override;
  const ServerInfo* find_server(std::string_view id) const override {
    return mesh_.directory().find(id);
  }
  SessionService& sessions() override;
  ChannelService& channels() override { return channels_; }
  Pending<> kick(std::string_view frontend, std::string_view uid, std::string_view reason) override;
  Pending<> sleep(std::chrono::milliseconds time) override;
  void follow(const FrontendSession& session, std::string_view server_type,
              Function<void(const Moved&)> on_moved) override;
  // nullptr on a backend.
  Joins* joins() { return joins_ ? &*joins_ : nullptr; }

 private:
  // Somebody waits for a time; it ends early when the server goes.
  struct Nap {
    explicit Nap(RunningServer& server)
        : timer(server.host_.loop.timers(), [this, &server] { server.wake(place); }) {}
    Pending<>::Source source;
    net::Timer timer;
    std::list<Nap>::iterator place;
  };
  void wake(std::list<Nap>::iterator nap);
  void end(const Pending<>::Source& source, Result<void> result) noexcept;
  void end_early(Done done, Error error);
  void tell_early_ends();
  void end_waiting();

  RemoteRoute remote_route(const void* key) const override;
  void start_call(std::string_view server_type, std::string_view route, Target target,
                  const Type& type, const void* argument, Done done) override;
  void start_calls(RemoteRoute to, const Type& type, const void* argument,
                   Function<void(Answers)> done) override;
  void start_stay(const FrontendSession& session, const Stay& stay, const Type& type,
                  const void* argument, Joins::Refused on_refused, Done done) override;
  void end_stay(const FrontendSession& session, std::string_view join) override;
  Joins& joins_of(const FrontendSession& session);
  Result<void> decode(std::string_view bytes, const Type& type, void* value) const override;
  // A server, and what a call to it would end with at once; 0: it would be sent.
  struct Way {
    const ServerInfo* server;
    cluster::Link* link;  // nullptr and no refusal: it is this one
    int refusal;
  };
  Way way_to(const ServerInfo& server);
  Result<Way> choose(std::string_view server_type, std::string_view route, const Target& target);
  net::Duration time_for(const Target& target) const;

  void on_link_up(cluster::Link& link) override;
  void on_link_down(cluster::Link& link) override;
  void on_request(cluster::Link& link, const cluster::Frame& frame) override;
  void on_call(cluster::Link& link, const cluster::Frame& frame) override;
  void on_push(cluster::Link& link, const cluster::Frame& frame) override;
  void on_session_closed(cluster::Link& link, SessionId session) override;
  void on_drain(cluster::Link& link) override;
  static void refuse(cluster::Link& link, cluster::CallId call, int code);
  void shed(cluster::Link& link, cluster::CallId call);
  void on_drain_heard(cluster::Link&) override { drain_.hurry(); }
  void on_link_changed(cluster::Link& link) override;
  void on_session_end(detail::FrontendState& session) override;
  void on_callback_failed(const detail::FrontendState& session, const Error& error) override;

  void make_single_login();
  void greet(const session::MovedSession& moved);
  void make_services();
  void open_when_linked();
  void open();
  void forget_later(const cluster::Identity& lost);
  bool still_lost(const cluster::Identity& lost);
  void forget_lost_frontends(const cluster::View& before, const cluster::View& now);
  void note_newcomers(const cluster::View& before);
  void choose_anew();
  std::size_t in_hand() const;
  struct Wish {  // of a caller
    std::string_view route;
    const Type& type;
    const void* argument;
    const Target& target;
  };
  struct HeldCall;
  // For a server that is restarted: keeps the call, which is made later. False when it is not worth
  // it; then `done` is still whole.
  bool hold_call(const ServerInfo& server, const Wish& wish, Done& done);
  void call_held(HeldCall held, Restarts::Now now);
  bool hold_again(HeldCall& held);

  net::Host& host_;
  Logger log_;
  ServerInfo info_;
  Settings settings_;
  const detail::Definition& definition_;
  ServerEvents& events_;
  const ServerList no_servers_;
  std::map<const void*, std::pair<std::string, std::string>> remote_routes_;  // key: type, route

  const std::shared_ptr<const protocol::ClientProtocol> protocol_;
  const BodyCodec bodies_;
  Counters counters_;
  Overload overload_;

  cluster::Remotes remotes_;
  std::optional<cluster::RpcClient> rpc_;  // goes before all others
  cluster::Endpoint endpoint_;
  cluster::Mesh mesh_;
  session::RouterTable router_;
  detail::BackendLink backend_link_;
  std::optional<session::FrontendSessions> sessions_;
  std::unique_ptr<session::SingleLogin> single_login_;  // nullptr: off
  std::optional<session::PushDelivery> delivery_;
  session::PushSender push_sender_;
  session::Channels channels_;

  Restarts restarts_;
  std::optional<Joins> joins_;
  LostFrontends lost_frontends_;
  CounterLog counter_log_;
  std::list<Nap> naps_;
  std::deque<std::pair<Done, Error>> early_ends_;  // calls that could not be made, to be told so
  std::unique_ptr<FilterChain> filters_, global_filters_;
  std::unique_ptr<HandlerTable> handlers_;
  std::unique_ptr<RemoteTable> remote_table_;
  std::shared_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Connector> connector_;
  net::Timer open_limit_;
  Drain drain_;
  std::size_t links_up_ = 0, masters_ = 0;
  bool opened_ = false;
  bool ending_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for work that is still deferred
};

}  // namespace shaddock::server
