#include "admin/join_rules.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

const net::Address kMaster{"127.0.0.1", 3005};

ServerInfo backend(std::string id = "chat-9", int port = 6059) {
  ServerInfo server;
  server.id = std::move(id);
  server.type = "chat";
  server.host = "127.0.0.1";
  server.port = port;
  return server;
}

ServerInfo frontend() {
  ServerInfo server = backend("connector-9", 4059);
  server.client_port = 3059;
  server.frontend = true;
  return server;
}

std::string clash_of(const ServerInfo& server) {
  return wrong_with_ports(server, {backend("chat-1", 6050), frontend()}, "master", kMaster);
}

TEST_CASE("an entry is made of what servers.json allows") {
  CHECK(wrong_with_entry(backend()).empty());
  CHECK(wrong_with_entry(frontend()).empty());
  ServerInfo no_port = frontend();
  no_port.port = 0;
  CHECK(wrong_with_entry(no_port).empty());

  const auto with = [](ServerInfo server, auto change) {
    change(server);
    return wrong_with_entry(server);
  };
  CHECK(with(backend(), [](auto& s) { s.id = "a;touch x"; }).starts_with("id: "));
  CHECK(with(backend(), [](auto& s) { s.id = ""; }).starts_with("id: "));
  CHECK(with(backend(), [](auto& s) { s.type = "a.b"; }).starts_with("type: "));
  CHECK(with(backend(), [](auto& s) { s.type = "master"; }).starts_with("type: "));
  CHECK(with(backend(), [](auto& s) { s.host = "a b"; }).starts_with("host: "));
  CHECK(with(backend(), [](auto& s) { s.client_host = "$(x)"; }).starts_with("clientHost: "));
  CHECK(with(backend(), [](auto& s) { s.port = 65536; }).starts_with("port: "));
  CHECK(with(backend(), [](auto& s) { s.port = 0; }) == "a backend needs a port");
  CHECK(with(backend(), [](auto& s) { s.client_port = 1; }).starts_with("clientPort: "));
  CHECK(with(frontend(), [](auto& s) { s.client_port = 0; }) == "a frontend needs a clientPort");
  CHECK(with(frontend(), [](auto& s) { s.client_port = -1; }).starts_with("clientPort: "));
  CHECK(with(frontend(), [](auto& s) { s.client_port = s.port; }) ==
        "port and clientPort are the same");
}

TEST_CASE("what an entry says of its own has bounds") {
  ServerInfo server = backend();
  server.extras = {{"k", std::string(1023, 'v')}};
  CHECK(wrong_with_entry(server).empty());
  server.extras = {{"k", std::string(1024, 'v')}};
  CHECK_FALSE(wrong_with_entry(server).empty());
  server.extras.assign(64, {"k", "v"});
  CHECK(wrong_with_entry(server).empty());
  server.extras.assign(65, {"k", "v"});
  CHECK_FALSE(wrong_with_entry(server).empty());
}

TEST_CASE("a port has one owner, the master included; client ports are at all addresses") {
  CHECK(clash_of(backend()).empty());
  CHECK(clash_of(backend("chat-2", 6050)) == "port 6050 of 127.0.0.1 is chat-1's port");
  CHECK(clash_of(backend("chat-2", 3059)) == "port 3059 of 127.0.0.1 is connector-9's clientPort");
  CHECK(clash_of(backend("chat-2", 3005)) == "port 3005 of 127.0.0.1 is master");
  ServerInfo other = backend("chat-2", 6050);
  other.host = "127.0.0.2";
  CHECK(clash_of(other).empty());
  other.port = 3059;
  CHECK_FALSE(clash_of(other).empty());
  // It may come back to where it was.
  CHECK(clash_of(backend("chat-1", 6050)).empty());
}

TEST_CASE("who is not on this machine proves a secret of the operator") {
  ServerInfo server = backend();
  CHECK(wrong_with_secret(server, kMaster, false).empty());
  CHECK_FALSE(wrong_with_secret(server, {"10.0.0.1", 3005}, false).empty());
  server.host = "10.0.0.2";
  CHECK_FALSE(wrong_with_secret(server, kMaster, false).empty());
  CHECK(wrong_with_secret(server, {"10.0.0.1", 3005}, true).empty());
}

}  // namespace
}  // namespace shaddock::admin
