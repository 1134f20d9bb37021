#include "admin/protocol_files.h"

#include <doctest/doctest.h>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

namespace {

std::string problems_of_dictionary(const std::string& text) {
  ConfigurationFolder folder;
  folder.files["config/dictionary.json"] = text;
  return all_of(folder.load().problems);
}

}  // namespace

TEST_CASE("The files of the protocol are read with all others") {
  ConfigurationFolder folder;
  folder.files["config/dictionary.json"] = R"(["onChat", "onAdd"])";
  folder.files["config/serverProtos.json"] = R"({"onChat": {"required string msg": 1}})";
  folder.files["config/clientProtos.json"] = R"({"chat.chatHandler.send": {}})";
  const auto loaded = folder.load();
  CHECK(all_of(loaded.problems) == "");
  const Configuration copy = loaded.configuration;
  CHECK(copy.protocol.routes == std::vector<std::string>{"onChat", "onAdd"});
  REQUIRE(copy.protocol.server.find("onChat") != nullptr);
  CHECK(copy.protocol.server.find("onChat")->fields[0].name == "msg");
  CHECK(copy.protocol.server.find("chat.chatHandler.send") == nullptr);
  CHECK(copy.protocol.client.find("chat.chatHandler.send") != nullptr);
  CHECK(copy.protocol.client.find("onChat") == nullptr);
}

TEST_CASE("Files that are absent are as good as empty ones") {
  ConfigurationFolder folder;
  const auto check_empty = [&folder] {
    const auto loaded = folder.load();
    CHECK(all_of(loaded.problems) == "");
    CHECK(loaded.notes.empty());
    CHECK(loaded.configuration.protocol.routes.empty());
    CHECK(loaded.configuration.protocol.client.empty());
    CHECK(loaded.configuration.protocol.server.empty());
  };
  check_empty();
  for (const char* name : {"dictionary", "clientProtos", "serverProtos"})
    folder.files["config/" + std::string(name) + ".json"] = "{}";
  check_empty();
  folder.files["config/dictionary.json"] = "[]";
  check_empty();
}

TEST_CASE("Where the common file is absent that of the environment counts") {
  ConfigurationFolder folder;
  folder.files["config/development/serverProtos.json"] = R"({"onOwn": {}})";
  folder.files["config/production/serverProtos.json"] = "broken";
  folder.files["config/development/dictionary.json"] = R"(["onOwn"])";
  auto loaded = folder.load();
  CHECK(all_of(loaded.problems) == "");
  CHECK(loaded.configuration.protocol.server.find("onOwn") != nullptr);
  CHECK(loaded.configuration.protocol.routes.size() == 1);

  folder.files["config/serverProtos.json"] = R"({"onCommon": {}})";
  loaded = folder.load();
  CHECK(loaded.configuration.protocol.server.find("onOwn") == nullptr);
  CHECK(loaded.configuration.protocol.server.find("onCommon") != nullptr);
}

TEST_CASE("A dictionary is an array of routes") {
  CHECK(problems_of_dictionary(R"({"onChat": 1})") ==
        "config/dictionary.json:1:1: must be an array of routes, got an object\n");
  CHECK(problems_of_dictionary("5") ==
        "config/dictionary.json:1:1: must be an array of routes, got 5\n");
  CHECK(problems_of_dictionary("[\n  \"onChat\", 5,\n  \"\", [\"onAdd\"]]") ==
        "config/dictionary.json:2:13: [1]: must be a route of 1 to 255 bytes in quotes, got 5\n"
        "config/dictionary.json:3:3: [2]: must be a route of 1 to 255 bytes in quotes, got \"\"\n"
        "config/dictionary.json:3:7: [3]: must be a route of 1 to 255 bytes in quotes, got an "
        "array\n");
  CHECK(problems_of_dictionary("[\"" + std::string(255, 'a') + "\"]") == "");
  CHECK(problems_of_dictionary("[\"" + std::string(256, 'a') + "\"]") != "");
  CHECK(problems_of_dictionary(R"(["onAdd", "onChat", "onAdd"])") ==
        "config/dictionary.json:1:21: warning: [2]: given twice; the later code counts\n");
}

TEST_CASE("What is wrong with the files stands with all other problems, in the order of places") {
  ConfigurationFolder folder;
  folder.files["config/clientProtos.json"] = "{,}";
  folder.files["config/serverProtos.json"] =
      "{\n  \"onChat\": {\"required text msg\": 1,\n    \"required string\": 2}}";
  const auto loaded = folder.load();
  CHECK_FALSE(loaded.ok());
  CHECK(all_of(loaded.problems) ==
        "config/clientProtos.json:1:2: Missing a name for object member.\n"
        "config/serverProtos.json:2:14: onChat.required text msg: unknown type \"text\"; there are "
        "uInt32, int32, sInt32, float, double, string and the messages of this object and of the "
        "file\n"
        "config/serverProtos.json:3:5: onChat.required string: must be three words with one space "
        "between, as in \"required string name\"\n");
}
