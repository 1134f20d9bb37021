// What single login says to the other frontends, and hears of them.
#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/wire_codec.h"
#include "net/refusal.h"
#include "session/frontend_state.h"
#include "session/single_login.h"

namespace shaddock::session {

using detail::FrontendState;

namespace {

constexpr net::Duration kProbeLimit{500};
constexpr std::uint32_t kNoPiece = std::numeric_limits<std::uint32_t>::max();

template <class A, class Action>
void add(cluster::Remotes& remotes, const std::string& route, Action action) {
  remotes.add(route, [action = std::move(action)](cluster::IncomingCall call) {
    A argument;
    if (auto read = cluster::decode_msgpack(call.body(), type_of<A>(), &argument); !read.ok())
      return call.fail(read.error());
    action(std::move(call), argument);
  });
}

const ServerInfo* find(const cluster::View& view, std::string_view id) {
  const auto at = std::find_if(view.servers.begin(), view.servers.end(),
                               [id](const ServerInfo& one) { return one.id == id; });
  return at == view.servers.end() ? nullptr : &*at;
}

}  // namespace

struct SingleLogin::Claims {  // of one round
  std::string holder;
  std::uint64_t round;
  std::vector<SessionId> sessions;
  std::size_t at = 0;
  std::uint32_t piece = 0;
  bool last = false;
  net::TimePoint sent{};
};

void SingleLogin::add_remotes(cluster::Remotes& remotes) {
  using Call = cluster::IncomingCall;
  add<LoginAsk>(remotes, routes_.claim,
                [this](Call call, LoginAsk& ask) { take_ask(std::move(call), ask); });
  add<LoginPiece>(remotes, routes_.claims,
                  [this](Call call, LoginPiece& piece) { take_piece(std::move(call), piece); });
  add<LoginLease>(remotes, routes_.renew,
                  [this](const Call& call, LoginLease& lease) { take_lease(call, lease); });
  add<LoginRenewed>(remotes, routes_.renewed, [this](const Call& call, LoginRenewed& renewed) {
    take_renewed(call, renewed);
  });
  add<LoginKey>(remotes, routes_.freed,
                [this](const Call&, LoginKey& freed) { book_.freed(freed.key, freed.session); });
  add<LoginRelease>(remotes, routes_.release, [this](Call call, LoginRelease& ask) {
    const LoginReleased answer{let_go(ask)};
    call.answer(type_of<LoginReleased>(), &answer);
  });
}

void SingleLogin::apply_view(const cluster::View& before, const cluster::View& now) {
  check();
  std::vector<std::string> frontends;
  for (const ServerInfo& server : now.servers) {
    if (server.type != parts_.self.type || !server.frontend) continue;
    if (server.state != ServerInfo::State::failed) frontends.push_back(server.id);
    if (is_self(server.id)) continue;
    others_[server.id].address = {server.host, server.port};
    const ServerInfo* const old = find(before, server.id);
    if (old != nullptr && old->incarnation < server.incarnation)
      died(server.id, server.incarnation - 1);
    else if (old != nullptr && !server.up() && server.state != old->state &&
             !others_[server.id].linked)  // who joined by hand may only have lost the master
      died(server.id, server.incarnation);
    book_.see(server.id, server.incarnation, server.up());
  }
  for (const ServerInfo& old : before.servers)
    if (old.type == parts_.self.type && old.frontend && find(now, old.id) == nullptr)
      book_.see(old.id, old.incarnation, false);
  LoginList list(std::move(frontends));
  if (list.mark() != list_.mark()) use_list(std::move(list));
}

void SingleLogin::use_list(LoginList list) {
  old_lists_.push_back(std::exchange(list_, std::move(list)));
  leases_.outdate();
  for (auto& [id, other] : others_) other.next_piece = kNoPiece;
  for (auto& [session, asking] : asking_) {
    asking.asked = false;
    asking.number = ++attempts_;
  }
  book_.begin();
  parts_.sessions.for_each(cluster::PushScope::bound, [this](FrontendState& state) {
    if (state.login_kind == nullptr) return;
    const std::string key = login_key(state.data.uid, *state.login_kind);
    const std::string* const holder = list_.holder_of(key);
    if (holder != nullptr && is_self(*holder)) book_.add(*holder, key, state.id);
  });
  for (auto& [id, other] : others_) claim_all(id, other);
  attempt_all();
}

void SingleLogin::on_link_up(cluster::Link& link) {
  check();
  if (!link.remote_code(routes_.claims)) return;
  const cluster::Identity& peer = link.peer();
  Other& other = others_[peer.id];
  if (other.incarnation < peer.incarnation) died(peer.id, peer.incarnation - 1);
  other.incarnation = peer.incarnation;
  other.linked = true;
  other.probe.reset();
  book_.linked(peer.id, peer.incarnation);
  claim_all(peer.id, other);
}

void SingleLogin::on_link_down(cluster::Link& link) {
  check();
  const auto at = others_.find(link.peer().id);
  if (at == others_.end() || at->second.incarnation != link.peer().incarnation) return;
  at->second.linked = at->second.claiming = at->second.claimed = false;
  at->second.round = ++rounds_;
  book_.unlinked(at->first, link.peer().incarnation);
}

void SingleLogin::died(const std::string& frontend, std::uint64_t incarnation) {
  if (others_[frontend].incarnation <= incarnation) leases_.forget(frontend);
  book_.died(frontend, incarnation);
}

void SingleLogin::look() {
  const net::TimePoint now = parts_.host.loop.now();
  check();
  book_.look(now);
  end_late(now);
  for (auto& [id, other] : others_) {
    if (!other.claimed && !other.claiming) claim_all(id, other);
  }
  if (now - renewed_at_ >= kRenew) renew_all();
  if (!leases_.outdated()) old_lists_.clear();
  attempt_all();
  look_timer_.start(kLook);
}

std::vector<SessionId> SingleLogin::owned_of(std::string_view holder) const {
  std::vector<SessionId> owned;
  parts_.sessions.for_each(cluster::PushScope::bound, [&](const FrontendState& state) {
    if (state.login_kind == nullptr) return;
    const std::string key = login_key(state.data.uid, *state.login_kind);
    const auto holds = [&](const LoginList& list) {
      const std::string* const found = list.holder_of(key);
      return found != nullptr && *found == holder;
    };
    if (holds(list_) || std::any_of(old_lists_.begin(), old_lists_.end(), holds))
      owned.push_back(state.id);
  });
  return owned;
}

void SingleLogin::claim_all(const std::string& holder, Other& other) {
  other.claiming = other.claimed = false;
  if (!other.linked || list_.mark() == 0) return;
  other.claiming = true;
  other.round = ++rounds_;
  auto claims = std::make_shared<Claims>(Claims{holder, other.round, owned_of(holder)});
  send_piece(claims);
}

// The next one goes when the holder has this one; whose session has ended meanwhile is left out.
void SingleLogin::send_piece(const std::shared_ptr<Claims>& claims) {
  LoginPiece piece{list_.mark(), claims->piece++, false, {}};
  for (; claims->at < claims->sessions.size() && piece.owned.size() < kPiece; ++claims->at) {
    const FrontendState* const state = parts_.sessions.state(claims->sessions[claims->at]);
    if (state == nullptr || state->login_kind == nullptr) continue;
    std::string key = login_key(state->data.uid, *state->login_kind);
    const std::string* const keeper = list_.holder_of(key);
    if (keeper != nullptr && *keeper == claims->holder)
      piece.owned.push_back({std::move(key), state->id});
  }
  piece.last = claims->last = claims->at == claims->sessions.size();
  claims->sent = parts_.host.loop.now();
  if (piece.last) leases_.claimed(claims->holder, claims->sent);
  parts_.rpc.call(
      parts_.endpoint.find(claims->holder), routes_.claims, type_of<LoginPiece>(), &piece,
      {parts_.limit},
      [this, claims, alive = std::weak_ptr<bool>(alive_)](Result<std::string_view> answer) {
        if (!alive.expired()) on_piece(claims, answer.ok());
      });
}

void SingleLogin::on_piece(const std::shared_ptr<Claims>& claims, bool accepted) {
  check();
  Other& other = others_[claims->holder];
  if (other.round != claims->round) return;
  if (accepted && !claims->last) return send_piece(claims);
  other.claiming = false;
  other.claimed = accepted;
  if (!accepted) return;  // it has another list, or too much to do: later
  leases_.renewed(claims->holder, claims->sent);
  attempt_all();
}

void SingleLogin::renew_all() {
  const net::TimePoint now = renewed_at_ = parts_.host.loop.now();
  const LoginLease lease{list_.mark(), now.time_since_epoch().count()};
  for (auto& [id, other] : others_) {
    if (other.claimed)
      parts_.rpc.notify(parts_.endpoint.find(id), routes_.renew, type_of<LoginLease>(), &lease);
    if (!other.linked && leases_.waits(id)) probe(id, other);
  }
}

// Whether anybody listens there. If not, that life of it gives nothing away any more, and the next
// one must hear us first.
void SingleLogin::probe(const std::string& frontend, Other& other) {
  if (other.probe != nullptr || other.address.port == 0) return;
  other.probe = parts_.host.network.connect(
      other.address, kProbeLimit, [this, frontend](Result<std::unique_ptr<net::Stream>> stream) {
        Other& asked = others_[frontend];
        const bool nobody =
            !stream.ok() && net::nobody_listens(stream.error(), asked.address, parts_.self.host);
        parts_.host.loop.defer(
            [probe = std::shared_ptr<net::Connecting>(std::move(asked.probe))] {});
        check();
        if (nobody && !asked.linked) leases_.forget(frontend);
      });
}

void SingleLogin::take_ask(cluster::IncomingCall call, LoginAsk& ask) {
  check();
  if (ask.list != list_.mark()) return call.fail(Error(code::kNoServer, "another list"));
  const std::string frontend = call.caller().id;
  book_.claim({std::move(ask.key), frontend, ask.session,
               [call = std::move(call)](Result<void> result) mutable {
                 result.ok() ? call.answer() : call.fail(result.error());
               }});
}

void SingleLogin::take_piece(cluster::IncomingCall call, const LoginPiece& piece) {
  check();
  const std::string& frontend = call.caller().id;
  Other& other = others_[frontend];
  if (piece.number == 0) other.next_piece = 0;
  if (piece.list != list_.mark() || piece.number != other.next_piece)
    return call.fail(Error(code::kNoServer, "another list, or not the next piece"));
  ++other.next_piece;
  if (piece.number == 0) book_.begin_claims(frontend);
  for (const LoginKey& one : piece.owned) book_.add(frontend, one.key, one.session);
  if (piece.last) book_.end_claims(frontend, parts_.host.loop.now());
  call.answer();
}

void SingleLogin::take_lease(const cluster::IncomingCall& call, const LoginLease& lease) {
  const bool heard =
      lease.list == list_.mark() && book_.renew(call.caller().id, parts_.host.loop.now());
  const LoginRenewed answer{list_.mark(), lease.sent, heard};
  parts_.rpc.notify(parts_.endpoint.find(call.caller().id), routes_.renewed,
                    type_of<LoginRenewed>(), &answer);
}

void SingleLogin::take_renewed(const cluster::IncomingCall& call, const LoginRenewed& renewed) {
  check();
  const auto at = others_.find(call.caller().id);
  if (at == others_.end() || renewed.list != list_.mark()) return;
  if (renewed.heard)
    leases_.renewed(at->first, net::TimePoint(net::Duration(renewed.sent)));
  else if (!at->second.claiming)
    claim_all(at->first, at->second);
}

}  // namespace shaddock::session
