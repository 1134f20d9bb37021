#include "net/ip_address.h"

#include <doctest/doctest.h>

using namespace shaddock::net;

TEST_CASE("an address is the same number however it is written") {
  CHECK(parse_ip("1.2.3.4") == IpAddress{0, 0xFFFF01020304});
  CHECK(parse_ip("::ffff:1.2.3.4") == parse_ip("1.2.3.4"));
  CHECK(parse_ip("::FFFF:102:304") == parse_ip("1.2.3.4"));
  CHECK(parse_ip("255.255.255.255") == IpAddress{0, 0xFFFFFFFFFFFF});
  CHECK(parse_ip("::") == IpAddress{0, 0});
  CHECK(parse_ip("::1") == IpAddress{0, 1});
  CHECK(parse_ip("2001:DB8::0:7") == IpAddress{0x20010DB800000000, 7});
  CHECK(parse_ip("0:0:0:0:0:ffff:255.255.255.255") == parse_ip("255.255.255.255"));
  CHECK(parse_ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == IpAddress{UINT64_MAX, UINT64_MAX});
}

TEST_CASE("only mapped addresses are IPv4") {
  CHECK(parse_ip("0.0.0.0")->is_v4());
  CHECK(parse_ip("::ffff:0:0")->is_v4());
  for (const char* text : {"::", "::1.2.3.4", "::fffe:102:304", "1::ffff:1.2.3.4", "::1:ffff:0:0"})
    CHECK_FALSE(parse_ip(text)->is_v4());
}

TEST_CASE("what is no numeric address is nothing") {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "1.2.3"sv,
                                      "1.2.3.4.5"sv,
                                      "1.2.3.256"sv,
                                      "01.2.3.4"sv,
                                      "1.2.3.4 "sv,
                                      " 1.2.3.4"sv,
                                      "1.2.3.4:80"sv,
                                      "1.2.3.-4"sv,
                                      "0x1.2.3.4"sv,
                                      "16909060"sv,
                                      "1.2.3.4\0"sv,
                                      "::1\0::2"sv,
                                      "[::1]"sv,
                                      "::1%lo"sv,
                                      "fe80::1%1"sv,
                                      ":::"sv,
                                      "1::2::3"sv,
                                      "12345::"sv,
                                      "g::"sv,
                                      "1:2:3:4:5:6:7"sv,
                                      "1:2:3:4:5:6:7:8:9"sv,
                                      "localhost"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ip(text).has_value());
  }
  CHECK_FALSE(parse_ip(std::string(100'000, '1')).has_value());
}

TEST_CASE("addresses are written in their shortest form") {
  CHECK(to_string(*parse_ip("::ffff:1.2.3.4")) == "1.2.3.4");
  CHECK(to_string(*parse_ip("0.0.0.0")) == "0.0.0.0");
  CHECK(to_string(*parse_ip("2001:0db8:0000:0000:0000:0000:0000:0007")) == "2001:db8::7");
  CHECK(to_string(IpAddress{}) == "::");
  CHECK(to_string(IpAddress{UINT64_MAX, UINT64_MAX}) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}
