#pragma once

#include <shaddock/function.h>
#include <shaddock/json.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "client/message_coding.h"
#include "client/package_stream.h"
#include "client/session_keeper.h"
#include "protocol/message.h"

namespace shaddock::client {

// What a request ended with. Every request ends exactly once.
struct Answer {
  static constexpr int kLost = 0;      // the connection ended before the answer came
  static constexpr int kNotSent = -1;  // not open, too many unanswered, too much queued, too long
  static constexpr int kUnreadable = -2;  // the body is not what it should be

  int code = kLost;  // the body's "code"; 200 where it has none
  Json body;
};

// One connection of a Pomelo client, for tests and tools: handshake, ack, heartbeats, requests,
// notifications and pushes, given and taken as JSON. Used on the loop's thread only. Callbacks
// never come from inside a call, and none after the client was destroyed; any of them may destroy
// it.
//
//   connect() --> handshake --> open --> closed, and connect() again
//
// With Settings::resume, requests that are under way when the connection drops wait for the next
// connect(): when the server still has the session, it goes on as if nothing had happened, and each
// request gets its one answer. They end with kLost when it has not, at close(), and when the time
// is over for which the server keeps sessions.
class Client final : private PackageEvents {
 public:
  struct Settings {
    Transport transport = Transport::tcp;
    std::shared_ptr<net::TlsContext> tls;  // nullptr: no TLS
    net::Duration open_limit{10000};       // from connect() to open
    std::size_t max_package = 1 << 20;
    std::size_t max_unanswered = 1024;
    std::size_t max_queued = 4 << 20;  // bytes that the kernel has not taken
    bool resume = false;               // comes back to its session after a drop
    // What the server's dictionary and schemas are; nullptr: it has none.
    std::shared_ptr<const protocol::ClientProtocol> protocol;
  };
  using OnAnswer = Function<void(Answer)>;
  using OnOpen = Function<void()>;
  using OnPush = Function<void(std::string_view route, const Json& body)>;
  using OnClose = Function<void(const std::string& why)>;

  explicit Client(net::Host& host) : Client(host, Settings()) {}
  Client(net::Host& host, const Settings& settings);
  ~Client();

  void on_open(OnOpen callback) { callbacks_->open = std::move(callback); }
  void on_push(OnPush callback) { callbacks_->push = std::move(callback); }
  // Comes once for each connect(), after the requests under way have ended; also when the client
  // was never open.
  void on_close(OnClose callback) { callbacks_->close = std::move(callback); }

  void connect(const net::Address& address);
  void request(std::string_view route, const Json& body, OnAnswer on_answer);
  // False: not sent, as with kNotSent.
  bool notify(std::string_view route, const Json& body);
  void close();
  // Breaks the connection as a network does, without a word to the server; on_close() comes.
  void lose();

  bool open() const { return state_ == State::open; }
  // It is not open, and the server may still have its session.
  bool may_come_back() const { return kept_.active(); }
  std::size_t unanswered() const { return requests_.size(); }
  // The session of before the last connect() goes on.
  bool resumed() const { return resumed_; }
  // What the server put under "user" and "sys" in its handshake, and all else.
  const Json& handshake() const { return handshake_; }

 private:
  enum class State { closed, connecting, greeting, open };
  struct Request {
    std::string route;
    OnAnswer on_answer;
    std::uint64_t number;  // of its package
  };
  struct Callbacks {
    OnOpen open;
    OnPush push;
    OnClose close;
  };

  void on_stream_open() override;
  void on_package(const protocol::Package& package) override;
  void on_stream_end(const std::string& why) override { leaving_ ? end(why) : drop(why); }
  void on_handshake(std::string_view body);
  void on_data(std::string_view body);
  void on_answer(std::uint32_t id, std::string_view body);
  void on_heartbeat(std::string_view body);
  void on_time();
  // The number of its package; 0: not sent.
  std::uint64_t send(const protocol::MessageHeader& header, const Json& body);
  void take_up();
  void post(Function<void()> work);
  void end(const std::string& why);
  // A connection that is no more, of a session that the server may still have.
  void drop(const std::string& why);
  void disconnect();
  void tell_closed(const std::string& why);
  void give_up();
  void lose_requests();

  net::Host& host_;
  Settings settings_;
  State state_ = State::closed;
  std::unique_ptr<PackageStream> stream_;
  MessageCoding coding_;
  std::unordered_map<std::uint32_t, Request> requests_;
  std::uint32_t last_id_ = 0;
  Json handshake_;
  net::Duration heartbeat_{0};
  net::TimePoint last_sign_{};
  net::Timer limit_;  // of opening; then of the server's silence
  net::Timer beat_;   // when to send the next heartbeat
  SessionKeeper keeper_;
  net::Timer kept_;  // while the server may still have the session of a dropped connection
  bool resumed_ = false, leaving_ = false;
  // Held by whoever calls one, so that it outlives a client destroyed by it. A client that is gone
  // is one whose callbacks are.
  std::shared_ptr<Callbacks> callbacks_ = std::make_shared<Callbacks>();
};

}  // namespace shaddock::client
