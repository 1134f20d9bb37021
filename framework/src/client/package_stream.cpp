#include "client/package_stream.h"

#include <utility>

#include "net/tls_stream.h"
#include "net/websocket_writer.h"

namespace shaddock::client {

PackageStream::PackageStream(net::Host& host, const net::Address& address, const Settings& settings,
                             PackageEvents& events)
    : host_(host),
      address_(address),
      settings_(settings),
      events_(events),
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
  websocket_.emplace(*stream_, host_.random, net::to_string(address_), "/",
                     settings_.limit + protocol::kPackageHeaderSize);
}

void PackageStream::write(std::string_view package) {
  if (ended_ || closing_ || !stream_) return;
  if (settings_.transport == Transport::tcp) return stream_->write(package);
  const auto mask = static_cast<std::uint32_t>(host_.random.next());
  net::write_masked_frame(stream_->output(), net::Opcode::binary, package, mask);
}

void PackageStream::close() {
  if (ended_ || !stream_ || std::exchange(closing_, true)) return;
  if (websocket_) websocket_->close(*stream_);
  stream_->close();
}

void PackageStream::on_bytes(std::span<char> bytes) {
  const auto gone = gone_;
  if (websocket_) return on_messages(bytes);
  on_packages({bytes.data(), bytes.size()});
}

void PackageStream::on_messages(std::span<char> bytes) {
  using Kind = net::WebSocketClient::Event::Kind;
  const bool& gone = *gone_;
  websocket_->feed(bytes);
  while (!gone && !ended_ && !closing_) {
    const auto event = websocket_->next(*stream_);
    if (!event) return;
    if (event->kind == Kind::message) {
      on_packages(event->payload);
    } else if (event->kind == Kind::open) {
      events_.on_stream_open();
    } else {
      end(std::string(event->payload));
    }
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
