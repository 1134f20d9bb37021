#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/host.h"
#include "net/tls_context.h"
#include "net/websocket_client.h"
#include "protocol/package.h"

namespace shaddock::client {

enum class Transport { tcp, websocket };

// Receives what happens on a PackageStream, on the loop's thread and never from inside a call of
// it. Any of the calls may destroy the stream.
class PackageEvents {
 public:
  virtual void on_stream_open() = 0;
  virtual void on_package(const protocol::Package& package) = 0;
  // The last call. It also comes instead of on_stream_open().
  virtual void on_stream_end(const std::string& why) = 0;

 protected:
  ~PackageEvents() = default;
};

// Pomelo's packages to and from a server, over raw TCP or inside WebSocket messages, each also
// within TLS:
//
//   connecting --> upgrading (WebSocket only) --> open --> ended
//
// What the server sends may be of any make; a body longer than `limit` ends the connection.
class PackageStream final : net::StreamEvents {
 public:
  struct Settings {
    Transport transport = Transport::tcp;
    std::shared_ptr<net::TlsContext> tls;  // of the client's side; nullptr: no TLS
    net::Duration connect_limit{5000};
    std::size_t limit = protocol::kMaxPackageBody;  // of a package's body
  };

  PackageStream(net::Host& host, const net::Address& address, const Settings& settings,
                PackageEvents& events);
  ~PackageStream();

  // Whole packages, one a call. Only once open.
  void write(std::string_view package);
  std::size_t queued() const { return stream_ ? stream_->queued() : 0; }
  // Writes what is queued; on_stream_end() comes when that is done, and no package before it. Only
  // once open.
  void close();

 private:
  void on_connect(Result<std::unique_ptr<net::Stream>> connected);
  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  void on_messages(std::span<char> bytes);
  void on_packages(std::string_view bytes);
  void end(const std::string& why);

  net::Host& host_;
  net::Address address_;
  Settings settings_;
  PackageEvents& events_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::Stream> stream_;
  std::optional<net::WebSocketClient> websocket_;  // only of WebSocket
  protocol::PackageReader packages_;
  // Held while bytes are being read: an event may destroy this.
  std::shared_ptr<bool> gone_ = std::make_shared<bool>(false);
  bool closing_ = false, ended_ = false;
};

}  // namespace shaddock::client
