#include "session/snapshot.h"

#include <shaddock/fields.h>

#include <string>

#include "base/utf8.h"
#include "cluster/wire_codec.h"

namespace shaddock::session {

namespace {

struct Snapshot {
  std::string uid;
  Json settings;

  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("settings", m.settings);
  }
};

std::size_t weight(const Json& value) { return value.is_string() ? value.as_string().size() : 8; }

std::size_t weight(const detail::SessionData& data) {
  std::size_t bytes = 0;
  for (const auto& member : data.settings.as_object())
    bytes += member.name.size() + weight(member.value);
  return bytes;
}

}  // namespace

void encode_snapshot(const detail::SessionData& data, Buffer& out) {
  const Snapshot snapshot{data.uid, data.settings};
  cluster::encode_msgpack(type_of<Snapshot>(), &snapshot, out);
}

Result<detail::SessionData> decode_snapshot(std::string_view bytes) {
  Snapshot snapshot;
  if (auto read = cluster::decode_msgpack(bytes, type_of<Snapshot>(), &snapshot); !read.ok()) {
    return std::move(read).error();
  }
  if (!snapshot.settings.is_object())
    return Error(code::kBadMessage, "settings of a session are no map");
  return detail::SessionData{std::move(snapshot.uid), std::move(snapshot.settings)};
}

Result<void> set_setting(detail::SessionData& data, std::string_view key, Json value) {
  if (value.is_array() || value.is_object()) {
    return Error(code::kFailed,
                 "session setting " + std::string(key) + ": only scalars can be set");
  }
  const Json* old = data.settings.find(key);
  const std::size_t without = weight(data) - (old != nullptr ? key.size() + weight(*old) : 0);
  if (without + key.size() + weight(value) > kMaxSettingsBytes) {
    return Error(code::kFailed,
                 "session setting " + std::string(key) + ": more than 8 KiB of settings");
  }
  if (old == nullptr && data.settings.size() >= kMaxSettings) {
    return Error(code::kFailed, "session setting " + std::string(key) + ": more than 32 settings");
  }
  data.settings.set(key, std::move(value));
  return {};
}

Result<void> check_uid(std::string_view uid) {
  if (uid.empty()) return Error(code::kFailed, "a uid must not be empty");
  if (uid.size() > kMaxUid) return Error(code::kFailed, "a uid has at most 128 bytes");
  if (!is_utf8(uid)) return Error(code::kBadMessage, "a uid must be UTF-8");
  return {};
}

}  // namespace shaddock::session
