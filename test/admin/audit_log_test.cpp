#include "admin/audit_log.h"

#include <doctest/doctest.h>

#include "admin/peers.h"

namespace shaddock::admin {
namespace {

TEST_CASE("an order leaves one line: when, who, what, and how it ended") {
  MixedHost world;
  const AuditLog audit(world.host, "/logs/audit.log");
  audit.write({"console", "alice", "127.0.0.1:5", "stop", "chat-server-1"}, "");
  audit.write({"observer", "", "-", "kill", ""}, "not allowed");
  const std::string text = world.files.files["/logs/audit.log"];
  const std::size_t end = text.find('\n');
  CHECK(text.starts_with("20"));
  CHECK(text.substr(19, 2) == "Z ");
  CHECK(text.substr(21, end - 21) == "console alice 127.0.0.1:5 stop chat-server-1: done");
  CHECK(text.substr(end + 22) == "observer - - kill: not allowed\n");
}

TEST_CASE("nothing that a peer says makes a second line") {
  MixedHost world;
  const AuditLog audit(world.host, "/logs/audit.log");
  audit.write({"console", "al\nice", "-", "kick", "x\r\n" + std::string(5000, 'y')}, "");
  const std::string text = world.files.files["/logs/audit.log"];
  CHECK(text.find('\n') == text.size() - 1);
  CHECK(text.size() == AuditLog::kLongest + 1);
}

}  // namespace
}  // namespace shaddock::admin
