#include "connection.h"

#include <array>
#include <utility>

#include "base/crypto.h"
#include "net/tls_stream.h"
#include "net/websocket_writer.h"

namespace shaddock::load {
namespace {

constexpr net::Duration kConnectLimit{10'000};
constexpr std::size_t kLongestMessage = 1 << 24;

net::WebSocketLimits limits() {
  net::WebSocketLimits limits;
  limits.message = kLongestMessage;
  limits.masked = false;
  return limits;
}

std::string random_key(net::Random& random) {
  std::array<char, 16> bytes;
  random.fill(bytes);
  return base64({bytes.data(), bytes.size()});
}

}  // namespace

Connection::Connection(Place& place, const Target& target, const std::string& source,
                       ConnectionEvents& events)
    : place_(place), target_(target), events_(events) {
  auto done = [this](Result<std::unique_ptr<net::Stream>> connected) {
    // What connecting_ owns is running; it goes when that has returned.
    place_.loop().defer([made = std::move(connecting_)] {});
    on_connect(std::move(connected));
  };
  auto& network = place_.world.host().network;
  connecting_ = source.empty() ? network.connect(target.address, kConnectLimit, std::move(done))
                               : place_.world.connect_from(source, target.address, kConnectLimit,
                                                           std::move(done));
}

Connection::~Connection() = default;

void Connection::on_connect(Result<std::unique_ptr<net::Stream>> connected) {
  if (!connected) return end(connected.error().text);
  stream_ = std::move(connected).value();
  if (target_.tls)
    stream_ = std::make_unique<net::TlsStream>(place_.loop(), std::move(stream_), place_.tls);
  stream_->set_events(*this);
  if (!target_.websocket) return events_.on_open();
  const std::string key = random_key(place_.world.host().random);
  upgrade_ = std::make_unique<net::UpgradeReply>(key);
  frames_ = std::make_unique<net::WebSocketReader>(limits());
  stream_->write(net::websocket_request(net::to_string(target_.address), target_.path, key));
}

void Connection::write(std::string_view package) {
  if (ended_ || closing_ || !stream_) return;
  Counters& counters = place_.counters;
  if (stream_->queued() == 0) ++counters.writes;
  Buffer& out = stream_->output();
  const std::size_t before = out.size();
  if (frames_) {
    net::write_masked_frame(out, net::Opcode::binary, package, place_.next_mask());
  } else {
    out.append(package);
  }
  counters.bytes_sent += out.size() - before;
}

void Connection::close() {
  if (ended_ || std::exchange(closing_, true)) return;
  if (!stream_) {
    connecting_.reset();
    return place_.loop().defer([this] { end("closed before it was open"); });
  }
  if (frames_ && !upgrade_) {
    constexpr std::string_view kNormal("\x03\xe8", 2);
    net::write_masked_frame(stream_->output(), net::Opcode::close, kNormal, place_.next_mask());
  }
  stream_->close();
}

void Connection::on_bytes(std::span<char> bytes) {
  place_.look_at_clock();
  place_.counters.bytes_received += bytes.size();
  ++place_.counters.reads;
  if (!frames_) return on_packages({bytes.data(), bytes.size()});
  if (upgrade_) return upgrade(bytes);
  on_frames(bytes);
}

void Connection::upgrade(std::span<char> bytes) {
  using State = net::UpgradeReply::State;
  bytes = bytes.subspan(upgrade_->feed({bytes.data(), bytes.size()}));
  if (upgrade_->state() == State::reading) return;
  if (upgrade_->state() == State::refused)
    return end("no WebSocket here: HTTP " + std::to_string(upgrade_->status()));
  upgrade_.reset();
  events_.on_open();
  on_frames(bytes);
}

void Connection::on_frames(std::span<char> bytes) {
  frames_->feed(bytes);
  while (!ended_ && !closing_) {
    const auto frame = frames_->next();
    if (!frame) return;
    on_frame(*frame);
  }
}

void Connection::on_frame(const net::WebSocketEvent& event) {
  using Kind = net::WebSocketEvent::Kind;
  const std::string_view payload(event.payload.data(), event.payload.size());
  switch (event.kind) {
    case Kind::text:
    case Kind::binary:
      return on_packages(payload);
    case Kind::ping:
      return net::write_masked_frame(stream_->output(), net::Opcode::pong, payload,
                                     place_.next_mask());
    case Kind::pong:
      return;
    case Kind::close:
      return end("closed by the server with WebSocket code " + std::to_string(event.code));
    case Kind::failed:
      return end("the server's WebSocket frames are wrong: " + std::to_string(event.code));
  }
}

void Connection::on_packages(std::string_view bytes) {
  packages_.feed(bytes);
  while (const auto package = packages_.next()) {
    events_.on_package(*package);
    if (ended_ || closing_) return;
  }
  if (packages_.failure() != protocol::PackageReader::Failure::none)
    end("the server's packages are wrong");
}

void Connection::on_end() { end("closed by the server"); }

void Connection::end(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  const auto* tls = target_.tls ? dynamic_cast<const net::TlsStream*>(stream_.get()) : nullptr;
  const bool failed = tls != nullptr && !tls->failure().empty();
  // The stream may be the caller.
  place_.loop().defer([stream = std::move(stream_)] {});
  events_.on_end(failed ? "TLS: " + std::string(tls->failure()) : why);
}

}  // namespace shaddock::load
