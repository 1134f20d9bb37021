#include "server/running_server.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/wire_codec.h"
#include "server/backend_exchange.h"
#include "server/handovers.h"
#include "server/size_limit.h"
#include "server/time_limit.h"

namespace shaddock::server {

namespace {

constexpr net::Duration kOpenLimit{5000};
// A frontend whose link has ended is looked for, or given up.
constexpr net::Duration kLookLimit{300}, kLostLimit{10'000};

cluster::Identity identity_of(const ServerInfo& info, bool protobuf) {
  cluster::Identity self;
  self.role = cluster::Role::server;
  self.id = info.id;
  self.incarnation = info.incarnation;
  self.build = SHADDOCK_VERSION;
  self.protobuf = protobuf;
  return self;
}

// Most clients of such a frontend read pushes as protobuf; for the others it converts them.
bool wants_protobuf(const ServerInfo& info, const Settings& settings,
                    const protocol::ClientProtocol* protocol) {
  return info.frontend && settings.connector.use_protobuf && protocol != nullptr &&
         !protocol->protos.server().empty();
}

cluster::EndpointSettings endpoint_settings(const Settings& settings) {
  cluster::EndpointSettings endpoint;
  endpoint.link.calls = settings.links.calls;
  endpoint.link.bytes = settings.links.bytes;
  endpoint.link.circuit_open = settings.links.circuit_open;
  return endpoint;
}

std::set<std::string, std::less<>> types_of(const detail::Definition& definition) {
  std::set<std::string, std::less<>> types;
  for (const auto& [type, described] : definition.types) types.insert(type);
  return types;
}

}  // namespace

RunningServer::RunningServer(net::Host& host, Logger log, ServerSetup setup, ServerEvents& events)
    : host_(host),
      log_(std::move(log)),
      info_(std::move(setup.info)),
      settings_(std::move(setup.settings)),
      definition_(setup.definition),
      events_(events),
      protocol_(std::move(setup.protocol)),
      bodies_(protocol_.get(), settings_.connector.limits),
      overload_(host.loop, settings_.overload),
      rpc_(std::in_place, host.loop),
      endpoint_(host, log_.topic("link"),
                identity_of(info_, wants_protobuf(info_, settings_, protocol_.get())),
                std::move(setup.secret), *this, endpoint_settings(settings_)),
      mesh_(endpoint_, info_),
      router_(mesh_.directory(), settings_.routes, types_of(definition_), &mesh_),
      backend_link_(host.loop, endpoint_, *rpc_, time_limit(settings_.deadlines.rpc),
                    log_.topic("session")),
      push_sender_(endpoint_, info_.id),
      channels_(push_sender_, mesh_.directory(), log_.topic("channel"), protocol_.get()),
      restarts_(host.loop.timers(), mesh_.directory(), size_limit(settings_.links.calls),
                size_limit(settings_.links.bytes)),
      lost_frontends_(host, info_.host,
                      [this](const cluster::Identity& lost) {
                        if (still_lost(lost)) channels_.on_frontend_gone(lost.id, lost.incarnation);
                      }),
      counter_log_(log_.topic("counted"), host.loop.timers(), [this] { return counters(); }),
      open_limit_(host.loop.timers(), [this] { open(); }),
      drain_({host.loop.timers(), endpoint_, [this] { return in_hand(); },
              [this] { return links_up_; }, [this] { counter_log_.write(); }}) {
  for (const auto& [type, described] : definition_.types) {
    for (const auto& service : described.remotes) {
      for (const auto& method : service.methods) {
        if (method.key == nullptr) continue;
        remote_routes_[method.key] = {type, type + '.' + service.name + '.' + method.name};
      }
    }
  }
  session::add_moved_remote(remotes_, channels_, [this](const auto& moved) { greet(moved); });
  if (!info_.frontend) return;
  sessions_.emplace(info_.id, info_.incarnation, static_cast<session::SessionEvents&>(*this),
                    host_.random.next());
  delivery_.emplace(*sessions_, log_.topic("push"), protocol_.get(),
                    settings_.connector.compress_from);
  push_sender_.deliver_here(*delivery_);
  session::add_session_remotes(remotes_, *sessions_);
  make_single_login();
  joins_.emplace(Joins::Parts{
      host_.loop, mesh_, router_, *rpc_, restarts_, time_limit(settings_.deadlines.rpc),
      [this](Done done, Error error) { end_early(std::move(done), std::move(error)); },
      log_.topic("joined")});
}

// Its new frontend hears from here on what is for all clients.
void RunningServer::greet(const session::MovedSession& moved) {
  const session::HereSession here{moved.to};
  if (rpc_)
    rpc_->notify(endpoint_.find(moved.frontend), session::kHereRoute,
                 type_of<session::HereSession>(), &here);
  Handovers* const handovers = connector_ ? connector_->handovers() : nullptr;
  if (handovers != nullptr && moved.frontend == info_.id) handovers->take_here({}, moved.to);
}

void RunningServer::make_single_login() {
  const auto policy = settings_.connector.single_login;
  using Policy = Settings::Connector::SingleLogin;
  if (policy == Policy::off) return;
  single_login_ = std::make_unique<session::SingleLogin>(session::SingleLogin::Parts{
      host_, endpoint_, *rpc_, *sessions_, info_, policy == Policy::kick_old,
      time_limit(settings_.deadlines.rpc), log_.topic("login")});
  single_login_->add_remotes(remotes_);
  sessions_->set_single_login(single_login_.get());
}

RunningServer::~RunningServer() {
  end_waiting();
  remote_table_.reset();
  handlers_.reset();
  connector_.reset();
  if (dispatcher_) dispatcher_->close();
}

// Handlers that wait run on from here, and may start what they like: it ends at once.
void RunningServer::end_waiting() {
  ending_ = true;
  if (single_login_) single_login_->close();
  if (connector_ && connector_->handovers() != nullptr) connector_->handovers()->close();
  backend_link_.close();
  if (joins_) joins_->close();
  endpoint_.for_each([](cluster::Link& link) { link.calls().fail_all(code::kServerLost); });
  rpc_.reset();
  restarts_.give_up();
  tell_early_ends();
  while (!naps_.empty()) {
    std::list<Nap> ended;
    ended.splice(ended.begin(), naps_, naps_.begin());
    end(ended.front().source, Error(code::kServerLost, "the server stops"));
  }
}

Result<void> RunningServer::start() try {
  if (single_login_ && info_.port == 0)
    return Error(code::kFailed, "single login: " + info_.id + " needs a port for servers");
  make_services();
  remote_table_->add_to(remotes_, overload_, counters_);
  endpoint_.describe(info_.frontend ? std::vector<std::string>() : handlers_->routes(),
                     remotes_.routes());
  if (info_.port == 0) return {};
  return endpoint_.listen({info_.host, info_.port});
} catch (...) {
  return current_error();
}

void RunningServer::make_services() {
  const auto described = definition_.types.find(info_.type);
  const detail::TypeDefinition definition =
      described == definition_.types.end() ? detail::TypeDefinition() : described->second;
  handlers_ = std::make_unique<HandlerTable>(definition, *this, bodies_);
  remote_table_ = std::make_unique<RemoteTable>(
      definition, *this, host_.loop, size_limit(settings_.links.calls), log_.topic("remote"));
  filters_ = std::make_unique<FilterChain>(settings_.filters, *this);
  global_filters_ = std::make_unique<FilterChain>(settings_.global_filters, *this);
  dispatcher_ =
      std::make_shared<Dispatcher>(host_.loop.timers(), *handlers_, *filters_, bodies_, counters_,
                                   settings_.send_error_text, log_.topic("handler"));
  if (!info_.frontend) return;
  connector_ = std::make_unique<Connector>(Connector::Parts{host_,
                                                            info_,
                                                            settings_,
                                                            mesh_,
                                                            router_,
                                                            *sessions_,
                                                            *dispatcher_,
                                                            *global_filters_,
                                                            protocol_.get(),
                                                            bodies_,
                                                            counters_,
                                                            restarts_,
                                                            overload_,
                                                            single_login_.get(),
                                                            joins_->followed(),
                                                            *this,
                                                            endpoint_,
                                                            *rpc_,
                                                            remotes_,
                                                            channels_,
                                                            log_.topic("connector")});
}

void RunningServer::apply_view(const cluster::View& view) {
  const bool first = mesh_.directory().view().number == 0;
  const cluster::View before = mesh_.directory().view();
  mesh_.apply(view);
  forget_lost_frontends(before, mesh_.directory().view());
  if (single_login_) single_login_->apply_view(before, mesh_.directory().view());
  if (!first) note_newcomers(before);
  choose_anew();
  if (first) open_limit_.start(kOpenLimit);
  open_when_linked();
}

void RunningServer::forget_lost_frontends(const cluster::View& before, const cluster::View& now) {
  for (const ServerInfo& old : before.servers) {
    if (!old.frontend || old.id == info_.id) continue;
    const auto at = std::find_if(now.servers.begin(), now.servers.end(),
                                 [&](const auto& one) { return one.id == old.id; });
    if (at == now.servers.end()) {
      // Stopped by an operator: its clients are there until it has sent them away.
      if (endpoint_.find(old.id) != nullptr) continue;
      channels_.on_frontend_gone(old.id, std::numeric_limits<std::uint64_t>::max());
    } else if (at->incarnation != old.incarnation) {
      // Its successor may have been linked before this view came, also before one that still says
      // down: whom it has brought stays.
      channels_.on_frontend_gone(old.id, at->incarnation - 1);
    } else if (!at->up() && at->state != old.state) {
      channels_.on_frontend_gone(old.id, at->incarnation);
    }
  }
}

// A server that was added, or started again after a stop, is up in a moment.
void RunningServer::note_newcomers(const cluster::View& before) {
  for (const ServerInfo& server : mesh_.directory().view().servers) {
    const bool known = std::any_of(before.servers.begin(), before.servers.end(),
                                   [&](const auto& one) { return one.id == server.id; });
    if (!known) restarts_.arrives(server);
  }
}

void RunningServer::open_when_linked() {
  if (!opened_ && mesh_.directory().complete() && mesh_.linked()) open();
}

void RunningServer::open() {
  if (std::exchange(opened_, true)) return;
  open_limit_.stop();
  if (connector_) {
    if (auto opened = connector_->open(); !opened.ok()) return events_.on_fatal(opened.error());
  }
  events_.on_ready();
}

std::vector<std::pair<std::string_view, std::uint64_t>> RunningServer::counters() const {
  auto values = counters_.values();
  values.emplace_back("lost_pushes", push_sender_.lost());
  return values;
}

net::Address RunningServer::client_address() const {
  return connector_ ? connector_->address() : net::Address{};
}

void RunningServer::stop(Function<void()> on_stopped) {
  if (drain_.started()) return;
  open_limit_.stop();
  opened_ = true;
  drain_.start(settings_.stop, connector_.get(), std::move(on_stopped));
}

// Frontends count what their clients wait for themselves.
std::size_t RunningServer::in_hand() const {
  if (dispatcher_ == nullptr) return 0;
  return dispatcher_->in_hand() + remote_table_->in_hand() + rpc_->pending() + early_ends_.size() +
         restarts_.held();
}

void RunningServer::on_link_up(cluster::Link& link) {
  ++links_up_;
  if (drain_.started()) drain_.on_link(link);
  restarts_.linked(link.peer());
  if (single_login_) single_login_->on_link_up(link);
  // Who has left meanwhile does so before others move, and who joins comes after both.
  router_.links_changed();
  if (joins_) joins_->tell_leaves();
  if (connector_ && connector_->handovers() != nullptr) connector_->handovers()->on_link_up(link);
  choose_anew();
  if (link.peer().role == cluster::Role::server) return open_when_linked();
  ++masters_;
  events_.on_other_link_up(link);
}

void RunningServer::on_link_down(cluster::Link& link) {
  --links_up_;
  restarts_.lost(link.peer());
  if (single_login_) single_login_->on_link_down(link);
  if (connector_ && connector_->handovers() != nullptr) connector_->handovers()->on_link_down(link);
  choose_anew();
  drain_.hurry();
  if (link.peer().role == cluster::Role::server) return forget_later(link.peer());
  --masters_;
  events_.on_other_link_down(link);
}

void RunningServer::on_drain(cluster::Link& link) {
  log_.info("a server is about to stop", {{"server", link.peer().id}});
  mesh_.set_draining(link.peer());
  restarts_.drains(link.peer());
  choose_anew();
}

// What refuses more than before helps nobody who waits; and a call may be on its way just now.
void RunningServer::on_link_changed(cluster::Link& link) {
  router_.links_changed();
  if (joins_) joins_->servers_changed();
  if (link.refusal() == 0) restarts_.retry();
}

// Another server may be the right one now, or the one that was missing is back. Sessions come to
// their places before what they have asked for there.
void RunningServer::choose_anew() {
  router_.links_changed();
  if (joins_) joins_->servers_changed();
  restarts_.retry();
}

// While there is a master its view says which frontends are lost. Without one it may be only the
// link, unless the machine says that the process is gone.
void RunningServer::forget_later(const cluster::Identity& lost) {
  const ServerInfo* info = find_server(lost.id);
  if (ending_ || drain_.started()) return;
  if (info == nullptr) return channels_.on_frontend_gone(lost.id, lost.incarnation);
  if (!info->frontend) return;
  sleep(kLookLimit)
      .then([this, lost, address = net::Address{info->host, info->port}](Result<void> slept) {
        if (slept.ok() && still_lost(lost)) lost_frontends_.look_for(lost, address);
      });
  sleep(kLostLimit).then([this, lost](Result<void> slept) {
    if (slept.ok() && still_lost(lost)) channels_.on_frontend_gone(lost.id, lost.incarnation);
  });
}

bool RunningServer::still_lost(const cluster::Identity& lost) {
  if (masters_ != 0) return false;
  const cluster::Link* const link = endpoint_.find(lost.id);
  return link == nullptr || link->peer().incarnation != lost.incarnation;
}

// Without a body it is told from what a handler says: it has not run, and may be sent elsewhere.
void RunningServer::refuse(cluster::Link& link, cluster::CallId call, int code) {
  if (call == 0) return;
  cluster::FrameWriter answer(link.output());
  answer.answer(call, code);
  answer.finish();
}

void RunningServer::shed(cluster::Link& link, cluster::CallId call) {
  counters_.add(call != 0 ? Count::shed_requests : Count::shed_notifies);
  refuse(link, call, code::kShed);
}

void RunningServer::on_request(cluster::Link& link, const cluster::Frame& frame) {
  if (link.drained()) [[unlikely]]
    return refuse(link, frame.call, code::kDraining);
  if (overload_.refuses()) [[unlikely]]
    return shed(link, frame.call);
  HandlerEntry* const entry = info_.frontend ? nullptr : handlers_->find(frame.route);
  BackendExchange exchange(*dispatcher_, link, frame,
                           entry != nullptr ? std::string_view(entry->route) : "?", backend_link_,
                           dispatcher_->timers().now());
  if (frame.call != 0 && frame.remaining_ms == 0) {
    exchange.fail(Error(code::kExpired, "the deadline passed on the way"));
  } else {
    dispatcher_->run(entry, exchange);
  }
}

void RunningServer::on_call(cluster::Link& link, const cluster::Frame& frame) {
  // What belongs to requests under way still reaches the frontend that they came from, and news of
  // sessions every server that has channels.
  if (link.drained() && !info_.frontend && !remotes_.is_of_framework(frame.route)) [[unlikely]]
    return refuse(link, frame.call, code::kDraining);
  remotes_.dispatch(cluster::IncomingCall(link, frame), frame.route);
}

void RunningServer::on_push(cluster::Link& link, const cluster::Frame& frame) {
  if (delivery_) delivery_->deliver(link, frame);
}

void RunningServer::on_session_closed(cluster::Link&, SessionId session) {
  channels_.on_session_closed(session);
}

void RunningServer::on_session_end(detail::FrontendState& session) {
  if (single_login_) single_login_->release(session, session.data.uid);
  channels_.on_session_closed(session.id);
  if (session.handed) connector_->handovers()->end_departure(session);
  joins_->followed().end(session);
  for (const std::string* server : session.visited) {
    cluster::Link* link = endpoint_.find(*server);
    if (link == nullptr) continue;
    cluster::FrameWriter frame(link->output());
    frame.closed(session.id);
    frame.finish();
  }
}

void RunningServer::on_callback_failed(const detail::FrontendState& session, const Error& error) {
  log_.error("a close callback threw an exception",
             {{"uid", session.data.uid}, {"text", error.text}});
}

}  // namespace shaddock::server
