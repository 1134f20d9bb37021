#pragma once

#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/websocket.h"
#include "protocol/connection_state.h"
#include "protocol/message.h"
#include "protocol/package.h"
#include "session/frontend_sessions.h"

namespace shaddock::server {

class Client;

// What the connector does for its clients.
class ClientEvents {
 public:
  // A message of a client that is WORKING. Views die with the call.
  virtual void on_message(Client& client, const protocol::Message& message) = 0;
  // Forgets the client on a later turn; nothing more comes from it.
  virtual void on_client_end(Client& client) = 0;

 protected:
  ~ClientEvents() = default;
};

// What all clients of a connector share.
struct ClientContext {
  net::Loop& loop;
  const Settings::Connector& settings;
  const net::HttpSite& site;
  session::FrontendSessions& sessions;
  ClientEvents& events;
  const Logger& log;
};

// One connection on the client port: tells HTTP, WebSocket and raw packages apart by the first
// bytes, then keeps the state of Pomelo's protocol. It has a session from the first package or the
// upgrade on.
class Client final : net::StreamEvents, public session::ClientConnection {
 public:
  Client(ClientContext& context, std::unique_ptr<net::Stream> stream);
  ~Client();

  detail::FrontendState& session() { return *session_; }
  const std::shared_ptr<detail::FrontendState>& shared_session() { return session_; }

  // A response in place: append the body to what begin_response() gives, then end_response(). To a
  // client that is closing it goes nowhere.
  Buffer& begin_response(std::uint32_t id);
  void end_response();

  void send_package(const SharedBytes& package) override;
  void kick(std::string_view reason) override;
  std::string address() const override;
  // Ends the connection with this WebSocket code, after what is queued. The session ends on a later
  // turn.
  void close(int websocket_code);

  // Requests that wait for their answer: counted up by the connector, down by end_response().
  std::size_t unanswered = 0;

 private:
  enum class Kind : std::uint8_t { unknown, http, websocket, package };

  void on_bytes(std::span<char> bytes) override;
  void on_end() override;

  void on_first_bytes(std::span<char> bytes);
  void on_http(std::span<char> bytes);
  void on_websocket(std::span<char> bytes);
  void on_websocket_event(const net::WebSocketEvent& event);
  void on_packages(std::string_view bytes);
  void on_package(const protocol::Package& package);
  void on_handshake(std::string_view body);
  void on_data(std::string_view body);
  void start_session();
  void write_package(protocol::PackageType type, std::string_view body);
  void write_http(const net::HttpAnswer& answer);
  void count_control();
  void start_beating();
  std::chrono::milliseconds silence_limit() const;
  void on_time();
  void limit_time(std::chrono::milliseconds limit);
  void watch_queue(std::size_t before);
  Buffer& output();

  ClientContext& context_;
  std::unique_ptr<net::Stream> stream_;
  std::shared_ptr<detail::FrontendState> session_;
  net::Timer timer_;
  net::TimePoint
      last_sign_;  // of life: read when the timer rings, so that a message costs no timer
  protocol::ConnectionMachine machine_;
  protocol::PackageReader reader_;
  std::unique_ptr<net::HttpRequestReader> http_;
  std::unique_ptr<net::WebSocketReader> websocket_;
  std::string sniffed_;  // first bytes that do not tell yet what is spoken
  // Of the response under construction, and what was queued before it.
  std::size_t frame_at_ = 0, package_at_ = 0, queued_before_ = 0;
  std::size_t allowance_ = 0;  // the size of the largest message in the queue
  Buffer scrap_;               // what is written while closing
  net::TimePoint control_window_;
  std::uint32_t control_count_ = 0;  // in that window
  Kind kind_ = Kind::unknown;
  bool closing_ = false;
  bool queue_watched_ = false;
};

}  // namespace shaddock::server
