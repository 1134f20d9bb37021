#include <shaddock/session.h>

#include <cstring>
#include <utility>

#include "base/json_codec.h"
#include "session/frontend_sessions.h"
#include "session/frontend_state.h"
#include "session/snapshot.h"

namespace shaddock {

namespace detail {

void FrontendState::encode() {
  Buffer bytes;
  session::encode_snapshot(data, bytes);
  if (bytes.size() != snapshot_size_) snapshot_.reset(new char[bytes.size()]);
  snapshot_size_ = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(snapshot_.get(), bytes.data(), bytes.size());
  snapshot_fresh_ = true;
}

const Json& FrontendState::handshake() {
  if (!client_data) client_data = std::make_shared<session::ClientData>("{}");
  return client_data->json();
}

}  // namespace detail

const Json& session::ClientData::json() {
  if (!json_) json_ = std::make_unique<Json>(json_or_empty(std::exchange(text_, {})));
  return *json_;
}

FrontendSession::FrontendSession(std::shared_ptr<detail::FrontendState> state)
    : Session(state->id, *state->frontend), state_(std::move(state)) {}
FrontendSession::~FrontendSession() = default;
FrontendSession::FrontendSession(const FrontendSession& other) : FrontendSession(other.state_) {}
FrontendSession& FrontendSession::operator=(const FrontendSession& other) {
  id_ = other.id_;
  frontend_ = other.frontend_;
  state_ = other.state_;
  set_context({});
  return *this;
}

const detail::SessionData& FrontendSession::data() const { return state_->data; }

Pending<> FrontendSession::bind(std::string uid, std::string_view kind) {
  if (closed()) return Pending<>::ended(Error(code::kFailed, "session does not exist"));
  return state_->service->ask_bind(*state_, std::move(uid), kind, context().deadline);
}

Pending<> FrontendSession::unbind(std::string uid) {
  if (closed()) return Pending<>::ended(Error(code::kFailed, "session does not exist"));
  return Pending<>::ended(state_->service->unbind(*state_, uid));
}

void FrontendSession::set(std::string_view key, Json value) {
  session::set_setting(state_->data, key, std::move(value)).unwrap();
  state_->changed();
}

void FrontendSession::on_close(Function<void(FrontendSession&)> callback) {
  if (closed()) {
    callback(*this);
  } else {
    state_->on_close.push_back(std::move(callback));
  }
}

void FrontendSession::kick(std::string_view reason) {
  if (!closed()) state_->connection->kick(reason);
}

void FrontendSession::logout() {
  if (!closed()) state_->connection->logout();
}

const Json& FrontendSession::client_data() const { return state_->handshake(); }

bool FrontendSession::closed() const { return state_->connection == nullptr; }

std::string FrontendSession::client_address() const {
  return closed() ? std::string() : state_->connection->address();
}

}  // namespace shaddock
