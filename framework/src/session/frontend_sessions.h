#pragma once

#include <shaddock/session.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cluster/wire.h"
#include "session/frontend_state.h"

namespace shaddock::session {

class SingleLogin;

// Told of the end of each session, after the application's own callbacks.
class SessionEvents {
 public:
  virtual void on_session_end(detail::FrontendState& session) = 0;
  // One of those callbacks threw; the others run all the same.
  virtual void on_callback_failed(const detail::FrontendState& session, const Error& error) = 0;

 protected:
  ~SessionEvents() = default;
};

// The sessions of one frontend. Invariants: a session is in the map of ids exactly while its
// connection is open, and in the map of uids exactly while it is also bound.
class FrontendSessions final : public SessionService {
 public:
  // `incarnation` is that of no other process of the cluster, now or ever: it makes ids unique. The
  // seed is random: nobody who does not know it can choose uids that collide.
  FrontendSessions(std::string frontend, std::uint64_t incarnation, SessionEvents& events,
                   std::uint64_t seed = 0);
  ~FrontendSessions() override;

  std::shared_ptr<detail::FrontendState> open(ClientConnection& connection);
  // The connection has ended: leaves the maps, runs the callbacks, tells the events. Once.
  void close(detail::FrontendState& session);
  // The client has logged out: all of that happens to its session, but the connection stays, and
  // answers that are under way still find it by answering() until forget().
  void retire(detail::FrontendState& session);
  void forget(detail::FrontendState& session);
  // It has gone on at another frontend, which runs its end: leaves the maps, and nothing more.
  void hand_over(detail::FrontendState& session);

  bool contains(std::string_view uid) const override;
  std::vector<FrontendSession> find(std::string_view uid) const override;
  std::optional<FrontendSession> find(SessionId id) const override;
  std::size_t size() const override { return by_id_.size(); }
  std::size_t bound() const override { return bound_; }
  std::size_t kick(std::string_view uid, std::string_view reason) override;

  // What a client said, as JSON. Most say the same, word by word, and then it is kept once.
  std::shared_ptr<ClientData> client_data(std::string_view json);

  // The id of a server, at the same address each time.
  const std::string& same_name(std::string_view name);

  detail::FrontendState* state(SessionId id) const;
  // Precondition: it is open.
  std::shared_ptr<detail::FrontendState> shared(const detail::FrontendState& session) const {
    return by_id_.at(session.id);
  }
  // The session, open or retired, whose client waits for an answer; nullptr: nobody does any more.
  detail::FrontendState* answering(SessionId id) const;

  // From now on ask_bind() asks it; nullptr: nobody need be asked.
  void set_single_login(SingleLogin* login) { single_login_ = login; }
  SingleLogin* single_login() const { return single_login_; }
  Pending<> ask_bind(detail::FrontendState& session, std::string uid, std::string_view kind,
                     std::chrono::steady_clock::time_point deadline);
  // Ends it in this turn; its client is told the reason.
  void end(detail::FrontendState& session, std::string_view reason);

  Result<void> bind(detail::FrontendState& session, std::string uid);
  Result<void> unbind(detail::FrontendState& session, std::string_view uid);
  Result<void> set(detail::FrontendState& session, std::string_view key, Json value);

  // Visits the sessions of a push. A visit must not open or close sessions.
  using Visit = std::function<void(detail::FrontendState&)>;
  void for_each(cluster::PushScope scope, const Visit& visit) const;
  void for_each_of(std::string_view uid, const Visit& visit) const;
  // Visits the first session of each uid.
  void for_each_user(const Visit& visit) const;
  std::size_t users() const { return by_uid_.size(); }

 private:
  struct UidHash {
    using is_transparent = void;
    std::uint64_t seed;
    std::size_t operator()(std::string_view uid) const;
    std::size_t operator()(const detail::FrontendState* state) const {
      return (*this)(std::string_view(state->data.uid));
    }
  };
  struct UidEqual {
    using is_transparent = void;
    static std::string_view uid(std::string_view uid) { return uid; }
    static std::string_view uid(const detail::FrontendState* state) { return state->data.uid; }
    bool operator()(const auto& a, const auto& b) const { return uid(a) == uid(b); }
  };

  void leave(const std::shared_ptr<detail::FrontendState>& session);
  void remember_uid(detail::FrontendState& session);
  void forget_uid(detail::FrontendState& session);

  std::string frontend_;
  SessionId next_id_;
  SessionEvents& events_;
  std::unordered_map<SessionId, std::shared_ptr<detail::FrontendState>> by_id_;
  std::unordered_map<SessionId, std::shared_ptr<detail::FrontendState>> retired_;
  // The first session bound to each uid, from which its others hang; it has the uid's text.
  std::unordered_set<detail::FrontendState*, UidHash, UidEqual> by_uid_;
  std::size_t bound_ = 0;
  std::array<std::weak_ptr<ClientData>, 8> said_;  // of late
  std::size_t next_said_ = 0;
  std::set<std::string, std::less<>> names_;
  SingleLogin* single_login_ = nullptr;
};

}  // namespace shaddock::session
