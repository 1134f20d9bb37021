#pragma once

#include <shaddock/session.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"

namespace shaddock {

namespace server {
struct FollowedSession;
}

namespace session {

class FrontendSessions;

// What a client can read. A push is encoded once for each form that occurs among those who get it.
struct ClientForm {
  bool dictionary = false;  // route codes in pushes
  bool protobuf = false;    // bodies whose route has a schema
  bool zlib = false;        // compressed bodies

  static constexpr std::size_t kCount = 8;
  std::size_t index() const {
    return (dictionary ? 1u : 0u) | (protobuf ? 2u : 0u) | (zlib ? 4u : 0u);
  }
};

// What a client said in its handshake: kept as text, and read when it is first asked for, which it
// hardly ever is. Shared by the sessions of one connection, and by clients that said the same.
class ClientData {
 public:
  explicit ClientData(std::string_view json) : text_(json) {}
  const Json& json();
  // Whether that is what was said; no more once it was read.
  bool is_still(std::string_view json) const { return text_ == json; }
  std::string text() const { return json_ ? json_->dump() : text_; }

 private:
  std::string text_;
  std::unique_ptr<Json> json_;
};

// The connection of one client, as sessions see it. Implemented by the connector.
class ClientConnection {
 public:
  // A whole DATA package, encoded once for all who get it.
  virtual void send_package(const SharedBytes& package) = 0;
  // The package of a push: what becomes of it when the client is slow is set for each route.
  virtual void send_push(const SharedBytes& package, std::string_view route) = 0;
  // Ends the session and begins another one on the same connection.
  virtual void logout() = 0;
  // A KICK package with the reason, then the end. An empty reason only ends it.
  virtual void kick(std::string_view reason) = 0;
  virtual std::string address() const = 0;
  // Of a session that moves: whether what that server says to all clients is for it here, or at the
  // other frontend. Empty: this server itself.
  virtual bool hears(std::string_view) const { return true; }

 protected:
  ~ClientConnection() = default;
};

}  // namespace session

namespace detail {

// What FrontendSession handles share: one connection's session, from the first byte to its end and
// as long as a handle exists. Changed only through FrontendSessions, which keeps the maps.
class FrontendState {
 public:
  FrontendState(session::FrontendSessions& service, SessionId id, const std::string& frontend,
                session::ClientConnection& connection)
      : service(&service),
        id(id),
        frontend(&frontend),
        connection(&connection),
        answers_to(&connection) {}

  // {uid, settings} as backends get it; encoded again only after a change.
  std::string_view snapshot() {
    if (!snapshot_fresh_) encode();
    return {snapshot_.get(), snapshot_size_};
  }
  void changed() { snapshot_fresh_ = false; }
  // What the client said, as JSON.
  const Json& handshake();
  // The server gets a request of this session.
  void note_visit(const std::string& server) {
    if (std::find(visited.begin(), visited.end(), &server) == visited.end())
      visited.push_back(&server);
  }

  session::FrontendSessions* service;  // nullptr once the service is gone
  const SessionId id;
  const std::string* const frontend;
  session::ClientConnection* connection;  // nullptr: closed
  // Where answers to its requests go: also after a logout, until all are given.
  session::ClientConnection* answers_to;
  std::shared_ptr<session::ClientData> client_data;  // nullptr before the handshake
  SessionData data;
  // Single login: the kind as which it owns its uid; nullptr: it owns none.
  std::unique_ptr<const std::string> login_kind;
  // While it is bound: the sessions of the same uid, in a circle in the order of binding.
  FrontendState *next_of_uid = nullptr, *previous_of_uid = nullptr;
  std::vector<Function<void(FrontendSession&)>> on_close;
  // Servers that got requests of this session: they are told of its end. As named by the service.
  std::vector<const std::string*> visited;
  session::ClientForm form;  // known from the handshake on
  // It goes on at another frontend, to which this one still passes what comes for it; or it comes
  // from one, which still does (server/handovers.h).
  bool handed = false, arriving = false;
  bool coming_back = false;  // its on_resumed runs
  bool settled = false;      // handed, and what it has been told is all that the other one knows
  // Who wants to know where it belongs: a chain of those that FollowedSessions has, which this
  // floor only carries.
  server::FollowedSession* followed = nullptr;

 private:
  void encode();

  bool snapshot_fresh_ = false;
  std::uint32_t snapshot_size_ = 0;
  std::unique_ptr<char[]> snapshot_;
};

}  // namespace detail
}  // namespace shaddock
