#include "net/forwarded_for.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::net;

namespace {

CidrList proxies() {
  const std::vector<std::string> rows{"10.0.0.0/8", "2001:db8:1::/48"};
  return CidrList::parse(rows).value();
}

std::string client(std::vector<HttpHeader> headers, std::string_view peer = "10.0.0.8") {
  HttpRequest request;
  request.headers = std::move(headers);
  return to_string(forwarded_client(request, *parse_ip(peer), proxies()));
}

std::string client(std::string_view list, std::string_view peer = "10.0.0.8") {
  return client(std::vector<HttpHeader>{{"X-Forwarded-For", list}}, peer);
}

}  // namespace

TEST_CASE("the client is the rightmost that is no listed proxy") {
  CHECK(client("203.0.113.9") == "203.0.113.9");
  CHECK(client("6.6.6.6, 203.0.113.9") == "203.0.113.9");
  CHECK(client("6.6.6.6,203.0.113.9,10.0.0.7,\t10.0.0.6 ") == "203.0.113.9");
  CHECK(client("2001:db8:2::1, 2001:db8:1::7", "2001:db8:1::8") == "2001:db8:2::1");
  CHECK(client("10.0.0.5, 10.0.0.7") == "10.0.0.5");
}

TEST_CASE("only a listed peer is believed") {
  CHECK(client("203.0.113.9", "198.51.100.1") == "198.51.100.1");
  CHECK(client("10.0.0.7", "198.51.100.1") == "198.51.100.1");
  HttpRequest request;
  request.headers = {{"X-Forwarded-For", "203.0.113.9"}};
  const IpAddress peer = *parse_ip("10.0.0.8");
  CHECK(forwarded_client(request, peer, CidrList()) == peer);
}

TEST_CASE("without the header the peer is the client") {
  CHECK(client(std::vector<HttpHeader>{}) == "10.0.0.8");
  CHECK(client({{"X-Forwarded", "203.0.113.9"}, {"Forwarded", "for=203.0.113.9"}}) == "10.0.0.8");
  CHECK(client("") == "10.0.0.8");
}

TEST_CASE("garbage ends the walk at the address reached so far") {
  for (const char* garbage :
       {"unknown", "", " ", "203.0.113", "203.0.113.9 x", "\"203.0.113.9\"",
        "203.0.113.9:", "203.0.113.9:port", "203.0.113.9:123456", "[203.0.113.9]", "[2001:db8::9",
        "[2001:db8::9]x", "[2001:db8::9]:", "[]", "]", "_hidden"}) {
    CAPTURE(garbage);
    const std::string list = "203.0.113.9, " + std::string(garbage);
    CHECK(client(list) == "10.0.0.8");
    CHECK(client(list + ",10.0.0.7") == "10.0.0.7");
  }
}

TEST_CASE("addresses may come with ports and brackets") {
  CHECK(client("203.0.113.9:5678, 10.0.0.7:80") == "203.0.113.9");
  CHECK(client("[2001:db8::9]:5678") == "2001:db8::9");
  CHECK(client("[2001:db8::9]") == "2001:db8::9");
  CHECK(client("::ffff:203.0.113.9, ::ffff:10.0.0.7") == "203.0.113.9");
}

TEST_CASE("several headers are one list, whatever the case of their names") {
  CHECK(client({{"x-forwarded-for", "6.6.6.6"}, {"X-FORWARDED-FOR", "203.0.113.9"}}) ==
        "203.0.113.9");
  CHECK(client({{"X-Forwarded-For", "203.0.113.9"},
                {"Host", "game"},
                {"X-Forwarded-For", "10.0.0.6, 10.0.0.7"}}) == "203.0.113.9");
  CHECK(client({{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-For", "bad"}}) == "10.0.0.8");
}
