#include "server/connector.h"

#include <algorithm>
#include <utility>

#include "net/ip_address.h"
#include "server/forwarded_request.h"
#include "server/frontend_exchange.h"
#include "server/handovers.h"
#include "server/incoming.h"
#include "server/pitaya_error.h"
#include "server/signed_body.h"
#include "server/time_limit.h"
#include "session/session_view.h"

namespace shaddock::server {

namespace {

net::StaticFiles served(const std::vector<StaticFile>& files) {
  net::StaticFiles served;
  for (const auto& file : files) served.add(file.path, file.content_type, std::string(file.bytes));
  return served;
}

bool describes(const ListenerSettings& listener, int client_port) {
  return listener.transport == ListenerSettings::Transport::tcp &&
         (listener.port == 0 || listener.port == client_port);
}

}  // namespace

Connector::Connector(Parts parts)
    : parts_(std::move(parts)),
      settings_(parts_.settings.connector),
      files_(served(settings_.files)),
      resumes_(parts_.info.id, settings_.resume, parts_.host.random),
      context_{parts_.host.loop,
               settings_,
               parts_.protocol,
               parts_.sessions,
               *this,
               parts_.counters,
               0,
               parts_.settings.send_error_text,
               parts_.log,
               resumes_,
               nullptr},
      farewell_(parts_.host.loop, parts_.host.random,
                [this](std::uint64_t number) {
                  if (const auto at = clients_.find(number); at != clients_.end())
                    at->second->leave(net::close_code::kGoingAway);
                }),
      memory_(parts_.host, settings_.limits.memory,
              [this](std::size_t percent, std::size_t excess) { on_memory(percent, excess); }),
      routes_(parts_.info, parts_.mesh, parts_.router, parts_.sessions,
              parts_.dispatcher.handlers(), parts_.protocol),
      failures_(parts_.log, parts_.host.loop.timers()),
      next_trace_(parts_.host.random.next() | 1) {
  if (resumes_.on()) make_handovers();
}

Connector::~Connector() { clients_.clear(); }

std::size_t Connector::shadows() const { return handovers_ ? handovers_->leaving() : 0; }

void Connector::make_handovers() {
  handovers_ = std::make_unique<Handovers>(Handovers::Parts{
      parts_.host.loop, parts_.info, parts_.endpoint, parts_.mesh.directory(), parts_.rpc,
      parts_.sessions, parts_.channels, resumes_, parts_.followed, parts_.single_login,
      parts_.counters, [this](FrontendSession& session) { tell_resumed(session); }});
  handovers_->add_remotes(parts_.remotes);
  context_.handovers = handovers_.get();
}

void Connector::tell_resumed(FrontendSession& session) {
  try {
    if (settings_.on_resumed) settings_.on_resumed(parts_.server, session);
  } catch (...) {
    parts_.log.error("on_resumed threw an exception",
                     {{"uid", session.uid()}, {"text", current_error().text}});
  }
}

// The first entry that describes clientPort counts, so that servers.json, whose entries come first,
// goes before the application; all others are ports of their own.
Result<void> Connector::open() {
  auto admission = Admission::create(settings_.limits, parts_.host.loop.timers(), parts_.counters,
                                     parts_.host.random.next());
  if (!admission.ok()) return Error(ClientPort::kWrongSettings, admission.error().text);
  admission_ = std::move(admission).value();
  turned_away_.emplace(parts_.host.loop, settings_.limits.connections);
  const int client_port = parts_.info.client_port;
  const auto at = std::find_if(settings_.listeners.begin(), settings_.listeners.end(),
                               [&](const auto& one) { return describes(one, client_port); });
  ListenerSettings main;
  if (at != settings_.listeners.end()) main = *at;
  main.port = client_port;
  if (settings_.distinct_host) main.host = parts_.info.host;
  if (auto opened = open_port(main); !opened.ok()) return opened;
  for (const ListenerSettings& listener : settings_.listeners) {
    if (describes(listener, client_port)) continue;
    if (auto opened = open_port(listener); !opened.ok()) return opened;
  }
  return {};
}

Result<void> Connector::open_port(const ListenerSettings& listener) {
  auto port = ClientPort::open(
      {parts_.host, settings_, files_, compressors_, parts_.counters, parts_.log}, listener,
      [this](const PortContext& from, std::unique_ptr<net::Stream> stream) {
        on_accept(from, std::move(stream));
      });
  if (!port.ok()) return std::move(port).error();
  ports_.push_back(std::move(port).value());
  return {};
}

net::Address Connector::address() const {
  return ports_.empty() ? net::Address{} : ports_.front()->address();
}

std::vector<net::Address> Connector::more_addresses() const {
  std::vector<net::Address> more;
  for (std::size_t i = 1; i < ports_.size(); ++i) more.push_back(ports_[i]->address());
  return more;
}

void Connector::leave(std::chrono::milliseconds spread, Function<void()> on_empty) {
  closing_ = true;
  for (auto& port : ports_) port->close();
  turned_away_.reset();
  on_empty_ = std::move(on_empty);
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, client] : clients_) numbers.push_back(number);
  farewell_.start(numbers, spread);
  if (clients_.empty()) tell_empty();
}

