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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_route(fuzz::text_of(data, size));
  check_uid(fuzz::text_of(data, size));
  return 0;
}
