#include "load/human_units.h"

#include <doctest/doctest.h>

using namespace shaddock::load;

TEST_CASE("digits stand in groups of three") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(123'456) == "123,456");
  CHECK(grouped(18'446'744'073'709'551'615ULL) == "18,446,744,073,709,551,615");
}

TEST_CASE("three digits are significant, and none before the point are dropped") {
  CHECK(significant(0) == "0");
  CHECK(significant(1.234) == "1.23");
  CHECK(significant(9.999) == "10.0");
  CHECK(significant(12.34) == "12.3");
  CHECK(significant(99.96) == "100");
  CHECK(significant(41'152.4) == "41,152");
  CHECK(significant(-1234.5) == "-1,235");
}

TEST_CASE("labels of axes are short") {
  CHECK(compact(0) == "0");
  CHECK(compact(0.25) == "0.25");
  CHECK(compact(50) == "50");
  CHECK(compact(1500) == "1.5k");
  CHECK(compact(40'000) == "40k");
  CHECK(compact(2'000'000) == "2M");
  CHECK(compact(5e12) == "5000G");
}

TEST_CASE("a duration has the unit that fits") {
  CHECK(duration(0.25).text() == "0.25 µs");
  CHECK(duration(812.4).text() == "812 µs");
  CHECK(duration(999.6).text() == "1.00 ms");
  CHECK(duration(2310).text() == "2.31 ms");
  CHECK(duration(88'000).text() == "88.0 ms");
  CHECK(duration(999'600).text() == "1.00 s");
  CHECK(duration(3'600'000'000).text() == "3,600 s");
}

TEST_CASE("bytes have the unit that fits, also when memory shrank") {
  CHECK(bytes(0).text() == "0 B");
  CHECK(bytes(1023).text() == "1023 B");
  CHECK(bytes(1024).text() == "1.00 KiB");
  CHECK(bytes(10.3 * 1024).text() == "10.3 KiB");
  CHECK(bytes(-2048).text() == "-2.00 KiB");
  CHECK(bytes(86.0 * 1024 * 1024).text() == "86.0 MiB");
  CHECK(bytes(5.0 * 1024 * 1024 * 1024 * 1024).text() == "5,120 GiB");
}

TEST_CASE("shares are told in percent, and one of a thing has no s") {
  CHECK(percent(0.1234) == "12.3 %");
  CHECK(percent(1) == "100.0 %");
  CHECK(counted_noun(1, "client") == "1 client");
  CHECK(counted_noun(0, "client") == "0 clients");
  CHECK(counted_noun(1000, "client") == "1,000 clients");
}
