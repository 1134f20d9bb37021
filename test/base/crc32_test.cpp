#include "base/crc32.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>

using namespace shaddock;

TEST_CASE("The CRC is the common one") {
  CHECK(crc32("123456789") == 0xcbf43926U);
  CHECK(crc32("") == 0);
}

TEST_CASE("Keys go where Pomelo puts them") {
  struct Row {
    const char* key;
    std::int64_t signed_crc;
    std::array<std::uint32_t, 3> of_2_3_5;
  };
  const Row rows[] = {
      {"", 0, {0, 0, 0}},
      {"1", -2082672713, {1, 2, 3}},
      {"bob", -171200192, {0, 2, 2}},
      {"amy", 1339991159, {1, 2, 4}},
      {"bob*r1", 129894558, {0, 0, 3}},
      {"player-10042", 71700193, {1, 1, 3}},
      {"r1", 219023793, {1, 0, 3}},
      {"\u804a\u5929", 167587100, {0, 2, 0}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.key);
    const std::uint32_t hash = pomelo_hash(row.key);
    CHECK(hash == std::abs(row.signed_crc));
    CHECK(hash % 2 == row.of_2_3_5[0]);
    CHECK(hash % 3 == row.of_2_3_5[1]);
    CHECK(hash % 5 == row.of_2_3_5[2]);
  }
}

TEST_CASE("Beyond ASCII the low bytes of the UTF-16 units count") {
  CHECK(pomelo_hash("\u00e9") == pomelo_hash("\u01e9"));  // both end in E9
  // U+1F600 is D83D DE00 in UTF-16, and U+013D U+0100 have the same low bytes.
  CHECK(pomelo_hash("\U0001f600") == pomelo_hash("\u013d\u0100"));
  CHECK(pomelo_hash("\u0141\u0142\u0143") == pomelo_hash("ABC"));
}

TEST_CASE("A key that is not UTF-8 has a place too") {
  CHECK(pomelo_hash("a\xff") == pomelo_hash("a\ufffd"));
  CHECK(pomelo_hash("\xe8\x81") == pomelo_hash("\ufffd\ufffd"));
}

TEST_CASE("The absolute value of the smallest number is that of JavaScript") {
  // Chosen so that the CRC of 4E 85 EC 36 is 80000000.
  CHECK(pomelo_hash("N\u0185\u00ec6") == 2147483648U);
}
