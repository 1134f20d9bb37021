#include "admin/audit_log.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "admin/peers.h"

namespace shaddock::admin {
namespace {

struct Fixture {
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    const std::string text = world.files.files["/logs/audit.log"];
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      lines.push_back(text.substr(text.find(' ', at) + 1, end - text.find(' ', at) - 1));
    return lines;
  }

  MixedHost world;
  AuditLog audit{world.host, Logger(std::make_shared<MemoryLog>(), "audit"), "/logs/audit.log"};
};

TEST_CASE_FIXTURE(Fixture,
                  "an order leaves a line when it is taken and one when its end is known") {
  const AuditLog::Order order{"console", "alice", "127.0.0.1:5", "stop", "chat-server-1"};
  const std::string who =
      "order role=console user=alice from=127.0.0.1:5 verb=stop arguments=chat-server-1 result=";
  audit.begins(order);
  CHECK(lines() == std::vector{who + "begins"});
  audit.ended(order, "");
  audit.ended(order, "not ready in time");
  REQUIRE(lines().size() == 3);
  CHECK(lines()[1] == who + "done");
  CHECK(lines()[2] == who + "\"not ready in time\"");
}

TEST_CASE_FIXTURE(Fixture,
                  "nothing that a peer says makes a second line or looks like a part of it") {
  audit.begins({"console", "root from=1.2.3.4:1 \"x\n", "-", "kick",
                "x\r\n\xc2\x9b" + std::string(5000, 'y')});
  REQUIRE(lines().size() == 1);
  CHECK(lines()[0].find(R"(user="root from=1.2.3.4:1 \"x\n" from=- verb=kick)") !=
        std::string::npos);
  CHECK(lines()[0].find(R"(arguments=x\r\n\u009byyy)") != std::string::npos);
  CHECK(lines()[0].find("y... result=begins") != std::string::npos);
  CHECK(lines()[0].size() < 1000);
}

TEST_CASE_FIXTURE(Fixture,
                  "of what is refused there is one line a second, which counts the others") {
  const AuditLog::Order order{"observer", "eve", "-", "kill", ""};
  for (int i = 0; i < 1000; ++i) audit.refused(order, "no");
  REQUIRE(lines().size() == 1);
  CHECK(lines()[0].ends_with("result=no"));
  const net::TimePoint later = world.host.loop.now() + net::Duration(1000);
  world.until([&] { return world.host.loop.now() >= later; });
  audit.refused(order, "no");
  REQUIRE(lines().size() == 2);
  CHECK(lines()[1].ends_with("result=no refused_meanwhile=999"));
}

}  // namespace
}  // namespace shaddock::admin
