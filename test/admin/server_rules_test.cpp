#include "admin/server_rules.h"

#include <doctest/doctest.h>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

namespace {

const std::string kPlace = "config/servers.json:2:";
const std::string kEntry = "development.chat[0]";

}  // namespace

TEST_CASE("No id is used twice, the master's included") {
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1},)"
                      "\n"
                      R"({"id": "a", "host": "127.0.0.1", "port": 2})") ==
        "config/servers.json:3:8: development.chat[1].id: id \"a\" is used twice, first in "
        "config/servers.json:2:8\n");
  CHECK(problems_with(R"({"id": "master-server-1", "host": "127.0.0.1", "port": 1})") ==
        kPlace + "8: " + kEntry +
            ".id: id \"master-server-1\" is used twice, first in config/master.json:1:24\n");
  CHECK(
      problems_with(
          R"({"id": "cluster-server-chat-0", "host": "127.0.0.1", "port": 1}, {"host": "127.0.0.1", "port": 2, "clusterCount": 1})") ==
      kPlace +
          "66: development.chat[1].id: id \"cluster-server-chat-0\" is used twice, first in "
          "config/servers.json:2:8\n");
}

TEST_CASE("No port of a host is used twice, by whatever name the host goes") {
  const auto twice = [](const std::string& place, const std::string& key, int port,
                        const std::string& host, const std::string& first) {
    return "config/servers.json:" + place + ": " + key + ": port " + std::to_string(port) + " of " +
           host + " is used twice, first as " + first + "\n";
  };
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1},)"
                      "\n"
                      R"({"id": "b", "host": "localhost", "port": 1})") ==
        twice("3:42", "development.chat[1].port", 1, "localhost",
              "a's port in config/servers.json:2:42"));
  CHECK(problems_with(
            R"({"id": "a", "host": "127.0.0.1", "port": 1, "clientPort": 1, "frontend": true})") ==
        twice("2:59", "development.chat[0].clientPort", 1, "127.0.0.1",
              "a's port in config/servers.json:2:42"));
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 3005})") ==
        twice("2:42", "development.chat[0].port", 3005, "127.0.0.1",
              "master-server-1's port in config/master.json:1:72"));
  CHECK(problems_with(R"({"host": "127.0.0.1", "port": 9, "clusterCount": 2})") ==
        twice("2:31", "development.chat[0].port", 9, "127.0.0.1",
              "cluster-server-chat-0's port in config/servers.json:2:31"));

  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1, "clientPort": 5, )"
                      R"("frontend": true},)"
                      "\n"
                      R"({"id": "b", "host": "127.0.0.2", "port": 5})") ==
        twice("3:42", "development.chat[1].port", 5, "127.0.0.2",
              "a's clientPort in config/servers.json:2:59"));
  CHECK(problems_with(
            R"({"id": "a", "host": "127.0.0.1", "port": 1, "clientPort": 5, "frontend": true},)"
            "\n"
            R"({"id": "b", "host": "127.0.0.2", "port": 1, "clientPort": 5, "frontend": true})") ==
        twice("3:59", "development.chat[1].clientPort", 5, "127.0.0.2",
              "a's clientPort in config/servers.json:2:59"));
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 4050},)"
                      R"({"id": "b", "host": "127.0.0.2", "port": 4050})") == "");

  ConfigurationFolder folder;
  folder.files["config/master.json"] =
      R"({"development": {"id": "m", "host": "10.0.0.1", "port": 1, "secretFile": "s"}})";
  folder.files["config/servers.json"] =
      R"({"development": {"chat": [{"id": "a", "host": "10.0.0.2", "port": 1}, {"id": "b", "host": "10.0.0.3", "port": 1}]}})";
  CHECK(all_of(folder.load().problems) == "");
}

TEST_CASE("A host that is not loopback demands a secret of the operator, once") {
  const std::string advice =
      "10.0.0.5 is not loopback, so the servers must prove a secret of yours: put at least 32 "
      "random bytes into a file "
      "that only you can read (mode 0600) and name it in master.json as \"secretFile\"\n";
  CHECK(
      problems_with(
          R"({"id": "a", "host": "10.0.0.5", "port": 1}, {"id": "b", "host": "10.0.0.6", "port": 1})") ==
      kPlace + "21: " + kEntry + ".host: " + advice);
  CHECK(problems_with_master(R"({"development": {"id": "m", "host": "10.0.0.5", "port": 1}})") ==
        "config/master.json:1:37: development.host: " + advice);
  for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    CHECK(problems_with(std::string(R"({"id": "a", "port": 1, "host": ")") + host + "\"}") == "");

  ConfigurationFolder folder;
  folder.files["config/master.json"] =
      R"({"development": {"id": "m", "host": "10.0.0.5", "port": 1, "secretFile": "/etc/game.secret"}})";
  CHECK(folder.load().ok(true));
  CHECK(folder.load().configuration.master.secret_file == "/etc/game.secret");
}
