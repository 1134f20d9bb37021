#pragma once

#include <memory>
#include <string>

#include "net/host.h"

namespace shaddock::system_test {

// Says bytes and listens; knows no protocol.
class RawPeer final : net::StreamEvents {
 public:
  RawPeer(net::Host& host, const net::Address& address, std::string first = {})
      : waiting_(std::move(first)) {
    connecting_ = host.network.connect(address, std::chrono::seconds(10),
                                       [this](Result<std::unique_ptr<net::Stream>> connected) {
                                         if (!connected) return void(ended = true);
                                         stream_ = std::move(*connected);
                                         stream_->set_events(*this);
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
  bool connected() const { return stream_ != nullptr; }

  std::string heard;
  bool ended = false;

 private:
  void on_bytes(std::span<char> bytes) override { heard.append(bytes.data(), bytes.size()); }
  void on_end() override { ended = true; }

  std::string waiting_;
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
