#pragma once
// One connection to a server: Pomelo's packages over TCP or inside WebSocket messages, each also
// within TLS.
//
//   connecting --> upgrading (WebSocket only) --> open --> ended
//
// Made for many messages: what is written in a loop turn leaves in one write, packages are shown
// where they were read, and nothing is allocated for a message. It counts reads, writes and bytes
// (before TLS) into Place::counters.

#include <memory>
#include <string>
#include <string_view>

#include "net/websocket_client.h"
#include "place.h"
#include "protocol/package.h"
#include "target.h"

namespace shaddock::load {

// Calls never come from inside a call of the connection. None of them may destroy it.
class ConnectionEvents {
 public:
  virtual void on_open() = 0;
  virtual void on_package(const protocol::Package& package) = 0;
  // The last call. It also comes instead of on_open().
  virtual void on_end(const std::string& why) = 0;

 protected:
  ~ConnectionEvents() = default;
};

class Connection final : net::StreamEvents {
 public:
  // `source`: the host of this machine to come from; empty: the system's choice.
  Connection(Place& place, const Target& target, const std::string& source,
             ConnectionEvents& events);
  ~Connection();

  // A whole package; only once open.
  void write(std::string_view package);
  // Writes what is queued, then closes; on_end() comes when that is done, and no package before it.
  void close();
  bool ended() const { return ended_; }

 private:
  void on_connect(Result<std::unique_ptr<net::Stream>> connected);
  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  void on_messages(std::span<char> bytes);
  void on_packages(std::string_view bytes);
  void end(const std::string& why);

  Place& place_;
  const Target& target_;
  ConnectionEvents& events_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::Stream> stream_;
  protocol::PackageReader packages_;
  std::unique_ptr<net::WebSocketClient> websocket_;  // only of WebSocket
  bool closing_ = false, ended_ = false;
};

}  // namespace shaddock::load
