#pragma once

#include <shaddock/function.h>
#include <shaddock/json.h>
#include <shaddock/task.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A session is one client connection. It lives on its frontend, which alone may change it; a
// backend's handler works on a snapshot and sends changes back.
//
// uid: up to 128 bytes, given by bind(); empty before. Settings: up to 32 keys, 8 KiB in all;
// values are null, bool, integer, double or string (Error 500 for others).
namespace shaddock {

// A session's id: incarnation of the frontend and a counter, so that it never comes back. Clients
// never see it.
using SessionId = std::uint64_t;
std::string to_string_id(SessionId id);

namespace detail {
struct SessionData {  // what a snapshot holds
  std::string uid;
  Json settings = Json::object();
};
class FrontendState;
class BackendLink;

// Of the request that a session object was handed to.
struct RequestContext {
  std::chrono::steady_clock::time_point deadline =
      std::chrono::steady_clock::time_point::max();  // loop time
  std::uint64_t trace = 0;                           // 0: none
};
}  // namespace detail

// What route functions and filters see.
class Session {
 public:
  virtual ~Session() = default;

  SessionId id() const { return id_; }
  const std::string& uid() const { return data().uid; }
  bool bound() const { return !uid().empty(); }
  // The id of the frontend that holds the connection.
  const std::string& frontend() const { return *frontend_; }

  // The value of a setting; throws Error(500) when there is none.
  const Json& get(std::string_view key) const;
  // The same, nullptr when there is none.
  const Json* find(std::string_view key) const { return data().settings.find(key); }

  // RPCs made with this session inherit deadline and trace of its request.
  const detail::RequestContext& context() const { return context_; }
  void set_context(const detail::RequestContext& context) { context_ = context; }

 protected:
  Session(SessionId id, const std::string& frontend) : id_(id), frontend_(&frontend) {}
  virtual const detail::SessionData& data() const = 0;

  SessionId id_;
  const std::string* frontend_;
  detail::RequestContext context_;
};

// A session on its own frontend. A light handle: copies mean the same session, and one may be kept
// beyond its end. A copy is of no request: RPCs made with it have the usual deadline.
class FrontendSession final : public Session {
 public:
  explicit FrontendSession(std::shared_ptr<detail::FrontendState> state);
  ~FrontendSession() override;
  FrontendSession(const FrontendSession&);
  FrontendSession& operator=(const FrontendSession&);

  // Ends at once unless the cluster must be asked. Fails with 500 when the session is closed or has
  // another uid; the same uid again is fine. With Settings::Connector::single_login only one
  // session of all frontends of the type has that uid and kind of connection: 409 when it is
  // another one, 504 when that cannot be said in time.
  Pending<> bind(std::string uid, std::string_view kind = "main");
  Pending<> unbind(std::string uid);
  // Takes effect at once, for this and later requests.
  void set(std::string_view key, Json value);

  // Runs once when the connection has ended, with uid and settings still readable; in the order of
  // registration.
  void on_close(Function<void(FrontendSession&)> callback);
  // Tells the client why (a KICK package), then closes. Without a reason it only closes.
  void kick(std::string_view reason = "kick");
  // Ends the session, with its uid, settings, channels and on_close callbacks, and leaves the
  // connection open: the client has another session, unbound, from now on. Requests under way are
  // still answered.
  void logout();
  bool closed() const;
  // What the client said in its handshake, as it came: {"sys":{...},"user":...}.
  const Json& client_data() const;
  // Numeric address and port of the client.
  std::string client_address() const;

  detail::FrontendState& state() const { return *state_; }

 private:
  const detail::SessionData& data() const override;

  std::shared_ptr<detail::FrontendState> state_;
};

// A session as a backend's handler sees it: the snapshot that came with the request. set() is local
// until push().
class BackendSession final : public Session {
 public:
  // Made by the framework. `frontend` and `snapshot`, which is read when it is first needed, must
  // outlive it.
  BackendSession(SessionId id, const std::string& frontend, std::string_view snapshot,
                 detail::BackendLink& link);
  ~BackendSession() override;

  Pending<> bind(std::string uid, std::string_view kind = "main");
  Pending<> unbind(std::string uid);
  void set(std::string_view key, Json value);
  // Sends the named settings, or all that set() changed, to the frontend.
  Pending<> push(std::string_view key);
  Pending<> push_all();
  Pending<> kick(std::string_view reason = "kick");

 private:
  struct Copy;
  const detail::SessionData& data() const override;
  Copy& copy() const;
  template <class Ask, class F>
  Pending<> ask(std::string_view route, const Ask& question, F on_end);
  Pending<> push_keys(const std::vector<std::string>& keys);

  std::string_view snapshot_;
  detail::BackendLink* link_;
  mutable std::shared_ptr<Copy> copy_;
};

// All sessions of a frontend.
class SessionService {
 public:
  virtual ~SessionService() = default;
  virtual bool contains(std::string_view uid) const = 0;
  // All sessions of that uid here: a uid may be bound more than once.
  virtual std::vector<FrontendSession> find(std::string_view uid) const = 0;
  virtual std::optional<FrontendSession> find(SessionId id) const = 0;
  virtual std::size_t size() const = 0;
  virtual std::size_t bound() const = 0;
  // Kicks all sessions of the uid; returns how many.
  virtual std::size_t kick(std::string_view uid, std::string_view reason = "kick") = 0;
};

}  // namespace shaddock
