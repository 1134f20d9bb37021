#include "session/frontend_sessions.h"

#include <algorithm>
#include <utility>

#include "session/snapshot.h"

namespace shaddock::session {

using detail::FrontendState;

FrontendSessions::FrontendSessions(std::string frontend, std::uint64_t incarnation,
                                   SessionEvents& events)
    : frontend_(std::move(frontend)), next_id_((incarnation << 32) + 1), events_(events) {}

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

const std::string& FrontendSessions::server_name(std::string_view id) {
  const auto at = server_names_.find(id);
  return at != server_names_.end() ? *at : *server_names_.emplace(id).first;
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

Result<void> FrontendSessions::bind(FrontendState& session, std::string uid) {
  if (auto checked = check_uid(uid); !checked.ok()) return checked;
  if (session.connection == nullptr) return Error(code::kFailed, "session does not exist");
  if (session.data.uid == uid) return {};
  if (!session.data.uid.empty()) {
    return Error(code::kFailed, "session has already bind with " + session.data.uid);
  }
  by_uid_[uid].push_back(&session);
  ++bound_;
  session.data.uid = std::move(uid);
  session.changed();
  return {};
}

Result<void> FrontendSessions::unbind(FrontendState& session, std::string_view uid) {
  if (session.connection == nullptr) return Error(code::kFailed, "session does not exist");
  if (session.data.uid.empty() || session.data.uid != uid) {
    return Error(code::kFailed, "session has not bind with " + std::string(uid));
  }
  forget_uid(session);
  session.data.uid.clear();
  session.changed();
  return {};
}

Result<void> FrontendSessions::set(FrontendState& session, std::string_view key, Json value) {
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
  for (FrontendState* state : at->second) visit(*state);
}

void FrontendSessions::forget_uid(FrontendState& session) {
  const auto at = by_uid_.find(session.data.uid);
  std::erase(at->second, &session);
  --bound_;
  if (at->second.empty()) by_uid_.erase(at);
}

}  // namespace shaddock::session
