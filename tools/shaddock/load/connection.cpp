#include "connection.h"

#include <utility>

#include "net/tls_stream.h"
#include "net/websocket_writer.h"

namespace shaddock::load {
namespace {

constexpr net::Duration kConnectLimit{10'000};
constexpr std::size_t kLongestMessage = 1 << 24;

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
  websocket_ = std::make_unique<net::WebSocketClient>(*stream_, place_.world.host().random,
                                                      net::to_string(target_.address), target_.path,
                                                      kLongestMessage);
}

void Connection::write(std::string_view package) {
  if (ended_ || closing_ || !stream_) return;
  Counters& counters = place_.counters;
  if (stream_->queued() == 0) ++counters.writes;
  Buffer& out = stream_->output();
  const std::size_t before = out.size();
  if (websocket_) {
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
  if (websocket_) websocket_->close(*stream_);
  stream_->close();
}

void Connection::on_bytes(std::span<char> bytes) {
  place_.look_at_clock();
  place_.counters.bytes_received += bytes.size();
  ++place_.counters.reads;
  if (websocket_) return on_messages(bytes);
  on_packages({bytes.data(), bytes.size()});
}

void Connection::on_messages(std::span<char> bytes) {
  using Kind = net::WebSocketClient::Event::Kind;
  websocket_->feed(bytes);
  while (!ended_ && !closing_) {
    const auto event = websocket_->next(*stream_);
    if (!event) return;
    if (event->kind == Kind::message) {
      on_packages(event->payload);
    } else if (event->kind == Kind::open) {
      events_.on_open();
    } else {
      end(std::string(event->payload));
    }
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
