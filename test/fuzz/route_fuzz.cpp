#include "server/client_route.h"

#include "base/utf8.h"
#include "fuzz/input.h"
#include "session/snapshot.h"

// A route has three parts that make it up again; a uid is UTF-8 of a bounded length.

using namespace shaddock;

namespace {

std::vector<std::string> split(std::string_view route) {
  std::vector<std::string> parts(1);
  for (const char c : route) {
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

void check_route(std::string_view route) {
  const std::vector<std::string> parts = split(route);
  const bool right =
      parts.size() == 3 && !parts[0].empty() && !parts[1].empty() && !parts[2].empty();
  const auto read = server::parse_route(route);
  fuzz::require(read.has_value() == right, "three parts make a route, none of them empty");
  if (!read) return;
  fuzz::require(
      read->server_type == parts[0] && read->handler == parts[1] && read->method == parts[2],
      "the parts are those between the points");
}

void check_uid(std::string_view uid) {
  const bool allowed = !uid.empty() && uid.size() <= session::kMaxUid && is_utf8(uid);
  const auto checked = session::check_uid(uid);
  if (!allowed) fuzz::require(!checked, "a uid that is empty, too long or no text is refused");
}

// The first line is the key, what follows the value.
void check_setting(std::string_view text) {
  const std::string_view key = text.substr(0, text.find('\n'));
  const auto value = parse_json(text.substr(std::min(text.size(), key.size() + 1)));
  if (!value) return;
  detail::SessionData data;
  for (int i = 0; i < 32; ++i) {
    const std::string name = i % 2 == 0 ? std::string(key) : "k" + std::to_string(i);
    const bool scalar = !value->is_array() && !value->is_object();
    fuzz::require(session::set_setting(data, name, *value).ok() <= scalar, "settings are scalars");
    fuzz::require(data.settings.size() <= session::kMaxSettings, "settings are counted");
  }
  (void)session::set_setting(data, "a", std::string(9000, 'x'));
  for (int i = 0; i < 40; ++i) (void)session::set_setting(data, std::to_string(i), i);
  Buffer out;
  session::encode_snapshot(data, out);
  fuzz::require(out.size() <= session::kMaxSettingsBytes + 1024, "settings stay small");
  const auto again = session::decode_snapshot(out.view());
  fuzz::require(again.ok() && again->settings == data.settings, "settings arrive as they were set");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_route(fuzz::text_of(data, size));
  check_uid(fuzz::text_of(data, size));
  check_setting(fuzz::text_of(data, size));
  return 0;
}
