#include "admin/configuration.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

namespace {

Result<std::optional<std::string>> read_real_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::optional<std::string>();
  return std::optional(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace

TEST_CASE("The configuration of the chat is accepted as it stands, in both environments") {
  for (const char* environment : {"development", "production"}) {
    const auto loaded = load_configuration(SHADDOCK_SOURCE_DIR "/config", read_real_file,
                                           environment, {"gate", "connector", "chat"});
    CHECK(all_of(loaded.problems) == "");
    CHECK(loaded.ok(true));
    const Configuration& configuration = loaded.configuration;
    CHECK(configuration.environment == environment);
    CHECK(configuration.master.id == "master-server-1");
    CHECK(configuration.master.port == 3005);
    REQUIRE(configuration.servers.size() == 7);
    std::map<std::string, std::pair<int, int>> ports;
    for (const ServerInfo& server : configuration.servers) {
      ports[server.id] = {server.port, server.client_port};
      CHECK(server.frontend == (server.type != "chat"));
      CHECK(server.extras.empty());
    }
    CHECK(ports["gate-server-1"] == std::pair(0, 3014));
    CHECK(ports["connector-server-3"] == std::pair(4052, 3052));
    CHECK(ports["chat-server-2"] == std::pair(6051, 0));
    CHECK(
        protocol::Protos(configuration.protocol.client, configuration.protocol.server).version() ==
        "2zWPnSlRsRxjqgcU215Uxg==");
  }
}

TEST_CASE("The master's entry is checked as the others are") {
  const struct {
    const char* text;
    const char* problem;
  } cases[] = {
      {R"({"development": {"id": "m", "host": "127.0.0.1"}})",
       "config/master.json:1:17: development.port: missing"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 0}})",
       "config/master.json:1:58: development.port: must be from 1 to 65535, got 0"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "secretfile": "x"}})",
       "config/master.json:1:61: warning: development.secretfile: unknown key; did you mean "
       "\"secretFile\"?"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "secretFile": 5}})",
       "config/master.json:1:75: development.secretFile: must be text in quotes, got 5"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "isolation": "threads"}})",
       "config/master.json:1:74: development.isolation: must be process, thread or none, got "
       "\"threads\" (did you mean \"thread\"?)"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "isolation": "x"}})",
       "config/master.json:1:74: development.isolation: must be process, thread or none, got "
       "\"x\""},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "isolation": true}})",
       "config/master.json:1:74: development.isolation: must be text in quotes, got true"},
      {R"({"development": {"id": "m", "host": "127.0.0.1", "port": 1, "isolaton": "none"}})",
       "config/master.json:1:61: warning: development.isolaton: unknown key; did you mean "
       "\"isolation\"?"},
      {R"({"development": []})",
       "config/master.json:1:17: development: must be an object with id, host and port, got an "
       "array"},
      {R"({"production": {}})",
       "config/master.json:1:1: unknown environment \"development\"; the file has: production"},
      {R"({"development": {)", "config/master.json:1:18: Missing a name for object member."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(problems_with_master(test.text) == test.problem + std::string("\n"));
  }
  CHECK(problems_with_master(R"({"id": "m", "host": "127.0.0.1", "port": 1})") == "");
}

TEST_CASE("Servers are processes unless the master's entry says otherwise") {
  using net::Isolation;
  const std::pair<const char*, Isolation> cases[] = {
      {"", Isolation::process},
      {R"(, "isolation": "process")", Isolation::process},
      {R"(, "isolation": "thread")", Isolation::thread},
      {R"(, "isolation": "none")", Isolation::none},
  };
  for (const auto& [text, isolation] : cases) {
    CAPTURE(text);
    ConfigurationFolder folder;
    folder.files["config/master.json"] =
        R"({"id": "m", "host": "127.0.0.1", "port": 1)" + std::string(text) + "}";
    const auto loaded = folder.load();
    CHECK(loaded.ok(true));
    CHECK(loaded.configuration.master.isolation == isolation);
  }
}

TEST_CASE(
    "A name of an environment that would leave the folder is refused before any file is read") {
  for (const char* name : {"", "../x", "a/b", "a b", "a.b"}) {
    ConfigurationFolder folder;
    folder.environment = name;
    const auto loaded = folder.load();
    CHECK_FALSE(loaded.ok());
    CHECK(all_of(loaded.problems) ==
          "environment: must be 1 to 64 letters, digits, - or _, got \"" + std::string(name) +
              "\"\n");
  }
}

TEST_CASE("Every problem of every file is found in one run, in the order of places") {
  ConfigurationFolder folder;
  folder.files["config/master.json"] =
      R"({"development": {"id": "m", "host": "127.0.0.1", "port": 70000}})";
  folder.files["config/crons.json"] = "{,}";
  folder.files["config/servers.json"] = R"({"development": {
  "chat": [
    {"id": "a", "host": "127.0.0.1", "port": 0},
    {"id": "a", "prot": 5, "port": 6050}
  ],
  "gate": [
    {"id": "g", "host": "127.0.0.1", "clientPort": "x", "frontend": true}
  ]
}})";
  CHECK(all_of(folder.load().problems) ==
        "config/crons.json:1:2: Missing a name for object member.\n"
        "config/master.json:1:58: development.port: must be from 1 to 65535, got 70000\n"
        "config/servers.json:3:46: development.chat[0].port: must be from 1 to 65535, got 0\n"
        "config/servers.json:4:5: development.chat[1].host: missing\n"
        "config/servers.json:4:12: development.chat[1].id: id \"a\" is used twice, first in "
        "config/servers.json:3:12\n"
        "config/servers.json:4:17: warning: development.chat[1].prot: unknown key; did you mean "
        "\"port\"?\n"
        "config/servers.json:7:52: development.gate[0].clientPort: must be a number without quotes "
        "from 1 to 65535, "
        "got \"x\"\n");
}

TEST_CASE("Files of Pomelo without a use here are noted, and no reason to refuse") {
  ConfigurationFolder folder;
  folder.files["config/adminServer.json"] = R"([{"type": "connector", "token": "abc"}])";
  folder.files["config/development/adminUser.json"] = "[]";
  const auto loaded = folder.load();
  CHECK(loaded.ok(true));
  REQUIRE(loaded.notes.size() == 2);
  CHECK(to_string(loaded.notes[0]) ==
        "config/adminServer.json: warning: not used by Shaddock: servers prove the secret of the "
        "cluster instead of "
        "tokens");
  CHECK(loaded.notes[1].file == "config/adminUser.json");
}
