#include "server/client_transport.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "net/forwarded_for.h"
#include "net/proxy_header.h"
#include "net/sniff.h"
#include "net/websocket_writer.h"
#include "server/size_limit.h"

namespace shaddock::server {

using net::close_code::kProtocolError;
using net::close_code::kTooBig;
using protocol::PackageReader;
using protocol::PackageType;

namespace {

net::WebSocketLimits websocket_limits(const PortContext& port) {
  const Settings::Connector::Limits& settings = port.settings.limits;
  net::WebSocketLimits limits;
  constexpr std::size_t kMost = std::numeric_limits<unsigned>::max();
  limits.message = package_limit(settings.package) + protocol::kPackageHeaderSize;
  limits.fragments = static_cast<unsigned>(std::min(size_limit(settings.fragments), kMost));
  limits.empty_fragments =
      static_cast<unsigned>(std::min(size_limit(settings.empty_fragments), kMost));
  limits.text = port.listener.text;
  return limits;
}

bool may_begin_with_proxy_header(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (const std::string_view start : {"PROXY "sv, "\r\n\r\n\0\r\nQUIT\n"sv}) {
    const std::size_t both = std::min(start.size(), bytes.size());
    if (bytes.substr(0, both) == start.substr(0, both)) return true;
  }
  return false;
}

net::HttpLimits http_limits(const Settings::Connector::Limits& settings) {
  return {size_limit(settings.http_head), size_limit(settings.http_headers)};
}

}  // namespace

ClientTransport::ClientTransport(const PortContext& port, std::unique_ptr<net::Stream> stream,
                                 TransportEvents& events)
    : port_(port),
      events_(events),
      stream_(std::move(stream)),
      last_input_(port.loop.now()),
      unfinished_since_(last_input_),
      reader_(package_limit(port.settings.limits.handshake_bytes)) {
  if (port.listener.transport == ListenerSettings::Transport::udp) kind_ = Kind::datagram;
  proxied_ = port.proxies.empty() || !port.proxies.contains(stream_->peer().host);
  stream_->set_events(*this);
}

net::Address ClientTransport::address() const {
  return stands_for_ ? *stands_for_ : stream_->peer();
}

void ClientTransport::on_bytes(std::span<char> bytes) {
  last_input_ = port_.loop.now();
  const std::string_view text(bytes.data(), bytes.size());
  switch (kind_) {
    case Kind::raw:
      on_packages(text);
      return note_unfinished();
    case Kind::websocket:
      return on_websocket(bytes);
    case Kind::datagram:
      return on_datagram(text);
    case Kind::http:
      return on_http(bytes);
    case Kind::first_bytes:
      return on_first_bytes(text);
  }
}

void ClientTransport::on_first_bytes(std::string_view bytes) {
  if (!first_bytes_) first_bytes_ = std::make_unique<std::string>();
  if (tls_ != nullptr && first_bytes_->empty()) events_.on_securing(true);
  *first_bytes_ += bytes;
  if (!proxied_ && !take_proxy_header()) return;
  const net::Speech speech = net::sniff(*first_bytes_);
  if (speech == net::Speech::more) return;
  const auto first = std::exchange(first_bytes_, nullptr);
  start(speech, *first);
}

// False: there is nothing more to look at yet, or ever. A listed proxy may also send none of it,
// and tell of its client in HTTP.
bool ClientTransport::take_proxy_header() {
  if (!may_begin_with_proxy_header(*first_bytes_)) return proxied_ = true;
  net::ProxyHeader header;
  const std::size_t taken = header.feed(*first_bytes_);
  if (header.state() == net::ProxyHeader::State::more) return false;
  if (header.state() == net::ProxyHeader::State::bad)
    return events_.on_fault(Count::malformed_frame, kProtocolError), false;
  proxied_ = true;
  first_bytes_->erase(0, taken);
  if (header.client()) stand_for(*header.client());
  return !closing_;
}

void ClientTransport::stand_for(const net::Address& client) {
  stands_for_ = std::make_unique<net::Address>(client);
  events_.on_address(client);
}

void ClientTransport::stand_for_forwarded(const net::HttpRequest& request) {
  const auto peer = net::parse_ip(stream_->peer().host);
  if (!peer || !port_.proxies.contains(*peer)) return;
  const net::IpAddress client = net::forwarded_client(request, *peer, port_.proxies);
  if (client != *peer) stand_for({net::to_string(client), 0});
}

void ClientTransport::start(net::Speech speech, std::string& first) {
  const bool plain = tls_ == nullptr;
  if (speech == net::Speech::tls && plain && port_.tls) return secure(first);
  if (plain && port_.tls && !port_.listener.tls.plain_too)
    return events_.on_fault(Count::tls_failed, kProtocolError);
  if (speech == net::Speech::http) {
    kind_ = Kind::http;
    http_ = std::make_unique<net::HttpRequestReader>(http_limits(port_.settings.limits));
    return on_http(first);
  }
  if (speech != net::Speech::package || !port_.listener.raw)
    return events_.on_fault(Count::malformed_package, kProtocolError);
  kind_ = Kind::raw;
  events_.on_carrier();
  on_packages(first);
  note_unfinished();
}

void ClientTransport::secure(std::string_view first) {
  events_.on_securing(false);
  auto secured = std::make_unique<net::TlsStream>(port_.loop, std::move(stream_), port_.tls, first);
  tls_ = secured.get();
  stream_ = std::move(secured);
  stream_->set_events(*this);
}

void ClientTransport::on_http(std::span<char> bytes) {
  while (!bytes.empty() && !closing_ && kind_ == Kind::http) {
    bytes = bytes.subspan(http_->feed({bytes.data(), bytes.size()}));
    if (http_->state() == net::HttpRequestReader::State::reading) return;
    answer_http();
  }
  if (kind_ == Kind::websocket && !closing_ && !bytes.empty()) on_websocket(bytes);
}

void ClientTransport::answer_http() {
  if (http_->state() == net::HttpRequestReader::State::failed) {
    const int status = http_->status();
    stream_->write(std::string_view(net::http_error(status).head));
    return events_.on_fault(status == 431 ? Count::too_long : Count::malformed_frame,
                            net::close_code::kNormal);
  }
  const net::HttpRequest& request = http_->request();
  if (!port_.proxies.empty()) {
    stand_for_forwarded(request);
    if (closing_) return;
  }
  const bool refused = !port_.listener.websocket && request.has_token("Upgrade", "websocket");
  give(refused ? net::http_error(403) : net::answer_http(request, port_.site));
}

void ClientTransport::give(const net::HttpAnswer& answer) {
  stream_->write(std::string_view(answer.head));
  if (answer.body) stream_->write(answer.body);
  if (answer.upgraded()) {
    kind_ = Kind::websocket;
    deflate_bits_ = static_cast<std::int8_t>(answer.deflate_bits);
    websocket_ = std::make_unique<net::WebSocketReader>(
        websocket_limits(port_), deflate_bits_ != 0 ? &port_.compressors.inflater : nullptr);
    http_.reset();
    events_.on_carrier();
  } else if (answer.keep_open && stream_->queued() <= port_.settings.limits.queued) {
    http_->reset();
    events_.on_http();
  } else {
    events_.on_leaving(net::close_code::kNormal);
  }
}

void ClientTransport::write_http_error(int status) {
  if (!closing_) stream_->write(std::string_view(net::http_error(status).head));
}

void ClientTransport::on_websocket(std::span<char> bytes) {
  websocket_->feed(bytes);
  while (!closing_) {
    const auto event = websocket_->next();
    if (!event) break;
    on_websocket_event(*event);
  }
  note_unfinished();
}

void ClientTransport::on_websocket_event(const net::WebSocketEvent& event) {
  using WsKind = net::WebSocketEvent::Kind;
  const std::string_view payload(event.payload.data(), event.payload.size());
  switch (event.kind) {
    case WsKind::text:
    case WsKind::binary:
      waits_for_rest_ = false;
      on_packages(payload);
      if (!reader_.at_boundary() && !closing_)
        events_.on_fault(Count::malformed_package, kProtocolError);
      return;
    case WsKind::ping:
      net::write_frame(output(), net::Opcode::pong, payload);
      return events_.on_control();
    case WsKind::pong:
      return events_.on_control();
    case WsKind::close:
      return events_.on_leaving(event.code);
    case WsKind::failed:
      return events_.on_fault(event.code == kTooBig ? Count::too_long : Count::malformed_frame,
                              event.code);
  }
}

void ClientTransport::on_packages(std::string_view bytes) {
  reader_.feed(bytes);
  while (!closing_) {
    const auto package = reader_.next();
    if (!package) break;
    waits_for_rest_ = false;
    events_.on_package(*package);
  }
  if (closing_) return;
  if (reader_.failure() == PackageReader::Failure::too_long)
    events_.on_fault(Count::too_long, kTooBig);
  if (reader_.failure() == PackageReader::Failure::unknown_type)
    events_.on_fault(Count::malformed_package, kProtocolError);
}

// Anyone can send a datagram in another's name, so a bad one ends nothing.
void ClientTransport::on_datagram(std::string_view bytes) {
  const auto package = protocol::decode_package(bytes, reader_.limit());
  if (!package) return events_.on_stray_datagram();
  if (!std::exchange(carried_, true)) events_.on_carrier();
  events_.on_package(*package);
}

// When the timer of a slow package starts: with its first bytes. Of a stream of packages each piece
// may end in the midst of one, but not of the same.
void ClientTransport::note_unfinished() {
  const bool was = std::exchange(waits_for_rest_, unfinished() != 0);
  if (!waits_for_rest_ || was || closing_) return;
  unfinished_since_ = port_.loop.now();
  events_.on_unfinished();
}

std::size_t ClientTransport::unfinished() const {
  return websocket_ ? websocket_->unfinished() : reader_.unfinished();
}

void ClientTransport::on_end() {
  closing_ = true;
  events_.on_transport_end(tls_ != nullptr && !tls_->failure().empty());
}

Buffer& ClientTransport::scrap() {
  if (!scrap_) scrap_ = std::make_unique<Buffer>();
  return *scrap_;
}

bool ClientTransport::end(PackageType type) {
  Buffer& out = output();
  if (!protocol::end_package(out, package_at_, type)) return cancel(), false;
  if (websocket_)
    port_.compressors.frames.end_frame(out, frame_at_, net::Opcode::binary, deflate_bits_);
  return true;
}

void ClientTransport::cancel() { output().truncate(websocket_ ? frame_at_ : package_at_); }

void ClientTransport::write(PackageType type, std::string_view body) {
  begin().append(body);
  if (!end(type)) events_.on_leaving(net::close_code::kInternal);
}

void ClientTransport::write(const SharedBytes& packages) {
  if (closing_) return;
  if (deflate_bits_ != 0) {
    const SharedBytes frame =
        port_.compressors.frames.shared_frame(packages, net::Opcode::binary, deflate_bits_);
    if (frame) return stream_->write(frame);
  }
  if (websocket_) net::write_frame_header(stream_->output(), net::Opcode::binary, packages->size());
  stream_->write(packages);
}

void ClientTransport::release() {
  if (!stream_) return;
  if (!stands_for_) stands_for_ = std::make_unique<net::Address>(stream_->peer());
  stream_.reset();
  tls_ = nullptr;
  websocket_.reset();
  http_.reset();
  scrap_.reset();
}

void ClientTransport::close(int websocket_code, Haste haste) {
  if (std::exchange(closing_, true)) return;
  if (websocket_) net::write_close_frame(stream_->output(), websocket_code);
  if (haste == Haste::now) return stream_->close(net::Duration(1));
  stream_->close();
}

}  // namespace shaddock::server
