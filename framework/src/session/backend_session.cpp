#include <shaddock/session.h>

#include <algorithm>

#include "session/session_remotes.h"
#include "session/snapshot.h"

namespace shaddock {

BackendSession::BackendSession(SessionId id, const std::string& frontend, std::string_view snapshot,
                               detail::BackendLink& link)
    : Session(id, frontend), snapshot_(snapshot), link_(&link) {}
BackendSession::~BackendSession() = default;

const detail::SessionData& BackendSession::data() const {
  if (!data_) {
    auto read = session::decode_snapshot(snapshot_);
    data_ = std::make_unique<detail::SessionData>(std::move(read).unwrap());
  }
  return *data_;
}

detail::SessionData& BackendSession::mutable_data() {
  data();
  return *data_;
}

Pending<> BackendSession::bind(std::string uid) {
  if (auto checked = session::check_uid(uid); !checked.ok()) return Pending<>::ended(std::move(checked));
  detail::SessionData& data = mutable_data();
  if (data.uid == uid) return Pending<>::ended({});
  if (!data.uid.empty()) return Pending<>::ended(Error(code::kFailed, "session has already bind with " + data.uid));
  data.uid = uid;
  return link_->call(frontend(), session::kBindRoute, session::SessionUid{id_, std::move(uid)});
}

Pending<> BackendSession::unbind(std::string uid) {
  if (mutable_data().uid == uid) mutable_data().uid.clear();
  return link_->call(frontend(), session::kUnbindRoute, session::SessionUid{id_, std::move(uid)});
}

void BackendSession::set(std::string_view key, Json value) {
  session::set_setting(mutable_data(), key, std::move(value)).unwrap();
  if (std::find(changed_.begin(), changed_.end(), key) == changed_.end()) changed_.emplace_back(key);
}

Pending<> BackendSession::push(std::string_view key) {
  Json settings = Json::object();
  settings.set(key, get(key));
  std::erase(changed_, key);
  return link_->call(frontend(), session::kSetRoute, session::SessionSettings{id_, std::move(settings)});
}

Pending<> BackendSession::push_all() {
  if (changed_.empty()) return Pending<>::ended({});
  Json settings = Json::object();
  for (const std::string& key : changed_) settings.set(key, get(key));
  changed_.clear();
  return link_->call(frontend(), session::kSetRoute, session::SessionSettings{id_, std::move(settings)});
}

Pending<> BackendSession::kick(std::string_view reason) {
  return link_->call(frontend(), session::kKickRoute, session::SessionKick{id_, std::string(reason)});
}

}  // namespace shaddock
