#include <shaddock/session.h>

#include <algorithm>

#include "session/session_remotes.h"
#include "session/snapshot.h"

namespace shaddock {

// Shared with the calls that are under way: they may end after the session object.
struct BackendSession::Copy {
  detail::SessionData data;
  std::vector<std::string> changed;  // keys that set() changed and no push has brought home
};

BackendSession::BackendSession(SessionId id, const std::string& frontend, std::string_view snapshot,
                               detail::BackendLink& link)
    : Session(id, frontend), snapshot_(snapshot), link_(&link) {}
BackendSession::~BackendSession() = default;

BackendSession::Copy& BackendSession::copy() const {
  if (!copy_) {
    auto read = session::decode_snapshot(snapshot_);
    copy_ = std::make_shared<Copy>(Copy{std::move(read).unwrap(), {}});
  }
  return *copy_;
}

const detail::SessionData& BackendSession::data() const { return copy().data; }

// Runs `on_end` before whoever waits hears of the end, so that the copy says what the frontend
// says.
template <class Ask, class F>
Pending<> BackendSession::ask(std::string_view route, const Ask& question, F on_end) {
  auto asked = link_->call(frontend(), route, question, context());
  Pending<>::Source source;
  asked.then([source, copy = copy_, on_end = std::move(on_end)](Result<void> answer) {
    on_end(*copy, answer.ok());
    source.end(std::move(answer));
  });
  return source.pending();
}

Pending<> BackendSession::bind(std::string uid, std::string_view kind) {
  if (auto checked = session::check_uid(uid); !checked.ok()) {
    return Pending<>::ended(std::move(checked));
  }
  const detail::SessionData& data = copy().data;
  if (data.uid == uid) return Pending<>::ended({});
  if (!data.uid.empty()) {
    return Pending<>::ended(Error(code::kFailed, "session has already bind with " + data.uid));
  }
  return ask(session::kBindRoute, session::SessionUid{id_, uid, std::string(kind)},
             [uid](Copy& copy, bool bound) {
               if (bound) copy.data.uid = uid;
             });
}

Pending<> BackendSession::unbind(std::string uid) {
  copy();
  return ask(session::kUnbindRoute, session::SessionUid{id_, uid, {}},
             [uid](Copy& copy, bool unbound) {
               if (unbound && copy.data.uid == uid) copy.data.uid.clear();
             });
}

void BackendSession::set(std::string_view key, Json value) {
  session::set_setting(copy().data, key, std::move(value)).unwrap();
  auto& changed = copy().changed;
  if (std::find(changed.begin(), changed.end(), key) == changed.end()) changed.emplace_back(key);
}

Pending<> BackendSession::push(std::string_view key) { return push_keys({std::string(key)}); }

Pending<> BackendSession::push_all() {
  if (copy().changed.empty()) return Pending<>::ended({});
  return push_keys(copy().changed);
}

Pending<> BackendSession::push_keys(const std::vector<std::string>& keys) {
  Json settings = Json::object();
  for (const std::string& key : keys) settings.set(key, get(key));
  const std::vector<std::string> pushed = keys;
  for (const std::string& key : pushed) std::erase(copy().changed, key);
  return ask(session::kSetRoute, session::SessionSettings{id_, std::move(settings)},
             [pushed](Copy& copy, bool done) {
               if (!done) copy.changed.insert(copy.changed.end(), pushed.begin(), pushed.end());
             });
}

Pending<> BackendSession::kick(std::string_view reason) {
  return link_->call(frontend(), session::kKickRoute,
                     session::SessionKick{id_, std::string(reason)}, context());
}

}  // namespace shaddock
