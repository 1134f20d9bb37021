#include "session/single_login.h"

#include <algorithm>
#include <utility>

#include "cluster/wire_codec.h"
#include "session/frontend_state.h"

namespace shaddock::session {

using detail::FrontendState;

SingleLogin::SingleLogin(Parts parts)
    : parts_(std::move(parts)),
      routes_(parts_.self.type),
      book_(*this, parts_.self.id, parts_.kick_old, parts_.host.random.next()),
      renewed_at_(parts_.host.loop.now()),
      look_timer_(parts_.host.loop.timers(), [this] { look(); }) {
  look_timer_.start(kLook);
}

SingleLogin::~SingleLogin() { close(); }

void SingleLogin::close() {
  closed_ = true;
  alive_.reset();
  look_timer_.stop();
  while (!asking_.empty())
    end(asking_.begin()->first, Error(code::kServerLost, "the server stops"));
}

Pending<> SingleLogin::bind(FrontendState& session, std::string uid, std::string_view kind,
                            net::TimePoint deadline) {
  if (closed_) return Pending<>::ended(Error(code::kServerLost, "the server stops"));
  const auto known = asking_.find(session.id);
  if (known != asking_.end()) {
    if (known->second.uid != uid || known->second.kind != kind)
      return Pending<>::ended(Error(code::kFailed, "another bind of the session is under way"));
    return known->second.waiting.emplace_back().pending();
  }
  Asking& asking = asking_[session.id];
  asking.key = login_key(uid, kind);
  asking.uid = std::move(uid);
  asking.kind = kind;
  asking.deadline = std::min(deadline, now() + parts_.limit);
  const Pending<> pending = asking.waiting.emplace_back().pending();
  attempt(session.id, asking);
  return pending;
}

void SingleLogin::release(FrontendState& session, const std::string& uid) {
  if (const auto at = asking_.find(session.id); at != asking_.end()) {
    tell_freed(at->second.key, session.id);
    end(session.id, Error(code::kFailed, "session does not exist"));
  }
  if (session.login_kind == nullptr) return;
  const std::string key = login_key(uid, *std::exchange(session.login_kind, nullptr));
  tell_freed(key, session.id);
}

// Its end may come from inside; then `asking` is gone.
void SingleLogin::attempt(SessionId session, Asking& asking) {
  const std::string* const holder = list_.holder_of(asking.key);
  if (asking.asked || holder == nullptr) return;
  asking.number = ++attempts_;
  const auto done = [this, session, number = asking.number, holder = *holder,
                     alive = std::weak_ptr<bool>(alive_)](Result<void> answer) {
    if (!alive.expired()) on_answer(session, number, holder, std::move(answer));
  };
  if (is_self(*holder)) {
    asking.asked = true;
    return book_.claim({asking.key, *holder, session, done});
  }
  const auto known = others_.find(*holder);
  if (known == others_.end() || !known->second.claimed) return;
  asking.asked = true;
  const LoginAsk ask{list_.mark(), asking.key, session};
  const auto left = std::max(asking.deadline - parts_.host.loop.now(), net::Duration(1));
  parts_.rpc.call(parts_.endpoint.find(*holder), routes_.claim, type_of<LoginAsk>(), &ask, {left},
                  [done](Result<std::string_view> answer) {
                    done(answer.ok() ? Result<void>() : Result<void>(answer.error()));
                  });
}

void SingleLogin::attempt_all() {
  std::vector<SessionId> sessions;
  for (const auto& [session, asking] : asking_)
    if (!asking.asked) sessions.push_back(session);
  for (const SessionId session : sessions)
    if (const auto at = asking_.find(session); at != asking_.end()) attempt(session, at->second);
}

void SingleLogin::on_answer(SessionId session, std::uint64_t number, const std::string& holder,
                            Result<void> answer) {
  check();
  const auto at = asking_.find(session);
  if (at == asking_.end() || at->second.number != number) return;
  Asking& asking = at->second;
  asking.asked = false;
  if (answer.ok() && !is_self(holder) && !leases_.runs(holder)) return;  // it is asked again
  if (answer.ok()) {
    FrontendState* const state = parts_.sessions.state(session);
    Result<void> bound = state == nullptr ? Error(code::kFailed, "session does not exist")
                                          : parts_.sessions.bind(*state, asking.uid);
    if (bound.ok())
      state->login_kind = std::make_unique<const std::string>(asking.kind);
    else
      tell_freed(asking.key, session);
    return end(session, std::move(bound));
  }
  if (answer.error().code == code::kTaken) end(session, std::move(answer));
}

void SingleLogin::end_late(net::TimePoint now) {
  std::vector<SessionId> late;
  for (const auto& [session, asking] : asking_)
    if (now >= asking.deadline) late.push_back(session);
  for (const SessionId session : late) {
    const auto at = asking_.find(session);
    if (at == asking_.end()) continue;
    tell_freed(at->second.key, session);
    end(session, Error(code::kTimeout, "nobody could say in time whether the uid is free"));
  }
}

// Whoever waits may go on at once, and do anything.
void SingleLogin::end(SessionId session, Result<void> result) {
  const auto node = asking_.extract(session);
  if (node.empty()) return;
  for (const auto& source : node.mapped().waiting) {
    try {
      source.end(result);
    } catch (...) {
      parts_.log.error("a callback threw an exception", {{"text", current_error().text}});
    }
  }
}

// On the link that the claim took, and so after it.
void SingleLogin::tell_freed(const std::string& key, SessionId session) {
  const std::string* const holder = list_.holder_of(key);
  if (holder == nullptr || closed_) return;
  if (is_self(*holder)) return book_.freed(key, session);
  const LoginKey freed{key, session};
  parts_.rpc.notify(parts_.endpoint.find(*holder), routes_.freed, type_of<LoginKey>(), &freed);
}

// On a later turn: what ends here may be on the stack of whoever has asked.
void SingleLogin::ask_owner(const std::string& frontend, const std::string& key, SessionId session,
                            bool must) {
  const auto told = [this, key, session,
                     alive = std::weak_ptr<bool>(alive_)](LoginBook::Told what) {
    if (!alive.expired()) book_.told(key, session, what);
  };
  const LoginRelease ask{key, session, must};
  if (is_self(frontend)) {
    parts_.host.loop.defer([this, ask, told, alive = std::weak_ptr<bool>(alive_)] {
      if (alive.expired()) return;
      told(let_go(ask) ? LoginBook::Told::gone : LoginBook::Told::kept);
    });
    return;
  }
  parts_.rpc.call(
      parts_.endpoint.find(frontend), routes_.release, type_of<LoginRelease>(), &ask,
      {parts_.limit}, [told](Result<std::string_view> answer) {
        LoginReleased said;
        if (!answer.ok() || !cluster::decode_msgpack(*answer, type_of<LoginReleased>(), &said).ok())
          return told(LoginBook::Told::nothing);
        told(said.gone ? LoginBook::Told::gone : LoginBook::Told::kept);
      });
}

// False: the session keeps the key. A grant of it that is on its way counts no more: the holder may
// give the key to somebody else as soon as it hears this. It is asked again after that.
bool SingleLogin::let_go(const LoginRelease& ask) {
  if (const auto at = asking_.find(ask.session); at != asking_.end() && at->second.key == ask.key) {
    at->second.number = ++attempts_;
    at->second.asked = false;
  }
  FrontendState* const state = parts_.sessions.state(ask.session);
  if (state == nullptr || state->login_kind == nullptr ||
      login_key(state->data.uid, *state->login_kind) != ask.key)
    return true;
  if (state->handed) return state->login_kind = nullptr, true;  // it is the one that claims
  if (!parts_.kick_old && !ask.must) return false;
  parts_.sessions.end(*state, kElsewhere);
  return true;
}

void SingleLogin::end_over(net::TimePoint now) {
  for (const std::string& holder : leases_.take_over(now)) {
    const std::vector<SessionId> sessions = owned_of(holder);
    parts_.log.warn("sessions end, because nobody confirms their uids",
                    {{"holder", holder}, {"sessions", sessions.size()}});
    for (const SessionId session : sessions)
      if (FrontendState* const state = parts_.sessions.state(session))
        parts_.sessions.end(*state, kUnconfirmed);
  }
}

}  // namespace shaddock::session
