#include "base/log_line.h"

#include <doctest/doctest.h>

using namespace shaddock;

namespace {

std::string text(std::string_view given) {
  std::string line;
  append_text(line, given);
  return line;
}

std::string field(const LogField& given) {
  std::string line;
  append_field(line, given);
  return line;
}

}  // namespace

TEST_CASE("Times are written in UTC with milliseconds") {
  using namespace std::chrono;
  std::string line;
  append_time(line, system_clock::time_point(milliseconds(1'795'318'572'007)));
  CHECK(line == "2026-11-22T03:36:12.007Z");
  line.clear();
  append_time(line, sys_days(year(1970) / 1 / 1));
  CHECK(line == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("Fields are key=value, quoted only where a reader would stumble") {
  CHECK(field({"uid", "amy*r1"}) == " uid=amy*r1");
  CHECK(field({"text", "two words"}) == " text=\"two words\"");
  CHECK(field({"empty", ""}) == " empty=\"\"");
  CHECK(field({"said", "\"hi\\\""}) == " said=\"\\\"hi\\\\\\\"\"");
  CHECK(field({"equation", "a=b"}) == " equation=\"a=b\"");
  CHECK(field({"count", 42}) == " count=42");
  CHECK(field({"ratio", 0.5}) == " ratio=0.5");
  CHECK(field({"ready", true}) == " ready=true");
}

TEST_CASE("Nothing a peer sends breaks the line or speaks to the terminal") {
  CHECK(text("a\nb\rc\td") == "a\\nb\\rc\\td");
  CHECK(text("\x1b[2J") == "\\u001b[2J");
  CHECK(text(std::string("\0\x7f", 2)) == "\\u0000\\u007f");
  CHECK(text("\u009b31m\u2028") == "\\u009b31m\\u2028");
  CHECK(text("\xff\xc3") == "\\xff\\xc3");
}

TEST_CASE("Letters of all languages stay readable") {
  CHECK(text("\u804a\u5929 caf\u00e9 \U0001f600") == "\u804a\u5929 caf\u00e9 \U0001f600");
}

TEST_CASE("A long value is cut between two characters") {
  CHECK(text(std::string(kLongestPart, 'x')) == std::string(kLongestPart, 'x'));
  CHECK(text(std::string(kLongestPart + 1, 'x')) == std::string(kLongestPart, 'x') + "...");
  std::string wide = "x";
  while (wide.size() < 2 * kLongestPart) wide += "\u804a";
  const std::string shown = text(wide);
  CHECK(shown.size() == 1 + (kLongestPart - 1) / 3 * 3 + 3);
  CHECK(shown.find("\\x") == std::string::npos);
  CHECK(text(std::string(5000, '\x80')).size() <= 4 * kLongestPart + 3);
}
