#pragma once

#include <memory>
#include <string>

#include "net/host.h"

namespace shaddock::system_test {

// Says bytes and listens; knows no protocol. One that is deaf reads nothing until it is told to.
class RawPeer final : net::StreamEvents {
 public:
  enum class Ears { open, deaf };
  RawPeer(net::Host& host, const net::Address& address, std::string first = {},
          Ears ears = Ears::open)
      : waiting_(std::move(first)), ears_(ears) {
    connecting_ = host.network.connect(address, std::chrono::seconds(10),
                                       [this](Result<std::unique_ptr<net::Stream>> connected) {
                                         if (!connected) return void(ended = true);
                                         stream_ = std::move(*connected);
                                         if (ears_ == Ears::open) listen();
                                         write(std::exchange(waiting_, {}));
                                       });
  }

  // Kept until it is connected.
  void write(std::string_view bytes) {
    if (stream_ == nullptr)
      waiting_ += bytes;
    else if (!bytes.empty())
      stream_->write(bytes);
  }
  void listen() { stream_->set_events(*this); }
  bool connected() const { return stream_ != nullptr; }

  std::string heard;
  bool ended = false;

 private:
  void on_bytes(std::span<char> bytes) override { heard.append(bytes.data(), bytes.size()); }
  void on_end() override { ended = true; }

  std::string waiting_;
  Ears ears_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::Stream> stream_;
};

// The head of a WebSocket's upgrade; more header lines, each with its end.
inline std::string upgrade_request(std::string_view more = {}) {
  return "GET / HTTP/1.1\r\nHost: fortress\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
         std::string(more) + "\r\n";
}

}  // namespace shaddock::system_test
