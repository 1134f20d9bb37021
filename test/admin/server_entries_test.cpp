#include "admin/server_entries.h"

#include <doctest/doctest.h>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

namespace {

const std::string kPlace = "config/servers.json:2:";
const std::string kEntry = "development.chat[0]";

}  // namespace

TEST_CASE("Servers come in the order of the file, with the keys of the user as text") {
  ConfigurationFolder folder;
  folder.files["config/servers.json"] = R"({"development": {
    "connector": [{"id": "c2", "host": "localhost", "port": 1, "clientPort": 2, "frontend": "true", "clientHost": "game.example"},
                  {"id": "c1", "host": "127.0.0.1", "port": 3, "clientPort": 4, "frontend": true,
                   "zone": "north", "level": 5, "half": 0.50, "vip": true, "rooms": ["a", {"b": null}], "max-connections": 100}],
    "area": [{"id": "a1", "host": "127.0.0.1", "port": 5, "frontend": "false", "zone": 1, "zone": 2}]}})";
  const auto loaded = folder.load();
  CHECK(loaded.ok());
  const auto& servers = loaded.configuration.servers;
  REQUIRE(servers.size() == 3);
  CHECK(servers[0].id == "c2");
  CHECK(servers[0].type == "connector");
  CHECK(servers[0].frontend);
  CHECK(servers[0].host_for_clients() == "game.example");
  CHECK(servers[1].extra("zone") == "north");
  CHECK(servers[1].extra("level") == "5");
  CHECK(servers[1].extra("half") == "0.5");
  CHECK(servers[1].extra("vip") == "true");
  CHECK(servers[1].extra("rooms") == R"(["a",{"b":null}])");
  CHECK(servers[1].extra("max-connections") == "100");
  CHECK_FALSE(servers[2].frontend);
  REQUIRE(servers[2].extras.size() == 1);
  CHECK(servers[2].extra("zone") == "2");
}

TEST_CASE("clusterCount makes servers whose ids go on and whose ports begin anew") {
  ConfigurationFolder folder;
  folder.files["config/master.json"] =
      R"({"development": {"id": "m", "host": "10.0.0.1", "port": 3005, "secretFile": "secret"}})";
  folder.files["config/servers.json"] = R"({"development": {"connector": [
    {"host": "10.0.0.2", "port": "3150++", "clientPort": "3010++", "frontend": true, "clusterCount": 3, "id": "x", "debug": "9000++"},
    {"host": "10.0.0.3", "port": "3150++", "clientPort": 4000, "frontend": true, "clusterCount": 1, "note": "a++"}]}})";
  const auto loaded = folder.load();
  CHECK(all_of(loaded.problems) == "");
  const auto& servers = loaded.configuration.servers;
  REQUIRE(servers.size() == 4);
  for (int i = 0; i < 3; ++i) {
    const ServerInfo& server = servers[static_cast<std::size_t>(i)];
    CHECK(server.id == "cluster-server-connector-" + std::to_string(i));
    CHECK(server.port == 3150 + i);
    CHECK(server.client_port == 3010 + i);
    CHECK(server.extra("debug") == std::to_string(9000 + i));
    CHECK(server.extra("clusterCount").empty());
  }
  CHECK(servers[3].id == "cluster-server-connector-3");
  CHECK(servers[3].host == "10.0.0.3");
  CHECK(servers[3].port == 3150);
  CHECK(servers[3].extra("note") == "a++");
}

