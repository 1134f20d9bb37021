#include "session/snapshot.h"

#include <doctest/doctest.h>

#include <string>

#include "base/utf8_table.h"

using namespace shaddock;
using namespace shaddock::session;

namespace {

std::string bytes_of(const detail::SessionData& data) {
  Buffer out;
  encode_snapshot(data, out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("uid and settings survive the way between servers") {
  detail::SessionData data;
  data.uid = "amy*r1";
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, Json>>{{"null", nullptr},
                                                 {"yes", true},
                                                 {"n", -5},
                                                 {"big", std::int64_t{1} << 60},
                                                 {"real", 0.5},
                                                 {"text", "\xe4\xbd\xa0"}}) {
    REQUIRE(set_setting(data, key, value).ok());
  }
  const auto read = decode_snapshot(bytes_of(data));
  REQUIRE(read.ok());
  CHECK(read->uid == data.uid);
  CHECK(read->settings.dump() == data.settings.dump());
}

TEST_CASE("an empty session survives as well") {
  const auto read = decode_snapshot(bytes_of({}));
  REQUIRE(read.ok());
  CHECK(read->uid.empty());
  CHECK(read->settings.size() == 0);
}

TEST_CASE("whatever bytes come, they are refused or read, never more") {
  detail::SessionData data;
  data.uid = "amy";
  REQUIRE(set_setting(data, "k", "v").ok());
  const std::string whole = bytes_of(data);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(!decode_snapshot(whole.substr(0, size)).ok());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[at] = static_cast<char>(byte);
      if (const auto read = decode_snapshot(changed); read.ok()) CHECK(read->settings.is_object());
    }
  }
}

TEST_CASE("a uid is held against the table of UTF-8") {
  for (const test::Utf8Row& row : test::kUtf8Table) {
    CAPTURE(row.what);
    const auto checked = check_uid("u" + std::string(row.bytes));
    CHECK(checked.ok() == row.valid());
    if (!checked) CHECK(checked.error().code == code::kBadMessage);
  }
}
