#include "net/cidr.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::net;

namespace {

CidrList list(std::vector<std::string> rows) { return CidrList::parse(rows).value(); }

}  // namespace

TEST_CASE("a row matches its network and nothing beside it") {
  const struct {
    const char *row, *address;
    bool matches;
  } table[] = {
      {"1.1.1.1", "1.1.1.1", true},
      {"1.1.1.1", "21.1.1.10", false},  // a pattern would say yes
      {"1.1.1.1", "1.1.1.10", false},
      {"1.1.1.1/32", "1.1.1.2", false},
      {"10.0.0.0/8", "9.255.255.255", false},
      {"10.0.0.0/8", "10.0.0.0", true},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"192.168.4.0/22", "192.168.3.255", false},
      {"192.168.4.0/22", "192.168.7.255", true},
      {"192.168.4.0/22", "192.168.8.0", false},
      {"192.0.2.6/31", "192.0.2.7", true},
      {"192.0.2.6/31", "192.0.2.8", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "::1", false},
      {"0.0.0.0/0", "::1.2.3.4", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"10.0.0.0/8", "::10.1.2.3", false},
      {"::ffff:10.0.0.0/104", "10.1.2.3", true},
      {"::ffff:10.0.0.0/104", "11.1.2.3", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "1.2.3.4", false},
      {"::1/128", "::1", true},
      {"::1/128", "::2", false},
      {"::1", "127.0.0.1", false},
      {"2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", false},
      {"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true},
      {"2001:db8::/32", "2001:db9::", false},
      {"2001:db8:0:1::/64", "2001:db8:0:1:ffff::", true},
      {"2001:db8:0:1::/64", "2001:db8:0:2::", false},
      {"2001:db8::8000:0:0:0/65", "2001:db8::8000:0:0:1", true},
      {"2001:db8::8000:0:0:0/65", "2001:db8::7fff:0:0:1", false},
      {"fe80::/10", "febf::1", true},
      {"fe80::/10", "fec0::", false},
  };
  for (const auto& line : table) {
    CAPTURE(line.row);
    CAPTURE(line.address);
    CHECK(list({line.row}).contains(line.address) == line.matches);
  }
}

TEST_CASE("what is no address is in no list, and nothing is in an empty one") {
  for (const char* text : {"", "localhost", "10.0.0.1:80", "10.0.0"})
    CHECK_FALSE(list({"0.0.0.0/0", "::/0"}).contains(text));
  CHECK(CidrList().empty());
  CHECK_FALSE(CidrList().contains("10.0.0.1"));
  CHECK_FALSE(list({"::1"}).empty());
  CHECK_FALSE(list({"10.0.0.1"}).empty());
}

TEST_CASE("rows inside, beside and equal to others do not hide them") {
  const CidrList networks =
      list({"10.1.0.0/16", "10.255.0.0/16", "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "12.0.0.1",
            "11.0.0.0/8", "::/128", "8000::/1", "ffff::/16"});
  for (const char* inside : {"10.0.0.0", "10.1.0.0", "10.2.0.0", "10.255.255.255", "11.0.0.0",
                             "11.255.255.255", "12.0.0.1", "::", "8000::", "ffff::1"})
    CHECK(networks.contains(inside));
  for (const char* outside :
       {"9.255.255.255", "12.0.0.0", "12.0.0.2", "255.0.0.1", "::1", "7fff::"})
    CHECK_FALSE(networks.contains(outside));
}

TEST_CASE("a bad row is named") {
  for (const char* row :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ",
        "10.0.0.0/8/8", "10.0.0.0/a", "10.0.0.0/255.0.0.0", "10.0.0/8", "10.*", "::/129",
        "::/4294967296", "localhost", "[::1]/128", "fe80::1%lo/64"}) {
    CAPTURE(row);
    const std::vector<std::string> rows{"10.0.0.0/8", row};
    const auto parsed = CidrList::parse(rows);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().text.starts_with('"' + std::string(row) + "\": "));
  }
}

TEST_CASE("bits beyond the prefix are an error") {
  for (const char* row : {"10.0.0.1/8", "10.0.0.1/31", "128.0.0.0/0", "::1/127", "2001:db8::1/64",
                          "2001:db8:0:1::/63", "8000::/0", "::ffff:10.0.0.0/8"}) {
    CAPTURE(row);
    const std::vector<std::string> rows{row};
    const auto parsed = CidrList::parse(rows);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().text.find("beyond the prefix") != std::string::npos);
  }
}
