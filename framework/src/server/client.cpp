#include "server/client.h"

#include <algorithm>
#include <utility>

#include "net/sniff.h"
#include "net/websocket_writer.h"
#include "protocol/handshake.h"

namespace shaddock::server {

using net::close_code::kNormal;
using net::close_code::kPolicy;
using net::close_code::kProtocolError;
using net::close_code::kTooBig;
using protocol::PackageAction;
using protocol::PackageType;

namespace {

constexpr std::uint32_t kControlsPerSecond = 20;
constexpr net::Duration kStalled{1000};
constexpr std::size_t kQueueFactor = 4;  // over max_queued even within one turn: closed at once

net::WebSocketLimits websocket_limits(const Settings::Connector& settings) {
  net::WebSocketLimits limits;
  limits.message = settings.limits.package + protocol::kPackageHeaderSize;
  return limits;
}

}  // namespace

Client::Client(ClientContext& context, std::unique_ptr<net::Stream> stream)
    : context_(context),
      stream_(std::move(stream)),
      timer_(context.loop.timers(), [this] { on_time(); }),
      last_sign_(context.loop.now()),
      reader_(context.settings.limits.handshake_bytes),
      control_window_(context.loop.now()) {
  limit_time(context_.settings.limits.handshake);
  stream_->set_events(*this);
}

Client::~Client() {
  if (session_) session_->connection = nullptr;
}

void Client::start_session() { session_ = context_.sessions.open(*this); }

std::string Client::address() const { return net::to_string(stream_->peer()); }

Buffer& Client::output() {
  if (!closing_) return stream_->output();
  scrap_.clear();
  return scrap_;
}

void Client::on_bytes(std::span<char> bytes) {
  last_sign_ = context_.loop.now();
  switch (kind_) {
    case Kind::package:
      return on_packages({bytes.data(), bytes.size()});
    case Kind::websocket:
      return on_websocket(bytes);
    case Kind::http:
      return on_http(bytes);
    case Kind::unknown:
      return on_first_bytes(bytes);
  }
}

void Client::on_first_bytes(std::span<char> bytes) {
  sniffed_.append(bytes.data(), bytes.size());
  const net::Speech speech = net::sniff(sniffed_);
  if (speech == net::Speech::more) return;
  std::string first = std::exchange(sniffed_, {});
  switch (speech) {
    case net::Speech::package:
      kind_ = Kind::package;
      start_session();
      return on_packages(first);
    case net::Speech::http:
      kind_ = Kind::http;
      http_ = std::make_unique<net::HttpRequestReader>();
      return on_http(first);
    default:
      return close(kProtocolError);
  }
}

void Client::on_http(std::span<char> bytes) {
  while (!bytes.empty() && !closing_ && kind_ == Kind::http) {
    bytes = bytes.subspan(http_->feed({bytes.data(), bytes.size()}));
    if (http_->state() == net::HttpRequestReader::State::reading) return;
    const bool failed = http_->state() == net::HttpRequestReader::State::failed;
    write_http(failed ? net::http_error(http_->status())
                      : net::answer_http(http_->request(), context_.site));
  }
  if (kind_ == Kind::websocket && !bytes.empty()) on_websocket(bytes);
}

void Client::write_http(const net::HttpAnswer& answer) {
  stream_->write(std::string_view(answer.head));
  if (answer.body) stream_->write(answer.body);
  if (answer.upgraded()) {
    kind_ = Kind::websocket;
    websocket_ = std::make_unique<net::WebSocketReader>(websocket_limits(context_.settings));
    http_.reset();
    start_session();
  } else if (answer.keep_open && stream_->queued() <= context_.settings.limits.queued) {
    http_->reset();
    limit_time(context_.settings.limits.handshake);
  } else {
    close(kNormal);
  }
}

void Client::on_websocket(std::span<char> bytes) {
  websocket_->feed(bytes);
  while (!closing_) {
    const auto event = websocket_->next();
    if (!event) return;
    on_websocket_event(*event);
  }
}

void Client::on_websocket_event(const net::WebSocketEvent& event) {
  using WsKind = net::WebSocketEvent::Kind;
  const std::string_view payload(event.payload.data(), event.payload.size());
  switch (event.kind) {
    case WsKind::text:
    case WsKind::binary:
      on_packages(payload);
      if (!reader_.at_boundary()) close(kProtocolError);
      return;
    case WsKind::ping:
      net::write_frame(output(), net::Opcode::pong, payload);
      return count_control();
    case WsKind::pong:
      return count_control();
    case WsKind::close:
      return close(event.code);
    case WsKind::failed:
      return close(event.code);
  }
}

// Pings and heartbeats: what is answered at once and costs the peer nothing.
void Client::count_control() {
  const net::TimePoint now = context_.loop.now();
  if (now - control_window_ >= std::chrono::seconds(1)) {
    control_window_ = now;
    control_count_ = 0;
  }
  if (++control_count_ > kControlsPerSecond) close(kPolicy);
}

void Client::on_packages(std::string_view bytes) {
  reader_.feed(bytes);
  while (!closing_) {
    const auto package = reader_.next();
    if (!package) break;
    on_package(*package);
  }
  if (reader_.failure() == protocol::PackageReader::Failure::too_long) close(kTooBig);
  if (reader_.failure() == protocol::PackageReader::Failure::unknown_type) close(kProtocolError);
}

void Client::on_package(const protocol::Package& package) {
  switch (machine_.on_package(package.type)) {
    case PackageAction::dispatch:
      return on_data(package.body);
    case PackageAction::heartbeat:
      if (context_.settings.heartbeat.count() > 0) write_package(PackageType::heartbeat, {});
      return count_control();
    case PackageAction::handshake:
      return on_handshake(package.body);
    case PackageAction::ack:
      return start_beating();
    case PackageAction::drop:
    case PackageAction::ignore:
      return;
    case PackageAction::close:
      return close(kProtocolError);
  }
}

void Client::on_handshake(std::string_view body) {
  if (auto request = protocol::parse_handshake(body); !request.ok()) {
    write_package(PackageType::handshake, protocol::kHandshakeFailed);
    return close(kNormal);
  }
  protocol::HandshakeReply reply;
  if (const auto beat = context_.settings.heartbeat.count(); beat > 0)
    reply.heartbeat = static_cast<int>(beat);
  write_package(PackageType::handshake, protocol::handshake_reply(reply));
  machine_.handshake_answered();
  reader_.set_limit(machine_.body_limit(context_.settings.limits.package));
  limit_time(context_.settings.limits.ack);
}

void Client::on_data(std::string_view body) {
  if (const auto message = protocol::decode_message(body)) {
    context_.events.on_message(*this, *message);
  } else {
    close(kProtocolError);
  }
}

void Client::start_beating() {
  if (context_.settings.heartbeat.count() > 0) write_package(PackageType::heartbeat, {});
  limit_time(silence_limit());
}

void Client::limit_time(std::chrono::milliseconds limit) {
  if (limit.count() > 0) {
    timer_.start(limit);
  } else {
    timer_.stop();
  }
}

std::chrono::milliseconds Client::silence_limit() const {
  const Settings::Connector& settings = context_.settings;
  if (settings.heartbeat.count() == 0) return settings.limits.idle;
  return settings.heartbeat_timeout.count() > 0 ? settings.heartbeat_timeout
                                                : 2 * settings.heartbeat;
}

void Client::on_time() {
  if (machine_.state() == protocol::ConnectionState::working) {
    const auto left = last_sign_ + silence_limit() - context_.loop.now();
    if (left.count() > 0) return timer_.start(left);
    // A timer that rings this late means that we were stalled: what the client sent may lie unread.
    if (context_.loop.now() - timer_.deadline() > kStalled) return timer_.start(kStalled);
  }
  if (kind_ == Kind::http) stream_->write(std::string_view(net::http_error(408).head));
  close(kNormal);
}

Buffer& Client::begin_response(std::uint32_t id) {
  queued_before_ = stream_->queued();
  Buffer& out = output();
  if (websocket_) frame_at_ = net::begin_frame(out);
  package_at_ = protocol::begin_package(out);
  protocol::write_response_header(out, id);
  return out;
}

void Client::end_response() {
  --unanswered;
  Buffer& out = closing_ ? scrap_ : stream_->output();
  if (!protocol::end_package(out, package_at_, PackageType::data)) {
    if (websocket_) out.truncate(frame_at_);
    context_.log.error("answer is too large for a package, the client is sent away",
                       {{"client", address()}});
    return close(net::close_code::kInternal);
  }
  if (websocket_) net::end_frame(out, frame_at_, net::Opcode::binary);
  watch_queue(queued_before_);
}

void Client::send_package(const SharedBytes& package) {
  if (closing_ || !machine_.may_send()) return;
  const std::size_t before = stream_->queued();
  if (websocket_) net::write_frame_header(stream_->output(), net::Opcode::binary, package->size());
  stream_->write(package);
  watch_queue(before);
}

void Client::write_package(PackageType type, std::string_view body) {
  if (closing_) return;
  const std::size_t before = stream_->queued();
  Buffer& out = stream_->output();
  if (websocket_) {
    net::write_frame_header(out, net::Opcode::binary, protocol::kPackageHeaderSize + body.size());
  }
  if (!protocol::append_package(out, type, body)) return close(net::close_code::kInternal);
  watch_queue(before);
}

void Client::kick(std::string_view reason) {
  if (!reason.empty() && machine_.may_send())
    write_package(PackageType::kick, protocol::kick_body(reason));
  close(kNormal);
}

void Client::close(int websocket_code) {
  if (closing_) return;
  if (websocket_) net::write_close_frame(stream_->output(), websocket_code);
  closing_ = true;
  machine_.close();
  timer_.stop();
  stream_->close();
  if (!session_) return;
  context_.loop.defer([session = session_] {
    if (session->service != nullptr) session->service->close(*session);
  });
}

void Client::on_end() {
  closing_ = true;
  timer_.stop();
  if (session_) context_.sessions.close(*session_);
  context_.events.on_client_end(*this);
}

// The largest message that waits does not count: one always fits, however large it is.
void Client::watch_queue(std::size_t before) {
  const std::size_t queued = stream_->queued();
  if (before == 0) allowance_ = 0;
  allowance_ = std::max(allowance_, queued - before);
  if (queued <= context_.settings.limits.queued + allowance_ || closing_) return;
  if (queued > kQueueFactor * context_.settings.limits.queued + allowance_) return close(kPolicy);
  if (std::exchange(queue_watched_, true)) return;
  // A burst of one turn is no slow client: judged after the kernel had its chance.
  context_.loop.post([session = session_] {
    if (session->connection == nullptr) return;
    Client& client = static_cast<Client&>(*session->connection);
    client.queue_watched_ = false;
    if (client.stream_->queued() > client.context_.settings.limits.queued + client.allowance_)
      client.close(kPolicy);
  });
}

}  // namespace shaddock::server
