#include "protocol/javascript_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace shaddock::protocol;

TEST_CASE("Strings are sorted by UTF-16 code units") {
  const std::vector<std::string> sorted = {"",
                                           "A",
                                           "Z",
                                           "a",
                                           "ab",
                                           "b",
                                           "\x7F",
                                           "\xC3\xA9",          // U+00E9
                                           "\xED\x9F\xBF",      // U+D7FF
                                           "\xF0\x90\x80\x80",  // U+10000 is D800 DC00
                                           "\xF0\x9F\x98\x80",  // U+1F600 is D83D DE00
                                           "\xF4\x8F\xBF\xBF",  // U+10FFFF is DBFF DFFF
                                           "\xEE\x80\x80",      // U+E000
                                           "\xEF\xBF\xBD"};     // U+FFFD
  for (std::size_t left = 0; left < sorted.size(); ++left)
    for (std::size_t right = 0; right < sorted.size(); ++right) {
      CAPTURE(left);
      CAPTURE(right);
      CHECK(javascript_less(sorted[left], sorted[right]) == (left < right));
    }
}

TEST_CASE("Names that are array indexes come first and by value") {
  std::vector<std::string> names = {"b", "10", "a",  "007", "9",         "4294967295",
                                    "0", "",   "-1", "1x",  "4294967294"};
  std::ranges::stable_sort(names, {}, javascript_rank);
  CHECK(names == std::vector<std::string>{"0", "9", "10", "4294967294", "b", "a", "007",
                                          "4294967295", "", "-1", "1x"});
}
