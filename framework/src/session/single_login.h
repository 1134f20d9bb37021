#pragma once

#include <shaddock/log.h>
#include <shaddock/session.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "cluster/view.h"
#include "net/host.h"
#include "session/frontend_sessions.h"
#include "session/login_book.h"
#include "session/login_leases.h"
#include "session/login_list.h"
#include "session/login_messages.h"

namespace shaddock::session {

// Single login (Settings::Connector::single_login) on one frontend: a uid, with a kind of
// connection, belongs to one session of all frontends of the type at most. Each key has a holder
// among them (LoginList) who keeps the book of it (LoginBook):
//
//   session at B             holder H                 owner A
//      bind --- claim -------> |
//                              | --- release ---------> | kicks its session, which ends in the
//                              | <------- gone -------- | same turn
//           <------ grant ---- |
//   bound                      |                        (without an owner: only claim and grant)
//
// A claims what it owns anew whenever it meets a holder, or the list changes, and serves it only
// while its leases run (LoginLeases): so it is safe whoever crashes, freezes or is cut off, and the
// master is asked nothing. What cannot be decided in time ends with 504 and binds nothing.
class SingleLogin final : LoginBookEvents {
 public:
  struct Parts {
    net::Host& host;
    cluster::Endpoint& endpoint;
    cluster::RpcClient& rpc;
    FrontendSessions& sessions;
    const ServerInfo& self;
    bool kick_old;        // or refuse the new
    net::Duration limit;  // of a bind whose request leaves more time
    Logger log;
  };
  explicit SingleLogin(Parts parts);
  ~SingleLogin();
  // The server is being destroyed: what waits ends, and nothing is asked any more.
  void close();

  void add_remotes(cluster::Remotes& remotes);
  void apply_view(const cluster::View& before, const cluster::View& now);
  void on_link_up(cluster::Link& link);
  void on_link_down(cluster::Link& link);

  // For FrontendSessions, which has checked uid and session.
  Pending<> bind(detail::FrontendState& session, std::string uid, std::string_view kind,
                 net::TimePoint deadline);
  // The session has ended or was unbound, and had that uid.
  void release(detail::FrontendState& session, const std::string& uid);

  // To be called before what a client sends is served: ends the sessions that we may not serve any
  // more. Cheap.
  void check() {
    if (const net::TimePoint now = parts_.host.loop.now(); now >= leases_.end()) end_over(now);
  }
  net::TimePoint now() const { return parts_.host.loop.now(); }
  // What this frontend holds.
  const LoginBook& book() const { return book_; }
  std::size_t asking() const { return asking_.size(); }

  // Reasons of the KICK package.
  static constexpr std::string_view kElsewhere = "logged in elsewhere";
  static constexpr std::string_view kUnconfirmed = "login not confirmed";
  static constexpr net::Duration kLook{250}, kRenew{1000};
  static constexpr std::size_t kPiece = 256;  // keys that are claimed at a time

 private:
  struct Asking {  // a bind that has not ended
    std::string uid, kind, key;
    net::TimePoint deadline;
    bool asked = false;
    std::uint64_t number = 0;  // of the last attempt; answers to others come too late
    std::vector<Pending<>::Source> waiting;
  };
  struct Other {  // frontend of the type: in the list, linked, or both
    net::Address address;
    std::uint64_t incarnation = 0;  // of the last one that was linked
    bool linked = false;
    bool claiming = false, claimed = false;  // what we own, for the list that we have
    std::uint64_t round = 0;                 // of claims
    std::uint32_t next_piece = 0;            // of its claims
    std::unique_ptr<net::Connecting> probe;
  };

  bool is_self(std::string_view frontend) const { return frontend == parts_.self.id; }
  void use_list(LoginList list);
  void look();
  void end_over(net::TimePoint now);

  void attempt(SessionId session, Asking& asking);
  void attempt_all();
  void on_answer(SessionId session, std::uint64_t number, const std::string& holder,
                 Result<void> answer);
  void end_late(net::TimePoint now);
  void end(SessionId session, Result<void> result);
  void tell_freed(const std::string& key, SessionId session);

  struct Claims;
  void claim_all(const std::string& holder, Other& other);
  void send_piece(const std::shared_ptr<Claims>& claims);
  void on_piece(const std::shared_ptr<Claims>& claims, bool accepted);
  std::vector<SessionId> owned_of(std::string_view holder) const;
  void renew_all();
  void probe(const std::string& frontend, Other& other);
  void died(const std::string& frontend, std::uint64_t incarnation);

  void ask_owner(const std::string& frontend, const std::string& key, SessionId session,
                 bool must) override;
  bool let_go(const LoginRelease& ask);
  void take_ask(cluster::IncomingCall call, LoginAsk& ask);
  void take_piece(cluster::IncomingCall call, const LoginPiece& piece);
  void take_lease(const cluster::IncomingCall& call, const LoginLease& lease);
  void take_renewed(const cluster::IncomingCall& call, const LoginRenewed& renewed);

  Parts parts_;
  const LoginRoutes routes_;
  LoginBook book_;
  LoginLeases leases_;
  LoginList list_;
  // Those before it whose holders have not all heard that it is another now.
  std::vector<LoginList> old_lists_;
  std::map<std::string, Other, std::less<>> others_;
  std::map<SessionId, Asking> asking_;
  std::uint64_t attempts_ = 0, rounds_ = 0;
  net::TimePoint renewed_at_;
  net::Timer look_timer_;
  bool closed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for calls that end later
};

}  // namespace shaddock::session
