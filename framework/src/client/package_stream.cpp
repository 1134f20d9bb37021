#include "client/package_stream.h"

#include <array>
#include <utility>

#include "base/crypto.h"
#include "net/tls_stream.h"
#include "net/websocket_writer.h"

namespace shaddock::client {
namespace {

net::WebSocketLimits limits_of(const PackageStream::Settings& settings) {
  net::WebSocketLimits limits;
  limits.message = settings.limit + protocol::kPackageHeaderSize;
  limits.masked = false;
  return limits;
}

std::string random_key(net::Random& random) {
  std::array<char, 16> bytes;
  random.fill(bytes);
  return base64({bytes.data(), bytes.size()});
}

}  // namespace

PackageStream::PackageStream(net::Host& host, const net::Address& address, const Settings& settings,
                             PackageEvents& events)
    : host_(host),
      address_(address),
      settings_(settings),
      events_(events),
      frames_(limits_of(settings)),
      packages_(settings.limit) {
  connecting_ = host_.network.connect(address, settings.connect_limit,
                                      [this](Result<std::unique_ptr<net::Stream>> connected) {
                                        // What connecting_ owns is running; it goes when that has
                                        // returned.
                                        host_.loop.defer([made = std::move(connecting_)] {});
                                        on_connect(std::move(connected));
                                      });
}

PackageStream::~PackageStream() { *gone_ = true; }

void PackageStream::on_connect(Result<std::unique_ptr<net::Stream>> connected) {
  if (!connected) return end(connected.error().text);
  stream_ = std::move(connected).value();
  if (settings_.tls)
    stream_ = std::make_unique<net::TlsStream>(host_.loop, std::move(stream_), settings_.tls);
  stream_->set_events(*this);
  if (settings_.transport == Transport::tcp) return events_.on_stream_open();
  const std::string key = random_key(host_.random);
  upgrade_.emplace(key);
  stream_->write(net::websocket_request(net::to_string(address_), "/", key));
}

void PackageStream::write(std::string_view package) {
  if (ended_ || closing_ || !stream_) return;
  if (settings_.transport == Transport::tcp) return stream_->write(package);
  const auto mask = static_cast<std::uint32_t>(host_.random.next());
  net::write_masked_frame(stream_->output(), net::Opcode::binary, package, mask);
}

void PackageStream::close() {
  if (ended_ || !stream_ || std::exchange(closing_, true)) return;
  if (settings_.transport == Transport::websocket && !upgrade_) {
    constexpr std::string_view kNormal("\x03\xe8", 2);
    net::write_masked_frame(stream_->output(), net::Opcode::close, kNormal, 0);
  }
  stream_->close();
}

void PackageStream::on_bytes(std::span<char> bytes) {
  const auto gone = gone_;
  if (settings_.transport == Transport::tcp) {
    on_packages({bytes.data(), bytes.size()});
  } else if (!upgrade_ || upgrade(bytes)) {
    if (!*gone) on_frames(bytes);
  }
}

// True when the rest of the bytes are frames.
bool PackageStream::upgrade(std::span<char>& bytes) {
  using State = net::UpgradeReply::State;
  bytes = bytes.subspan(upgrade_->feed({bytes.data(), bytes.size()}));
  if (upgrade_->state() == State::reading) return false;
  if (upgrade_->state() == State::refused) {
    end("no WebSocket here: HTTP " + std::to_string(upgrade_->status()));
    return false;
  }
  upgrade_.reset();
  events_.on_stream_open();
  return true;
}

void PackageStream::on_frames(std::span<char> bytes) {
  const bool& gone = *gone_;
  frames_.feed(bytes);
  while (!gone && !ended_ && !closing_) {
    const auto event = frames_.next();
    if (!event) return;
    on_event(*event);
  }
}

void PackageStream::on_event(const net::WebSocketEvent& event) {
  using Kind = net::WebSocketEvent::Kind;
  const std::string_view payload(event.payload.data(), event.payload.size());
  switch (event.kind) {
    case Kind::text:
    case Kind::binary:
      return on_packages(payload);
    case Kind::ping:
      return net::write_masked_frame(stream_->output(), net::Opcode::pong, payload, 0);
    case Kind::pong:
      return;
    case Kind::close:
      return end("closed by the server with WebSocket code " + std::to_string(event.code));
    case Kind::failed:
      return end("the server's WebSocket frames are wrong: " + std::to_string(event.code));
  }
}

void PackageStream::on_packages(std::string_view bytes) {
  const bool& gone = *gone_;
  packages_.feed(bytes);
  while (!gone && !ended_ && !closing_) {
    const auto package = packages_.next();
    if (!package) break;
    events_.on_package(*package);
  }
  if (gone || ended_ || closing_) return;
  if (packages_.failure() != protocol::PackageReader::Failure::none)
    end("the server's packages are wrong");
}

void PackageStream::on_end() { end("closed by the server"); }

void PackageStream::end(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  connecting_.reset();
  stream_.reset();
  events_.on_stream_end(why);
}

}  // namespace shaddock::client