void Connector::close() {
  for (auto& [number, client] : clients_) client->close(net::close_code::kGoingAway);
}

void Connector::tell_empty() {
  if (Function<void()> tell = std::exchange(on_empty_, nullptr)) tell();
}

void Connector::on_accept(const PortContext& port, std::unique_ptr<net::Stream> stream) {
  if (closing_) return;
  if (context_.pressed(context_.kRefuseClients)) {
    parts_.counters.add(Count::refused_pressed);
    return turn_away(port, std::move(stream));
  }
  const net::IpAddress peer = net::parse_ip(stream->peer().host).value_or(net::IpAddress());
  auto place = admission_->admit(
      peer, port.proxies.contains(peer) ? Admission::Peer::proxy : Admission::Peer::client);
  if (!place) {
    if (admission_->refusal() == Count::refused_full) turn_away(port, std::move(stream));
    return;
  }
  const std::uint64_t number = ++last_client_;
  clients_.emplace(number, std::make_unique<Client>(context_, port, std::move(stream),
                                                    std::move(*place), number));
}

void Connector::on_client_end(Client& client) {
  parts_.host.loop.defer([this, gone = client.number(), alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    clients_.erase(gone);
    if (clients_.empty()) tell_empty();
  });
}

void Connector::on_message(Client& client, const protocol::Message& message) {
  if (parts_.single_login != nullptr) [[unlikely]] {
    parts_.single_login->check();
    if (client.session().connection == nullptr) return;
  }
  KnownRoute* route = route_of(client, message.header);
  if (route == nullptr) [[unlikely]] {
    route = describe(client, message.header);
    if (route == nullptr) return;
  }
  const bool wants_answer = message.header.type == protocol::MessageType::request;
  const std::uint32_t id = wants_answer ? message.header.id : 0;
  const bool protobuf = client.session().form.protobuf;
  if (id != 0) {
    const std::size_t most = settings_.limits.unanswered;
    const bool too_many = most != 0 && client.unanswered() >= most;
    client.expect_answer(id, protobuf ? route->answer : nullptr);
    if (too_many) {
      parts_.counters.add(Count::refused_unanswered);
      return client.answer_error(id, Error(code::kTooMany, "too many unanswered requests"));
    }
  }
  const cluster::BodyCoding coding =
      protobuf ? cluster::kProtobufBody | cluster::kProtobufAnswer : 0;
  Incoming in{client, id, *route, message.body, coding};
  take(in);
}

void Connector::on_refused(Client& client, const protocol::MessageHeader& request,
                           const Error& error) {
  KnownRoute* route = route_of(client, request);
  if (route == nullptr) route = describe(client, request);
  if (route == nullptr) return;
  client.expect_answer(request.id, client.session().form.protobuf ? route->answer : nullptr);
  client.answer_error(request.id, error);
}

// nullptr: it must be described.
KnownRoute* Connector::route_of(const Client& client, const protocol::MessageHeader& header) {
  if (!header.compressed_route) return routes_.find(header.route);
  // By the same code, clients of Pitaya may mean another route.
  return settings_.use_dict && !client.pitaya() ? routes_.find(header.code) : nullptr;
}

// nullptr: the message is dropped, as Pomelo does.
KnownRoute* Connector::describe(Client& client, const protocol::MessageHeader& header) {
  std::string_view text = header.route;
  if (header.compressed_route) {
    text = {};
    if (settings_.use_dict && parts_.protocol != nullptr)
      text = parts_.protocol->dictionary.route(header.code);
    if (text.empty()) return parts_.counters.add(Count::unknown_code), nullptr;
  }
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (client.pitaya()) {
    if (dots != 1) return &routes_.describe(text);
    return &routes_.describe(std::string(parts_.info.type).append(1, '.').append(text));
  }
  if (dots == 0) return drop_without_route(client);
  if (header.compressed_route) return &routes_.describe(text, header.code);
  return &routes_.describe(text);
}

