#include "admin/configuration_files.h"

#include <doctest/doctest.h>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

TEST_CASE("Files are looked for in Pomelo's places") {
  ConfigurationFolder folder;
  folder.files = {
      {"config/production/master.json", R"({"id": "m", "host": "::1", "port": 1})"},
      {"config/production/servers.json", R"({"chat": [{"id": "a", "host": "::1", "port": 2}]})"}};
  folder.environment = "production";
  CHECK(all_of(folder.load().problems) == "");
  CHECK(folder.load().configuration.servers.size() == 1);

  folder.environment = "development";
  CHECK(all_of(folder.load().problems) ==
        "config/master.json: there is no such file (nor config/development/master.json)\n"
        "config/servers.json: there is no such file (nor config/development/servers.json)\n");

  folder.files["config/servers.json"] = R"({"chat": [{"id": "a", "host": "::1", "port": 0}]})";
  folder.files["config/master.json"] = ConfigurationFolder().files["config/master.json"];
  CHECK(all_of(folder.load().problems) ==
        "config/servers.json:1:46: chat[0].port: must be from 1 to 65535, got 0\n");
}

TEST_CASE("A file that cannot be read is a problem of its own") {
  const auto loaded =
      load_configuration("config",
                         [](const std::string& path) -> Result<std::optional<std::string>> {
                           return Error(1, path + ": permission denied");
                         },
                         "development", {});
  CHECK_FALSE(loaded.ok());
  CHECK(loaded.problems[0].what == "config/adminServer.json: permission denied");
}