TEST_CASE("A mistake in an entry is reported with its place, its key and what to write instead") {
  const struct {
    const char* entry;
    std::string problem;
  } cases[] = {
      {R"({"host": "127.0.0.1", "port": 1})", kPlace + "1: " + kEntry + ".id: missing"},
      {R"({"id": 5, "host": "127.0.0.1", "port": 1})",
       kPlace + "8: " + kEntry + ".id: must be text in quotes, got 5"},
      {R"({"id": "a b", "host": "127.0.0.1", "port": 1})",
       kPlace + "8: " + kEntry + ".id: must be 1 to 64 letters, digits, - or _, got \"a b\""},
      {R"({"id": "", "host": "127.0.0.1", "port": 1})",
       kPlace + "8: " + kEntry + ".id: must not be empty"},
      {R"({"id": "../etc", "host": "127.0.0.1", "port": 1})",
       kPlace + "8: " + kEntry + ".id: must be 1 to 64 letters, digits, - or _, got \"../etc\""},
      {R"({"id": "a", "port": 1})", kPlace + "1: " + kEntry + ".host: missing"},
      {R"({"id": "a", "host": null, "port": 1})",
       kPlace + "21: " + kEntry + ".host: must be text in quotes, got null"},
      {R"({"id": "a", "host": "a b", "port": 1})",
       kPlace + "21: " + kEntry + ".host: must be a host name or an address, got \"a b\""},
      {R"({"id": "a", "host": "127.0.0.1"})", kPlace + "1: " + kEntry + ".port: missing"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 0})",
       kPlace + "42: " + kEntry + ".port: must be from 1 to 65535, got 0"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 70000})",
       kPlace + "42: " + kEntry + ".port: must be from 1 to 65535, got 70000"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1.5})",
       kPlace + "42: " + kEntry + ".port: must be from 1 to 65535, got 1.5"},
      {R"({"id": "a", "host": "127.0.0.1", "port": "6050"})",
       kPlace + "42: " + kEntry +
           ".port: must be a number without quotes from 1 to 65535, got \"6050\""},
      {R"({"id": "a", "host": "127.0.0.1", "port": "6050++"})",
       kPlace + "42: " + kEntry +
           ".port: a port that counts up needs \"clusterCount\", got \"6050++\""},
      {R"({"host": "127.0.0.1", "port": "65535++", "clusterCount": 2})",
       kPlace + "31: " + kEntry + ".port: must be from 1 to 65535, but counts from 65535 to 65536"},
      {R"({"host": "127.0.0.1", "port": "0++", "clusterCount": 2})",
       kPlace + "31: " + kEntry + ".port: must be from 1 to 65535, but counts from 0 to 1"},
      {R"({"host": "127.0.0.1", "port": "1++", "clusterCount": 0})",
       kPlace + "54: " + kEntry + ".clusterCount: must be from 1 to 1000, got 0"},
      {R"({"id": "a", "host": "127.0.0.1", "frontend": true})",
       kPlace + "1: " + kEntry + ".clientPort: missing"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "frontend": "yes"})",
       kPlace + "57: " + kEntry + ".frontend: must be true or false, got \"yes\""},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "frontend": 1})",
       kPlace + "57: " + kEntry + ".frontend: must be true or false, got 1"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "max-connections": "many"})",
       kPlace + "64: " + kEntry +
           ".max-connections: must be a number without quotes from 1 to 2147483647, got \"many\""},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "weight": 0})",
       kPlace + "55: " + kEntry + ".weight: must be a number above 0, got 0"},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "auto-restart": "on"})",
       kPlace + "61: " + kEntry + ".auto-restart: must be true or false, got \"on\""},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "serverType": "gate"})",
       kPlace + "59: " + kEntry + ".serverType: is \"gate\" inside the list of \"chat\""},
      {R"({"id": "a", "host": "127.0.0.1", "port": 1, "clientHost": []})",
       kPlace + "59: " + kEntry + ".clientHost: must be text in quotes, got an array"},
      {"5", kPlace + "1: " + kEntry + ": must be an object that describes a server, got 5"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.entry);
    CHECK(problems_with(test.entry) == test.problem + '\n');
  }
}