KnownRoute* Connector::drop_without_route(Client& client) {
  const Error error(code::kFailed, "dropped: a message without a route");
  failures_.write("request refused", error, {}, {"uid", client.session().data.uid});
  return nullptr;
}

void Connector::take(Incoming& in) {
  if (parts_.overload.refuses()) [[unlikely]]
    return shed(in);
  const auto& parts = in.route.parts;
  if (!parts) return refuse(in, Error(code::kFailed, "a route has three parts"), kPitayaBadRequest);
  if (parts->method == "constructor") return in.client.kick("attack");
  std::string verified;
  if (settings_.use_crypto && !verify(in, verified)) return;
  if (settings_.before_login.check && !passes_before_login(in)) return;
  if (!parts_.global_filters.empty() && !passes_global_filters(in)) return;
  if (in.route.own) return handle_here(in);
  forward(in);
}

// Before filters, body and log: it must cost far less than what it spares.
void Connector::shed(const Incoming& in) {
  parts_.counters.add(in.id != 0 ? Count::shed_requests : Count::shed_notifies);
  if (in.id != 0) in.client.answer_error(in.id, Error(code::kShed, {}));
}

// `verified` holds the body without its signature, as JSON.
bool Connector::verify(Incoming& in, std::string& verified) {
  auto body =
      verified_body(*in.client.key(), parts_.bodies.as_json(in.route.text, in.coding, in.body));
  if (!body) {
    parts_.counters.add(Count::unsigned_messages);
    refuse(in, Error(code::kBadMessage, "not signed by the client's key"));
    return false;
  }
  verified = std::move(*body);
  in.body = verified;
  in.coding &= static_cast<cluster::BodyCoding>(~cluster::kProtobufBody);
  return true;
}

bool Connector::passes_before_login(const Incoming& in) {
  const auto& check = settings_.before_login.check;
  if (!in.client.session().data.uid.empty()) return true;
  try {
    check(ForwardedRequest(in.client.shared_session(), in.route.text, in.body, in.coding,
                           in.id == 0, 0, parts_.bodies));
  } catch (...) {
    refuse(in, current_error());
    return false;
  }
  return true;
}

bool Connector::passes_global_filters(Incoming& in) {
  if (next_forwarded_ == 0) ++next_forwarded_;  // 0 is no number
  const std::uint32_t number = next_forwarded_++;
  auto request =
      std::make_unique<ForwardedRequest>(in.client.shared_session(), in.route.text, in.body,
                                         in.coding, in.id == 0, number, parts_.bodies);
  try {
    parts_.global_filters.before(*request, request->passed);
  } catch (...) {
    const Error error = current_error();
    parts_.global_filters.after(*request, request->passed, error.code);
    refuse(in, error);
    return false;
  }
  in.filtered = number;
  forwarded_.insert_or_assign(number, std::move(request));
  return true;
}

void Connector::handle_here(const Incoming& in) {
  detail::RequestContext context;
  context.deadline = parts_.host.loop.now() + time_limit(parts_.settings.deadlines.request);
  context.trace = next_trace_ += 2;
  FrontendExchange exchange(parts_.dispatcher, in.client.shared_session(), in.id, in.route.text,
                            in.body, in.coding, context);
  if (in.filtered != 0) {
    exchange.on_end([this, number = in.filtered](int code) { tell_global_filters(number, code); });
  }
  if (in.route.handler == nullptr) exchange.unknown_route();
  parts_.dispatcher.run(in.route.handler, exchange);
}

// A request that did not get there, or has not run there, goes to another server: once.
void Connector::forward(const Incoming& in) {
  routes_.refresh(in.route);
  const session::SessionView session(in.client.session());
  const RouteParameter parameter(session);
  const ClientRoute& parts = *in.route.parts;
  const Call call{parts.server_type, parts.handler, parts.method, parameter,
                  in.route.candidates.peers};
  const auto chosen = in.not_to == nullptr ? parts_.router.choose(in.route.candidates, call)
                                           : parts_.router.choose_other(call, *in.not_to);
  if (!chosen.ok()) {
    const bool unknown = chosen.error().code == code::kFailed &&
                         parts_.mesh.directory().find_type(parts.server_type) == nullptr;
    if (in.not_to == nullptr && Restarts::is_nobody(chosen.error()) && hold(in, nullptr)) return;
    return refuse(in, chosen.error(), unknown ? kPitayaNotFound : 0);
  }
  int failed = forward_to(**chosen, in);
  if (failed == 0) return;
  const std::string first = (*chosen)->id;
  if (in.not_to == nullptr) {
    const auto other = parts_.router.choose_other(call, first);
    if (other.ok()) failed = forward_to(**other, in);
  }
  // What was sent once waits for nobody: something newer of its session may wait already.
  if (failed == 0 || (in.not_to == nullptr && hold(in, *chosen))) return;
  refuse(in, Error(failed, "server " + first + " cannot be asked now"));
}

