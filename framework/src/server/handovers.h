#pragma once

#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "cluster/view.h"
#include "net/loop.h"
#include "server/counters.h"
#include "server/followed_sessions.h"
#include "server/handover_messages.h"
#include "server/resume_table.h"
#include "session/channels.h"
#include "session/moved_session.h"
#include "session/single_login.h"

namespace shaddock::server {

class Client;

// Sessions whose clients come back on another frontend (B) than the one that has them (A):
//
//   client       B                        A                          every other server X
//     hello ---> | ---- take -----------> |
//                | <--- the session ----- |  from here on A passes what comes for it:
//     <- hello   | ---- came -----------> |  and again if it ends on the way
//                | <--- pass, pass ------ | <-- pushes, answers ------- |
//     request -> | (held)                 |  all answered, or kAnswers:
//                |                        | ---- moved ---------------> | members move
//                | (pushes of X are held) | <--- told ----------------- |
//                | <--- all ------------- |  by every X that lives
//                | <--- here -------------+---------------------------- |  (of every X that told)
//                | what was held goes on: first the pushes, then the requests
//
// So for the client everything of one server stands in the order in which it was sent, and each
// request of its own reaches a server behind those that it sent before. What A says to B is in
// order, and numbered: if something is missing, A is lost before it has said that it is over, an X
// is not lost and has not told within kTold, or it takes longer than kBegun, the session ends at B
// as with a close. If B is lost, or does not say
// that it came, it ends at A. A token is good at one frontend only: that which has the session.
// When the client goes on to a third one before A has said that it is over, B passes on what A
// passes.
class Handovers {
 public:
  struct Parts {
    net::Loop& loop;
    const ServerInfo& self;
    cluster::Endpoint& endpoint;
    const cluster::Directory& directory;
    cluster::RpcClient& rpc;
    session::FrontendSessions& sessions;
    session::Channels& channels;
    ResumeTable& resumes;
    FollowedSessions& followed;
    session::SingleLogin* single_login;  // nullptr: off
    Counters& counters;
    Function<void(FrontendSession&)> on_resumed;  // must not throw
  };
  explicit Handovers(Parts parts);
  void add_remotes(cluster::Remotes& remotes);
  // The server is being destroyed: nothing more is said to anybody.
  void close() { closed_ = true; }
  void on_link_up(cluster::Link& link);
  void on_link_down(const cluster::Link& link);

  // Another frontend that runs, to which clients may come back.
  bool has_others();
  std::size_t leaving() const { return departures_.size(); }

  // B: asks who has the session of that token for it; the client is told by on_taken(). False:
  // nobody can be asked.
  bool ask(Client& client, const ResumeToken& token, std::uint64_t received);
  // Another frontend may still pass something on to that session.
  bool passes_to(SessionId session) const { return arrivals_.contains(session); }
  // What comes for a session that is arriving: kept until it is its turn.
  void hold_request(Client& client, std::string_view body);
  void hold_package(Client& client, const SharedBytes& package);
  // It ends as with a close, for what the client misses now it would miss for good.
  void end_arrival(SessionId session);
  // It is ending here for another reason: the application hears first that it had come.
  void tell_arrived(SessionId session);
  // A: what comes for a session that was handed over.
  void pass(detail::FrontendState& session, const SharedBytes& package);
  void pass_kick(detail::FrontendState& session, std::string_view reason);
  // Its client has no request in hand any more.
  void answered(detail::FrontendState& session);
  // B: what that server (empty: this one) sends to all clients is for that session, too.
  void take_here(std::string_view server, SessionId session);
  // It is to end: there, where it is now.
  void end_departure(detail::FrontendState& session);
  bool hears(const detail::FrontendState& session, std::string_view server) const;

  // kTold: longer than a link may be silent, so that it ends by an answer or with the link.
  static constexpr net::Duration kLimit{3000}, kAnswers{1500}, kTold{3500}, kBegun{6000};
  static constexpr std::size_t kMostAsking = 1000, kMostTakers = 4;
  static constexpr std::size_t kMostUntold = 1000;  // moves, for each server out of reach
  static constexpr std::size_t kMostOutOfReach = 100;
  static constexpr std::size_t kMostHeld = 1 << 20;  // bytes for one client

