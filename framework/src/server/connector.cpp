#include "server/connector.h"

#include <algorithm>
#include <utility>

#include "server/error_answer.h"
#include "server/forwarded_request.h"
#include "server/frontend_exchange.h"
#include "server/time_limit.h"

namespace shaddock::server {

// Views die with the call that delivered the message. id 0: no answer is wanted.
struct Connector::Incoming {
  Client& client;
  std::uint32_t id;
  std::string_view route, body;
  std::uint32_t filtered = 0;  // key in forwarded_, 0: no global filter waits
};

namespace {

net::StaticFiles served(const std::vector<StaticFile>& files) {
  net::StaticFiles served;
  for (const auto& file : files) served.add(file.path, file.content_type, std::string(file.bytes));
  return served;
}

}  // namespace

Connector::Connector(Parts parts)
    : parts_(std::move(parts)),
      files_(served(parts_.settings.connector.files)),
      site_{&files_, {}, false},
      context_{parts_.host.loop, parts_.settings.connector, site_, parts_.sessions, *this,
               parts_.log},
      failures_(parts_.log, parts_.host.loop.timers()),
      next_trace_(parts_.host.random.next() | 1) {}

Connector::~Connector() {
  listener_.reset();
  clients_.clear();
}

Result<void> Connector::open() {
  const std::string host =
      parts_.settings.connector.distinct_host ? parts_.info.host : std::string();
  auto listener = parts_.host.network.listen(
      {host, parts_.info.client_port},
      [this](std::unique_ptr<net::Stream> stream) { on_accept(std::move(stream)); });
  if (!listener.ok()) return std::move(listener).error();
  listener_ = std::move(listener).value();
  return {};
}

void Connector::close(Function<void()> on_empty) {
  listener_.reset();
  on_empty_ = std::move(on_empty);
  for (auto& [client, owned] : clients_) client->close(net::close_code::kGoingAway);
  if (clients_.empty()) tell_empty();
}

void Connector::tell_empty() {
  if (Function<void()> tell = std::exchange(on_empty_, nullptr)) tell();
}

void Connector::on_accept(std::unique_ptr<net::Stream> stream) {
  const std::size_t most = parts_.settings.connector.limits.connections;
  if (most != 0 && clients_.size() >= most) {
    return failures_.write("client refused", Error(code::kShed, "max-connections is reached"), {},
                           {"client", net::to_string(stream->peer())});
  }
  auto client = std::make_unique<Client>(context_, std::move(stream));
  Client* key = client.get();
  clients_.emplace(key, std::move(client));
}

void Connector::on_client_end(Client& client) {
  parts_.host.loop.defer([this, gone = &client, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    clients_.erase(gone);
    if (clients_.empty()) tell_empty();
  });
}

void Connector::on_message(Client& client, const protocol::Message& message) {
  const auto& header = message.header;
  const bool has_route = header.type != protocol::MessageType::response && !header.compressed_route;
  if (!has_route || header.route.find('.') == std::string_view::npos) {
    const Error error(code::kFailed, "dropped: a message without a route");
    return failures_.write("request refused", error, {}, {"uid", client.session().data.uid});
  }
  const std::uint32_t id = header.type == protocol::MessageType::request ? header.id : 0;
  if (id != 0 && client.unanswered >= parts_.settings.connector.limits.unanswered) {
    ++client.unanswered;
    answer_error(client, id, Error(code::kTooMany, "too many unanswered requests"));
    return;
  }
  if (id != 0) ++client.unanswered;
  take(client, message, id);
}

void Connector::take(Client& client, const protocol::Message& message, std::uint32_t id) {
  Incoming in{client, id, message.header.route, message.body};
  const auto route = parse_route(in.route);
  if (!route) return refuse(in, Error(code::kFailed, "a route has three parts"));
  if (route->method == "constructor") return client.kick("attack");
  if (parts_.global_filters.empty()) return handle(in, *route);

  if (next_forwarded_ == 0) ++next_forwarded_;  // 0 is no number
  const std::uint32_t number = next_forwarded_++;
  auto request = std::make_unique<ForwardedRequest>(client.shared_session(), in.route, in.body,
                                                    id == 0, number);
  try {
    parts_.global_filters.before(*request, request->passed);
  } catch (...) {
    const Error error = current_error();
    parts_.global_filters.after(*request, request->passed, error.code);
    return refuse(in, error);
  }
  in.filtered = number;
  forwarded_.insert_or_assign(number, std::move(request));
  handle(in, *route);
}

void Connector::handle(const Incoming& in, const ClientRoute& route) {
  if (route.server_type == parts_.info.type) {
    handle_here(in);
  } else {
    forward(in, route);
  }
}

void Connector::handle_here(const Incoming& in) {
  detail::RequestContext context;
  context.deadline = parts_.host.loop.now() + time_limit(parts_.settings.deadlines.request);
  context.trace = next_trace_ += 2;
  FrontendExchange exchange(parts_.dispatcher, in.client.shared_session(), in.id, in.route, in.body,
                            context);
  if (in.filtered != 0) {
    exchange.on_end([this, number = in.filtered](int code) { tell_global_filters(number, code); });
  }
  parts_.dispatcher.run(parts_.dispatcher.handlers().find(in.route), exchange);
}

void Connector::forward(const Incoming& in, const ClientRoute& route) {
  FrontendSession session(in.client.shared_session());
  const RouteParameter parameter(session);
  auto chosen =
      parts_.router.choose(Call{route.server_type, route.handler, route.method, parameter});
  if (!chosen.ok()) return refuse(in, chosen.error());
  const ServerInfo& server = **chosen;
  if (server.frontend)
    return refuse(in, Error(code::kFailed, "a frontend handles only what its own clients send"));
  cluster::Link* link = parts_.mesh.link(server);
  if (link == nullptr)
    return refuse(in, Error(code::kNoServer, "server " + server.id + " is not there"));
  forward_to(*link, in);
}

void Connector::forward_to(cluster::Link& link, const Incoming& in) {
  const auto route = link.handler_code(in.route);
  if (!route) return refuse(in, Error(code::kFailed, "no such route"));
  if (link.overloaded())
    return refuse(in, Error(code::kShed, "the queue to " + link.peer().id + " is full"));

  detail::FrontendState& session = in.client.session();
  note_visit(session, link.peer().id);
  const auto limit = time_limit(parts_.settings.deadlines.request);
  cluster::RequestHeader header;
  if (in.id != 0) {
    const std::uint64_t ids = std::uint64_t{in.filtered} << 32 | in.id;
    header.call = link.calls().open(*this, {session.id, ids}, limit);
  }
  header.route = *route;
  header.session = session.id;
  header.remaining_ms = static_cast<std::uint32_t>(limit.count());
  header.trace = next_trace_ += 2;
  header.settings = session.snapshot();
  cluster::FrameWriter frame(link.output());
  frame.request(header);
  frame.body().append(in.body);
  if (frame.finish()) {
    if (in.id == 0)
      tell_global_filters(in.filtered, code::kOk);  // nothing else will be heard of it
    return;
  }
  if (header.call != 0) link.calls().take_back(header.call);
  refuse(in, Error(code::kTooLarge, "the message is too large for a link"));
}

void Connector::note_visit(detail::FrontendState& session, const std::string& server) {
  if (std::find(session.visited.begin(), session.visited.end(), server) == session.visited.end()) {
    session.visited.push_back(server);
  }
}

void Connector::on_call_end(cluster::CallTag tag, const cluster::CallEnd& end) noexcept {
  tell_global_filters(static_cast<std::uint32_t>(tag.b >> 32), end.status);
  detail::FrontendState* session = parts_.sessions.state(tag.a);
  if (session == nullptr) return;
  Client& client = static_cast<Client&>(*session->connection);
  const auto id = static_cast<std::uint32_t>(tag.b);
  if (!end.from_peer) return answer_error(client, id, Error(end.status, {}));
  client.begin_response(id).append(end.body);
  client.end_response();
}

void Connector::refuse(const Incoming& in, const Error& error) {
  failures_.write("request refused", error, in.route, {"uid", in.client.session().data.uid});
  tell_global_filters(in.filtered, error.code);
  if (in.id != 0) answer_error(in.client, in.id, error);
}

void Connector::tell_global_filters(std::uint32_t number, int code) noexcept {
  if (number == 0) return;
  if (auto request = forwarded_.extract(number)) {
    parts_.global_filters.after(*request.mapped(), request.mapped()->passed, code);
  }
}

void Connector::answer_error(Client& client, std::uint32_t id, const Error& error) {
  encode_error(error, parts_.settings.send_error_text, client.begin_response(id));
  client.end_response();
}

}  // namespace shaddock::server
