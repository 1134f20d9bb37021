#include "net/sniff.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::net;

TEST_CASE("the first byte tells TLS and packages") {
  CHECK(sniff("\x16\x03\x01") == Speech::tls);
  CHECK(sniff("\x16") == Speech::tls);
  for (char type = 1; type <= 5; ++type) CHECK(sniff(std::string(1, type)) == Speech::package);
}

TEST_CASE("a verb is HTTP once it is whole, with its space, and undecided before") {
  CHECK(sniff("") == Speech::more);
  for (const std::string verb :
       {"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "}) {
    for (std::size_t n = 0; n < verb.size(); ++n) CHECK(sniff(verb.substr(0, n)) == Speech::more);
    CHECK(sniff(verb) == Speech::http);
    CHECK(sniff(verb + "/ HTTP/1.1") == Speech::http);
  }
}

TEST_CASE("everything else is unknown at once") {
  for (const char* bytes :
       {"GETX", "GARBAGE", "get / HTTP/1.1", " GET", "\n", "PUX", "SSH-2.0", "\xff"}) {
    CAPTURE(bytes);
    CHECK(sniff(bytes) == Speech::unknown);
  }
  CHECK(sniff(std::string(1, '\0')) == Speech::unknown);
  CHECK(sniff("\x06") == Speech::unknown);
}