 private:
  struct Arrival {  // by its id here
    explicit Arrival(net::TimerWheel& timers, Function<void()> late)
        : timer(timers, std::move(late)) {}
    cluster::LinkHandle from;
    SessionId session = 0;  // there
    // Here; also when its client has logged out and waits for answers.
    std::shared_ptr<detail::FrontendState> state;
    std::uint64_t passed = 0;
    std::deque<std::string> requests;
    std::deque<SharedBytes> packages;
    std::size_t held = 0;
    std::set<std::string, std::less<>> here;  // servers that send to this frontend
    std::vector<std::string> told;            // those that will
    std::set<std::string, std::less<>> lost;  // their links: what they said is lost with them
    bool all = false, over = false, owned = false, begun = false;
    bool overrun = false;                                              // more than may wait
    std::vector<std::pair<cluster::IncomingCall, ResumeTake>> takers;  // who come for it meanwhile
    net::Timer timer;
  };
  struct Departure {  // by its id here
    explicit Departure(net::TimerWheel& timers, Function<void()> late)
        : timer(timers, std::move(late)) {}
    Client* client = nullptr;  // lives as long as this does
    cluster::LinkHandle to;
    SessionId session = 0;  // there
    std::uint64_t passed = 0;
    std::set<std::string, std::less<>> there;  // servers that send to the other frontend
    std::vector<std::string> told;
    session::MovedSession moved;
    std::size_t untold = 0;
    bool came = false, late = false, telling = false, all = false;
    net::Timer timer;
  };

  void ask(SessionId session, const std::string& frontend, const ResumeTake& take, int hops);
  void on_answer(SessionId session, const cluster::LinkHandle& from, const ResumeTake& take,
                 int hops, Result<std::string_view> answer);
  void arrive(Client& client, const cluster::LinkHandle& from, const HandedSession& handed);
  void claim_uid(SessionId session, const HandedSession& handed);
  void take_pass(const cluster::IncomingCall& call, PassedPackage& passed);
  void take_all(const cluster::IncomingCall& call, const PassedAll& all);
  void take_kick(const PassedKick& kick);
  void begin(SessionId session);
  void expect_nothing_of(const cluster::Link& link);
  bool all_here(const Arrival& arrival);
  static bool says_all_here(const Arrival& arrival, std::string_view server);
  void tell_resumed(const std::shared_ptr<detail::FrontendState>& state);
  void give_held(SessionId session, Arrival& arrival);
  Arrival* arrival_of(const cluster::IncomingCall& call, SessionId session);
  static Client* client_of(const Arrival& arrival);
  Client* client_of(SessionId session) const;

  void take(cluster::IncomingCall call, const ResumeTake& take);
  void give(cluster::IncomingCall& call, Client& client, const ResumeTake& take);
  void depart(Client& client, const cluster::LinkHandle& to, SessionId there);
  void take_came(const cluster::IncomingCall& call, const CameSession& came);
  bool all_answered(SessionId session) const;
  bool stays_here(std::string_view uid) const;
  void grow_late(SessionId session);
  void tell_moved(SessionId session);
  void tell(SessionId session, Departure& departure, cluster::Link& link);
  void tell_later(const std::string& server, const session::MovedSession& moved);
  void tell_late(cluster::Link& link, const session::MovedSession& moved);
  void on_told(SessionId session, const std::string& server, const Result<std::string_view>& told);
  void send_all(SessionId session);
  void finish(SessionId session);

  Parts parts_;
  const HandoverRoutes routes_;
  std::map<SessionId, Arrival> arrivals_;
  std::map<SessionId, Departure> departures_;
  // By servers out of reach that may have members which have moved.
  std::map<std::string, std::deque<session::MovedSession>, std::less<>> untold_;
  std::size_t asking_ = 0;
  bool closed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for calls that end later
};

}  // namespace shaddock::server
