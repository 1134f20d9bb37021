#include "admin/joined_servers.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

const std::string kPath = "/games/run/production/joined";

ServerInfo server(std::string id, std::uint64_t incarnation) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = "chat";
  info.host = "127.0.0.1";
  info.port = 6059;
  info.extras = {{"weight", "2"}};
  info.incarnation = incarnation;
  return info;
}

TEST_CASE("a later master reads who was joined by hand") {
  FakeFiles files;
  JoinedServers first(files, kPath);
  CHECK(first.put(server("chat-9", 7), 100));
  CHECK(first.put(server("chat-8", 8), 200));
  CHECK(first.put(server("chat-9", 9), 300));
  CHECK(files.modes[kPath] == 0600);
  const auto read = JoinedServers(files, kPath).load();
  REQUIRE(read.size() == 2);
  CHECK(read[1].server.id == "chat-9");
  CHECK(read[1].server.incarnation == 9);
  CHECK(read[1].server.extra("weight") == "2");
  CHECK(read[1].pid == 300);
}

TEST_CASE("who has left is forgotten, and nobody leaves no file") {
  FakeFiles files;
  JoinedServers servers(files, kPath);
  CHECK(servers.put(server("chat-9", 7), 100));
  CHECK(servers.put(server("chat-8", 8), 200));
  CHECK(servers.remove("chat-9"));
  CHECK(servers.remove("chat-9"));
  CHECK(JoinedServers(files, kPath).load().size() == 1);
  CHECK(servers.remove("chat-8"));
  CHECK(files.files.empty());
}

TEST_CASE("what is no such file, and entries that cannot be, are nobody") {
  FakeFiles files;
  JoinedServers servers(files, kPath);
  CHECK(servers.load().empty());
  for (const char* text : {"", "{", "[]", "{\"servers\":[{\"pid\":1}]}"}) {
    files.files[kPath] = text;
    CHECK(servers.load().empty());
  }
  CHECK(servers.put(server("a b", 7), 100));
  CHECK(JoinedServers(files, kPath).load().empty());
}

}  // namespace
}  // namespace shaddock::admin