TEST_CASE("A key that looks misspelt is a warning; a key of the user is none") {
  const auto with = [](const std::string& key) {
    return problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1, )" + key + ": 1}");
  };
  const auto warning = [](const std::string& key, const std::string& meant) {
    return kPlace + "45: warning: " + kEntry + "." + key + ": unknown key; did you mean \"" +
           meant + "\"?\n";
  };
  for (const auto& [key, meant] :
       std::map<std::string, std::string>{{"clientport", "clientPort"},
                                          {"clientHots", "clientHost"},
                                          {"fronted", "frontend"},
                                          {"Port", "port"},
                                          {"prot", "port"},
                                          {"ports", "port"},
                                          {"max-conections", "max-connections"},
                                          {"autorestart", "auto-restart"},
                                          {"ID", "id"}})
    CHECK(with('"' + key + '"') == warning(key, meant));
  for (const char* key : {"zone", "area", "mode", "x", "level", "name", "wsHost", "region"})
    CHECK(with('"' + std::string(key) + '"') == "");

  ConfigurationFolder folder;
  folder.files["config/servers.json"] =
      R"({"development": {"chat": [{"id": "a", "host": "localhost", "port": 1, "clientport": 2}]}})";
  CHECK(folder.load().ok());
  CHECK_FALSE(folder.load().ok(true));
  CHECK(folder.load().configuration.servers[0].extra("clientport") == "2");
}

TEST_CASE("What is legal but of no use is a warning") {
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1, "clientPort": 2})") ==
        kPlace + "59: warning: " + kEntry +
            ".clientPort: no client can connect to it without \"frontend\": true\n");
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1, "wsPort": 2})") ==
        kPlace + "55: warning: " + kEntry +
            ".wsPort: not used any more; the port of clients is clientPort\n");
  CHECK(problems_with(R"({"id": "a", "id": "b", "host": "127.0.0.1", "port": 1})") ==
        kPlace + "13: warning: " + kEntry +
            ".id: given twice in this object; the last one counts\n");
}

TEST_CASE("The shape of servers.json is checked from the root down") {
  const struct {
    const char* text;
    const char* problem;
  } cases[] = {
      {"[]",
       "config/servers.json:1:1: must be an object with a list of servers for each server type, "
       "got an array"},
      {R"({"development": 5})",
       "config/servers.json:1:17: development: must be an object with a list of servers for each "
       "server type, got 5"},
      {R"({"development": {}})", "config/servers.json:1:17: development: there are no servers"},
      {R"({"development": {"chat": {}}})",
       "config/servers.json:1:26: development.chat: must be a list of servers, got an object"},
      {R"({"development": {"a.b": [{"id": "a", "host": "::1", "port": 1}]}})",
       "config/servers.json:1:18: development.a.b: a server type is made of 1 to 64 letters, "
       "digits, - or _"},
      {R"({"development": {"master": [{"id": "a", "host": "::1", "port": 1}]}})",
       "config/servers.json:1:18: development.master: a server type may not be called master; the "
       "master is in "
       "master.json"},
      {"{}", "config/servers.json:1:1: unknown environment \"development\"; the file has none"},
      {R"({"production": {}, "developmnet": {}})",
       "config/servers.json:1:1: unknown environment \"development\" (did you mean "
       "\"developmnet\"?); the file has: "
       "production, developmnet"},
      {"{\n  \"development\": {\n  }\n",
       "config/servers.json:4:1: Missing a comma or '}' after an object member."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    ConfigurationFolder folder;
    folder.files["config/servers.json"] = test.text;
    CHECK(all_of(folder.load().problems) == test.problem + std::string("\n"));
    CHECK_FALSE(folder.load().ok());
  }
}

TEST_CASE("A list without servers is a warning, and an error when there are no servers at all") {
  ConfigurationFolder folder;
  folder.files["config/servers.json"] =
      R"({"development": {"gate": [], "chat": [{"id": "a", "host": "::1", "port": 1}]}})";
  CHECK(all_of(folder.load().problems) ==
        "config/servers.json:1:26: warning: development.gate: no servers of this type\n");
  folder.files["config/servers.json"] = R"({"development": {"gate": []}})";
  CHECK_FALSE(folder.load().ok());
}

TEST_CASE("Types are those of the application, when it tells them") {
  ConfigurationFolder folder;
  folder.types = {"gate", "chat"};
  CHECK(folder.load().ok(true));
  folder.types = {"gate", "chats"};
  CHECK(all_of(folder.load().problems) ==
        "config/servers.json:1:18: development.chat: the application has no server type \"chat\" "
        "(did you mean \"chats\"?); it has: gate, chats\n");
  folder.types = {"world"};
  CHECK(all_of(folder.load().problems) ==
        "config/servers.json:1:18: development.chat: the application has no server type \"chat\"; "
        "it has: world\n");
}
