#include "admin/survivors.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

const net::Address kMaster{"127.0.0.1", 3005};

ServerInfo entry(std::string id) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = "chat";
  info.host = "127.0.0.1";
  info.port = 6050;
  return info;
}

Record record(const ServerInfo& server, std::uint64_t incarnation = 9) {
  Record record;
  record.id = server.id;
  record.process = {1500, 5000};
  record.incarnation = incarnation;
  record.master = kMaster;
  record.fingerprint = fingerprint(server);
  return record;
}

// Why it may not stay; empty: it may.
std::string verdict(Record living, std::optional<Record> before = {}) {
  auto found = sort_survivors({std::move(living)}, before, {entry("chat-1")}, {}, kMaster);
  if (found.stopped.empty()) {
    REQUIRE(found.kept.size() == 1);
    return {};
  }
  CHECK(found.kept.empty());
  return found.stopped[0].why;
}

TEST_CASE(
    "one that was joined by hand is neither stopped nor taken over, unless a file names it now") {
  Record joined = record(entry("chat-9"));
  joined.joined = true;
  const auto found = sort_survivors({joined}, {}, {entry("chat-1")}, {}, kMaster);
  CHECK(found.kept.empty());
  CHECK(found.stopped.empty());
  joined.id = "chat-1";
  CHECK(verdict(joined) == "was joined by hand, and is in servers.json now");
}

TEST_CASE("a server that is configured as it runs is kept") {
  CHECK(verdict(record(entry("chat-1"))).empty());
  Record old = record(entry("chat-1"));
  old.fingerprint = 0;  // written before there were any
  CHECK(verdict(old).empty());
}

TEST_CASE("a server that is not configured any more, or otherwise, is not kept") {
  CHECK(verdict(record(entry("chat-2"))) == "is not in servers.json any more");
  ServerInfo moved = entry("chat-1");
  moved.port = 6051;
  CHECK(verdict(record(moved)) == "is another one in servers.json now");
}

TEST_CASE("a server that would never find its new master is not kept") {
  Record lost = record(entry("chat-1"));
  lost.master.port = 3006;
  CHECK(verdict(lost) == "looks for its master at 127.0.0.1:3006");
}

TEST_CASE(
    "what the killed master held by a lifeline ends with it, but not what it had taken over") {
  Record before;
  before.incarnation = 8;
  CHECK(verdict(record(entry("chat-1"), 9), before).empty());
  before.lifeline = true;
  CHECK(verdict(record(entry("chat-1"), 9), before) == "ends with the master that has started it");
  CHECK(verdict(record(entry("chat-1"), 7), before).empty());
}

TEST_CASE("all that servers.json says of a server is in its fingerprint, and nothing else") {
  const ServerInfo plain = entry("chat-1");
  ServerInfo running = plain;
  running.state = ServerInfo::State::up;
  running.incarnation = 77;
  CHECK(fingerprint(plain) == fingerprint(running));
  const auto differs = [&](auto change) {
    ServerInfo other = plain;
    change(other);
    return fingerprint(other) != fingerprint(plain);
  };
  CHECK(differs([](ServerInfo& one) { one.id = "chat-2"; }));
  CHECK(differs([](ServerInfo& one) { one.type = "room"; }));
  CHECK(differs([](ServerInfo& one) { one.host = "127.0.0.2"; }));
  CHECK(differs([](ServerInfo& one) { one.port = 6051; }));
  CHECK(differs([](ServerInfo& one) { one.client_host = "game.example"; }));
  CHECK(differs([](ServerInfo& one) { one.client_port = 3050; }));
  CHECK(differs([](ServerInfo& one) { one.frontend = true; }));
  CHECK(differs([](ServerInfo& one) { one.extras.emplace_back("zone", "7"); }));
}

}  // namespace
}  // namespace shaddock::admin
