#include "session/frontend_sessions.h"

#include <utility>

#include "cluster/identity.h"
#include "session/seeded_hash.h"
#include "session/single_login.h"
#include "session/snapshot.h"

namespace shaddock::session {

using detail::FrontendState;

std::size_t FrontendSessions::UidHash::operator()(std::string_view uid) const {
  return seeded_hash(seed, uid);
}

FrontendSessions::FrontendSessions(std::string frontend, std::uint64_t incarnation,
                                   SessionEvents& events, std::uint64_t seed)
    : frontend_(std::move(frontend)),
      next_id_((incarnation << 32) + 1),
      events_(events),
      by_uid_(0, UidHash{seed}) {}

FrontendSessions::~FrontendSessions() {
  for (auto& [id, state] : by_id_) {
    state->connection = state->answers_to = nullptr;
    state->service = nullptr;
  }
  for (auto& [id, state] : retired_) {
    state->answers_to = nullptr;
    state->service = nullptr;
  }
}

std::shared_ptr<FrontendState> FrontendSessions::open(ClientConnection& connection) {
  auto state = std::make_shared<FrontendState>(*this, next_id_++, frontend_, connection);
  by_id_.emplace(state->id, state);
  return state;
}

void FrontendSessions::close(FrontendState& session) {
  const auto at = by_id_.find(session.id);
  if (at == by_id_.end()) return;
  const std::shared_ptr<FrontendState> keep = at->second;
  session.answers_to = nullptr;
  leave(keep);
}

void FrontendSessions::retire(FrontendState& session) {
  const auto at = by_id_.find(session.id);
  if (at == by_id_.end()) return;
  const std::shared_ptr<FrontendState> keep = at->second;
  retired_.emplace(session.id, keep);
  leave(keep);
}

void FrontendSessions::forget(FrontendState& session) {
  session.answers_to = nullptr;
  retired_.erase(session.id);
}

void FrontendSessions::hand_over(FrontendState& session) {
  const auto at = by_id_.find(session.id);
  if (at == by_id_.end()) return;
  const std::shared_ptr<FrontendState> keep = at->second;
  by_id_.erase(at);
  const bool bound = !session.data.uid.empty();
  if (bound) forget_uid(session);
  session.connection = session.answers_to = nullptr;
  session.on_close.clear();
  if (single_login_ != nullptr) single_login_->release(session, session.data.uid);
}

void FrontendSessions::leave(const std::shared_ptr<FrontendState>& state) {
  FrontendState& session = *state;
  by_id_.erase(session.id);
  if (!session.data.uid.empty()) forget_uid(session);
  session.connection = nullptr;
  FrontendSession handle(state);
  for (auto& callback : std::exchange(session.on_close, {})) {
    try {
      callback(handle);
    } catch (...) {
      events_.on_callback_failed(session, current_error());
    }
  }
  events_.on_session_end(session);
}

bool FrontendSessions::contains(std::string_view uid) const {
  return by_uid_.find(uid) != by_uid_.end();
}

std::vector<FrontendSession> FrontendSessions::find(std::string_view uid) const {
  std::vector<FrontendSession> found;
  for_each_of(uid, [&](FrontendState& state) { found.emplace_back(by_id_.at(state.id)); });
  return found;
}

std::optional<FrontendSession> FrontendSessions::find(SessionId id) const {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return std::nullopt;
  return FrontendSession(at->second);
}

std::shared_ptr<ClientData> FrontendSessions::client_data(std::string_view json) {
  for (const auto& one : said_) {
    if (auto said = one.lock(); said && said->is_still(json)) return said;
  }
  auto said = std::make_shared<ClientData>(json);
  said_[next_said_++ % said_.size()] = said;
  return said;
}

const std::string& FrontendSessions::same_name(std::string_view name) {
  const auto at = names_.find(name);
  return at != names_.end() ? *at : *names_.emplace(name).first;
}

FrontendState* FrontendSessions::state(SessionId id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second.get();
}

FrontendState* FrontendSessions::answering(SessionId id) const {
  if (FrontendState* open = state(id)) return open;
  const auto at = retired_.find(id);
  return at == retired_.end() ? nullptr : at->second.get();
}

std::size_t FrontendSessions::kick(std::string_view uid, std::string_view reason) {
  auto sessions = find(uid);
  for (auto& session : sessions) session.kick(reason);
  return sessions.size();
}

Pending<> FrontendSessions::ask_bind(FrontendState& session, std::string uid, std::string_view kind,
                                     std::chrono::steady_clock::time_point deadline) {
  const bool fresh = session.connection != nullptr && session.data.uid.empty();
  if (single_login_ == nullptr || !fresh) {
    if (session.login_kind != nullptr && *session.login_kind != kind)
      return Pending<>::ended(Error(code::kFailed, "session is of kind " + *session.login_kind));
    return Pending<>::ended(bind(session, std::move(uid)));
  }
  if (auto checked = check_uid(uid); !checked.ok()) return Pending<>::ended(std::move(checked));
  if (!cluster::valid_id(kind))
    return Pending<>::ended(Error(code::kFailed, "a kind is a word of letters and digits"));
  return single_login_->bind(session, std::move(uid), kind,
                             std::chrono::time_point_cast<net::Duration>(deadline));
}

void FrontendSessions::end(FrontendState& session, std::string_view reason) {
  if (session.connection != nullptr) session.connection->kick(reason);
  close(session);
}

Result<void> FrontendSessions::bind(FrontendState& session, std::string uid) {
  if (auto checked = check_uid(uid); !checked.ok()) return checked;
  if (session.connection == nullptr || session.settled)
    return Error(code::kFailed, "session does not exist");
  if (session.data.uid == uid) return {};
  if (!session.data.uid.empty()) {
    return Error(code::kFailed, "session has already bind with " + session.data.uid);
  }
  session.data.uid = std::move(uid);
  remember_uid(session);
  session.changed();
  return {};
}

Result<void> FrontendSessions::unbind(FrontendState& session, std::string_view uid) {
  if (session.connection == nullptr || session.handed)
    return Error(code::kFailed, "session does not exist");
  if (session.data.uid.empty() || session.data.uid != uid) {
    return Error(code::kFailed, "session has not bind with " + std::string(uid));
  }
  forget_uid(session);
  const std::string before = std::exchange(session.data.uid, {});
  session.changed();
  // Last: who waits for the uid may have it at once, and do anything.
  if (single_login_ != nullptr) single_login_->release(session, before);
  return {};
}

Result<void> FrontendSessions::set(FrontendState& session, std::string_view key, Json value) {
  if (session.settled) return Error(code::kFailed, "session does not exist");
  auto done = set_setting(session.data, key, std::move(value));
  if (done.ok()) session.changed();
  return done;
}

void FrontendSessions::for_each(cluster::PushScope scope, const Visit& visit) const {
  for (const auto& [id, state] : by_id_) {
    if (scope == cluster::PushScope::all || !state->data.uid.empty()) visit(*state);
  }
}

void FrontendSessions::for_each_of(std::string_view uid, const Visit& visit) const {
  const auto at = by_uid_.find(uid);
  if (at == by_uid_.end()) return;
  FrontendState* const first = *at;
  visit(*first);
  for (FrontendState* state = first->next_of_uid; state != first; state = state->next_of_uid)
    visit(*state);
}

void FrontendSessions::for_each_user(const Visit& visit) const {
  for (FrontendState* const first : by_uid_) visit(*first);
}

void FrontendSessions::remember_uid(FrontendState& session) {
  session.next_of_uid = session.previous_of_uid = &session;
  FrontendState& first = **by_uid_.insert(&session).first;
  ++bound_;
  if (&first == &session) return;
  session.next_of_uid = &first;
  session.previous_of_uid = std::exchange(first.previous_of_uid, &session);
  session.previous_of_uid->next_of_uid = &session;
}

void FrontendSessions::forget_uid(FrontendState& session) {
  FrontendState* const next = std::exchange(session.next_of_uid, nullptr);
  FrontendState* const previous = std::exchange(session.previous_of_uid, nullptr);
  --bound_;
  const auto first = by_uid_.find(std::string_view(session.data.uid));
  if (*first == &session) by_uid_.erase(first);
  if (next == &session) return;
  next->previous_of_uid = previous;
  previous->next_of_uid = next;
  by_uid_.insert(next);  // unless the first is another one
}

}  // namespace shaddock::session
