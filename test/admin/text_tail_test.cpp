#include "admin/text_tail.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("the last lines come oldest first, without blank ones") {
  CHECK(last_lines("a\nb\n\n  \nc\n", 2) == Lines{"b", "c"});
  CHECK(last_lines("a\nb", 5) == Lines{"a", "b"});
  CHECK(last_lines("", 5).empty());
  CHECK(last_lines("\n\n", 5).empty());
  CHECK(last_lines("a\n", 0).empty());
}

TEST_CASE("what would move the cursor or colour the terminal is blanked") {
  CHECK(last_lines("a\x1b[31mb\r\tc\x7f", 1) == Lines{"a [31mb  c "});
}

TEST_CASE("control characters beyond ASCII are blanked, and what is not UTF-8 is marked") {
  CHECK(printable("a\xc2\x9b"
                  "31mb\xe2\x80\xa8"
                  "c",
                  100) == "a 31mb c");
  CHECK(printable("\xff"
                  "a\xc3",
                  100) == "?a?");
}

TEST_CASE("a text is cut between two characters") {
  CHECK(printable("ab\xc3\xa4"
                  "c",
                  3) == "ab");
  CHECK(printable("ab\xc3\xa4"
                  "c",
                  4) == "ab\xc3\xa4");
}

TEST_CASE("long lines are cut") { CHECK(last_lines("abcdef\n", 1, 3) == Lines{"abc"}); }

}  // namespace
}  // namespace shaddock::admin
