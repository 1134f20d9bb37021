#include "net/proxy_header.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock::net;
using State = ProxyHeader::State;

namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

std::string v2(int command, int family, const std::string& body) {
  const auto size = static_cast<int>(body.size());
  return kSignature + bytes({command, family, size >> 8, size & 0xFF}) + body;
}

const std::string kTcp4 = bytes({203, 0, 113, 9, 10, 0, 0, 8, 0xDC, 0x04, 0x0B, 0xC2});
const std::string kTcp6 = bytes({0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}) +
                          bytes({0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8}) +
                          bytes({0xDC, 0x04, 0x0B, 0xC2});
const Address kClient{"203.0.113.9", 56324}, kClient6{"2001:db8::9", 56324};

struct Good {
  std::string header;
  std::optional<Address> client;
};

std::vector<Good> good_ones() {
  const std::string longest =
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  REQUIRE(longest.size() == ProxyHeader::kLongestLine);
  return {
      {"PROXY TCP4 203.0.113.9 10.0.0.8 56324 3010\r\n", kClient},
      {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
       Address{"255.255.255.255", 65535}},
      {"PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", Address{"0.0.0.0", 0}},
      {"PROXY TCP6 2001:db8::9 2001:db8::8 56324 3010\r\n", kClient6},
      {"PROXY TCP6 ::ffff:203.0.113.9 ::1 56324 3010\r\n", kClient},
      {"PROXY UNKNOWN\r\n", std::nullopt},
      {"PROXY UNKNOWN whatever it says\r\n", std::nullopt},
      {longest, std::nullopt},
      {v2(0x21, 0x11, kTcp4), kClient},
      {v2(0x21, 0x11, kTcp4 + bytes({4, 0, 1, 'x'})), kClient},  // a TLV
      {v2(0x21, 0x11, kTcp4 + std::string(4096 - 12, 'x')), kClient},
      {v2(0x21, 0x21, kTcp6), kClient6},
      {v2(0x21, 0x21, kTcp6 + std::string(300, '\0')), kClient6},
      {v2(0x21, 0x12, kTcp4), std::nullopt},  // UDP
      {v2(0x21, 0x22, kTcp6), std::nullopt},
      {v2(0x21, 0x31, std::string(216, '/')), std::nullopt},
      {v2(0x21, 0x00, ""), std::nullopt},
      {v2(0x20, 0x00, ""), std::nullopt},  // LOCAL
      {v2(0x20, 0x11, kTcp4), std::nullopt},
      {v2(0x20, 0xFF, "x"), std::nullopt},
  };
}

}  // namespace

TEST_CASE("a header gives the client and takes none of the bytes behind it") {
  for (const Good& good : good_ones()) {
    const std::string& header = good.header;
    CAPTURE(header);
    ProxyHeader reader;
    CHECK(reader.feed(header + "\x01PROXY") == header.size());
    CHECK(reader.state() == State::done);
    CHECK(reader.client() == good.client);
    CHECK(reader.feed("more") == 0);
  }
}

TEST_CASE("a header may come in any two pieces, and byte by byte") {
  for (const Good& good : good_ones()) {
    const std::string& header = good.header;
    CAPTURE(header);
    for (std::size_t cut = 0; cut < header.size(); ++cut) {
      ProxyHeader reader;
      CHECK(reader.feed(header.substr(0, cut)) == cut);
      CHECK(reader.state() == State::more);
      CHECK_FALSE(reader.client().has_value());
      CHECK(reader.feed(header.substr(cut)) == header.size() - cut);
      CHECK(reader.state() == State::done);
      CHECK(reader.client() == good.client);
    }
    ProxyHeader reader;
    for (const char& byte : header) CHECK(reader.feed({&byte, 1}) == 1);
    CHECK(reader.client() == good.client);
  }
}

TEST_CASE("lines that break a rule are bad") {
  for (const std::string line : {"GET / HTTP/1.1\r\n",
                                 "PROXY\r\n",
                                 "PROXY \r\n",
                                 "PROXY  UNKNOWN\r\n",
                                 "proxy UNKNOWN\r\n",
                                 "PROXY UNKNOWN\n",
                                 "PROXY UNKNOWN\r \r\n",
                                 "PROXY UNKNOWNS\r\n",
                                 "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
                                 "PROXY TCP4\r\n",
                                 "PROXY TCP4 1.1.1.1\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 \r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n",
                                 "PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n",
                                 "PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n",
                                 "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\r\n",
                                 "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n",
                                 "PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n",
                                 "PROXY TCP4 ::1 ::2 1 2\r\n",
                                 "PROXY TCP4 1.1.1.1 ::2 1 2\r\n",
                                 "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n",
                                 "PROXY TCP6 ::1%lo ::2 1 2\r\n",
                                 "PROXY TCP6 [::1] ::2 1 2\r\n",
                                 "PROXY TCP6 ::g ::2 1 2\r\n"}) {
    CAPTURE(line);
    ProxyHeader reader;
    reader.feed(line);
    CHECK(reader.state() == State::bad);
    CHECK_FALSE(reader.client().has_value());
  }
}

TEST_CASE("a line of 107 bytes may end there, and one byte more is bad") {
  const std::string line = "PROXY UNKNOWN " + std::string(107 - 14 - 2, 'x');
  ProxyHeader exact, longer;
  CHECK(exact.feed(line + "\r\n") == 107);
  CHECK(exact.state() == State::done);
  CHECK(longer.feed(line + "x\r\n") == 107);
  CHECK(longer.state() == State::bad);
}

TEST_CASE("what is bad is bad at its first wrong byte") {
  const struct {
    std::string header;
    std::size_t taken;
  } table[] = {
      {"\x01", 1},
      {"PROXX TCP4", 5},
      {"\r\nGET", 3},
      {kSignature.substr(0, 11) + "\r", 12},
      {v2(0x11, 0x11, kTcp4), 16},  // version 1
      {v2(0x22, 0x11, kTcp4), 16},  // command
      {v2(0x21, 0x10, kTcp4), 16},  // family
      {v2(0x21, 0x13, kTcp4), 16},
      {v2(0x21, 0x41, kTcp4), 16},
      {v2(0x21, 0x11, kTcp4.substr(1)), 16},  // too short for its addresses
      {v2(0x21, 0x12, kTcp4.substr(1)), 16},
      {v2(0x21, 0x21, kTcp6.substr(1)), 16},
      {v2(0x21, 0x31, std::string(215, '/')), 16},
      {v2(0x21, 0x11, kTcp4 + std::string(4097 - 12, 'x')), 16},
      {v2(0x20, 0x00, std::string(65535, 'x')), 16},
  };
  for (const auto& line : table) {
    CAPTURE(line.header.substr(0, 16));
    ProxyHeader reader;
    CHECK(reader.feed(line.header) == line.taken);
    CHECK(reader.state() == State::bad);
  }
}
