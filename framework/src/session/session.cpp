#include <shaddock/session.h>

#include <algorithm>

namespace shaddock {

std::string to_string_id(SessionId id) {
  return std::to_string(id >> 32) + '.' + std::to_string(id & 0xFFFFFFFF);
}

const Json& Session::get(std::string_view key) const {
  if (const Json* value = find(key)) return *value;
  throw Error(code::kFailed, "the session has no setting " + std::string(key));
}

}  // namespace shaddock