// 0: it is sent, or answered. Else the code that it ends with if no other server takes it.
int Connector::forward_to(const ServerInfo& server, const Incoming& in) {
  if (server.frontend) {
    refuse(in, Error(code::kFailed, "a frontend handles only what its own clients send"));
    return 0;
  }
  const KnownRoute::Target target = routes_.target(in.route, server);
  if (target.link == nullptr) return target.refusal;
  if (!target.link->open()) return code::kNoServer;
  if (!target.code) {
    refuse(in, Error(code::kFailed, "no such route"), kPitayaNotFound);
    return 0;
  }
  return send(target, in);
}

int Connector::send(const KnownRoute::Target& target, const Incoming& in) {
  cluster::Link& link = *target.link;
  if (link.overloaded()) return code::kShed;
  detail::FrontendState& session = in.client.session();
  if (session.followed != nullptr &&
      !parts_.followed.bring(session, in.route.parts->server_type, link)) [[unlikely]]
    return code::kShed;
  session.note_visit(*target.server);
  const net::Duration limit = time_left(in);
  const std::uint64_t kept = in.route.candidates.router->live ? keep(target, in, limit) : 0;
  cluster::RequestHeader header;
  if (in.id != 0) {
    const std::uint64_t ids = std::uint64_t{in.filtered} << 32 | in.id;
    header.call = link.open_call(*this, {session.id, ids, kept}, limit);
  }
  header.route = *target.code;
  header.session = session.id;
  header.remaining_ms = static_cast<std::uint32_t>(limit.count());
  header.trace = next_trace_ += 2;
  header.coding = in.coding;
  header.settings = session.snapshot();
  cluster::FrameWriter frame(link.output());
  frame.request(header);
  frame.body().append(in.body);
  if (frame.finish()) {
    if (in.id == 0)
      tell_global_filters(in.filtered, code::kOk);  // nothing else will be heard of it
    return 0;
  }
  if (header.call != 0) link.calls().take_back(header.call);
  refuse(in, Error(code::kTooLarge, "the message is too large for a link"));
  return 0;
}

net::Duration Connector::time_left(const Incoming& in) const {
  if (in.deadline == net::TimePoint()) return time_limit(parts_.settings.deadlines.request);
  return std::max(in.deadline - parts_.host.loop.now(), net::Duration(1));
}

void Connector::on_call_end(cluster::CallTag tag, const cluster::CallEnd& end) noexcept {
  const bool refused = end.status != code::kOk && is_refusal(end);
  if ((refused || end.status == code::kServerLost) && forward_again(tag, end)) return;
  tell_global_filters(static_cast<std::uint32_t>(tag.b >> 32), end.status);
  detail::FrontendState* session = parts_.sessions.answering(tag.a);
  if (session == nullptr || session->answers_to == nullptr) return;
  Client& client = static_cast<Client&>(*session->answers_to);
  const auto id = static_cast<std::uint32_t>(tag.b);
  if (!end.from_peer || refused) return client.answer_error(id, Error(end.status, {}));
  if (end.status != code::kOk) return client.answer_failure(id, end.status, end.body);
  client.answer(id, end.body);
}

void Connector::refuse(const Incoming& in, const Error& error, int pitaya_code) {
  failures_.write("request refused", error, in.route.text, {"uid", in.client.session().data.uid});
  tell_global_filters(in.filtered, error.code);
  if (in.id != 0) in.client.answer_error(in.id, error, pitaya_code);
}

void Connector::tell_global_filters(std::uint32_t number, int code) noexcept {
  if (number == 0) return;
  if (auto request = forwarded_.extract(number)) {
    parts_.global_filters.after(*request.mapped(), request.mapped()->passed, code);
  }
}

}  // namespace shaddock::server
