#include "load/target.h"

#include <doctest/doctest.h>

using namespace shaddock::load;

TEST_CASE("A URL says how and where to connect") {
  const auto tcp = parse_target("tcp://127.0.0.1:3010");
  REQUIRE(tcp.ok());
  CHECK(*tcp == Target{{"127.0.0.1", 3010}, false, false, "/"});
  CHECK(*parse_target("tls://game.example:3010/") ==
        Target{{"game.example", 3010}, false, true, "/"});
  CHECK(*parse_target("ws://[::1]:80/a/b?c=d") == Target{{"::1", 80}, true, false, "/a/b?c=d"});
  CHECK(*parse_target("wss://localhost:443") == Target{{"localhost", 443}, true, true, "/"});
}

TEST_CASE("What is no URL of ours is refused with the reason") {
  for (const char* url :
       {"", "127.0.0.1:3010", "http://127.0.0.1:80", "tcp://127.0.0.1", "tcp://:3010",
        "tcp://host:0", "tcp://host:65536", "tcp://host:80x", "tcp://host:80/path", "tcp://[]:80",
        "ws://host:80/a b", "ws://host:80/a\r\nX: y"}) {
    CAPTURE(url);
    const auto target = parse_target(url);
    REQUIRE_FALSE(target.ok());
    CHECK(target.error().text.starts_with(url));
  }
}

TEST_CASE("A name is resolved once; an address stays as it is") {
  Target by_name{{"localhost", 80}, false, false, "/"};
  REQUIRE(resolve(by_name).ok());
  CHECK((by_name.address.host == "127.0.0.1" || by_name.address.host == "::1"));
  Target by_address{{"192.0.2.7", 80}, false, false, "/"};
  REQUIRE(resolve(by_address).ok());
  CHECK(by_address.address.host == "192.0.2.7");
  Target nowhere{{"no name at all", 80}, false, false, "/"};
  const auto refused = resolve(nowhere);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().text.find("no name at all") != std::string::npos);
}

TEST_CASE("Loopback is all of 127.0.0.0/8") {
  CHECK(is_loopback({{"127.0.0.1", 80}, false, false, "/"}));
  CHECK(is_loopback({{"127.9.9.9", 80}, false, false, "/"}));
  CHECK_FALSE(is_loopback({{"192.0.2.7", 80}, false, false, "/"}));
}
