#include "admin/servers_file.h"

#include <doctest/doctest.h>

#include "base/document.h"

namespace shaddock::admin {
namespace {

ServersText file_of(std::string text) {
  return {"config/servers.json", std::move(text), "development"};
}

std::string added(const std::string& text, const std::string& type,
                  const std::vector<std::string>& words) {
  const auto entry = parse_entry(words);
  REQUIRE(entry);
  const auto result = with_entry(file_of(text), type, *entry);
  if (!result) return result.error().text;
  CHECK(parse_document(*result, "").document);
  return *result;
}

std::string removed(const std::string& text, const std::string& id) {
  const auto result = without_entry(file_of(text), id);
  if (!result) return result.error().text;
  CHECK(parse_document(*result, "").document);
  return *result;
}

constexpr const char* kOneLine = R"({
  "development": {
    "gate": [
      {"id": "gate-1", "host": "127.0.0.1", "clientPort": 3014, "frontend": true}
    ],
    "chat": [
      {"id": "chat-1", "host": "127.0.0.1", "port": 6050},
      {"id": "chat-2", "host": "127.0.0.1", "port": 6051}
    ]
  },
  "production": {"chat": [{"id": "chat-1"}]}
}
)";

TEST_CASE("an entry is added behind those of its type, and looks like the last of them") {
  std::string expected = kOneLine;
  const std::string last = R"({"id": "chat-2", "host": "127.0.0.1", "port": 6051})";
  expected.insert(expected.find(last) + last.size(),
                  ",\n      "
                  R"({"id": "chat-3", "host": "127.0.0.1", "port": 6052})");
  CHECK(added(kOneLine, "chat", {"id=chat-3", "host=127.0.0.1", "port=6052"}) == expected);
}

TEST_CASE("what was added is removed again, byte for byte") {
  const std::string more = added(kOneLine, "chat", {"id=chat-3", "port=6052"});
  CHECK(removed(more, "chat-3") == kOneLine);
  const std::string type = added(kOneLine, "area", {"id=area-1", "port=7050"});
  CHECK(type.find("    ],\n    \"area\": [{\"id\": \"area-1\", \"port\": 7050}]\n  },") !=
        std::string::npos);
  CHECK(removed(type, "area-1") == kOneLine);
}

TEST_CASE("an entry on several lines is followed by one on several lines") {
  const std::string text = "{\"chat\":[\n\t{\n\t\t\"id\":\"chat-1\",\n\t\t\"port\":6050\n\t}\n]}";
  CHECK(added(text, "chat", {"id=chat-2", "port=6051"}) ==
        "{\"chat\":[\n\t{\n\t\t\"id\":\"chat-1\",\n\t\t\"port\":6050\n\t},"
        "\n\t{\n\t\t\"id\":\"chat-2\",\n\t\t\"port\":6051\n\t}\n]}");
}

TEST_CASE(
    "a file for one environment, on one line, and lists that are empty have a place as well") {
  CHECK(added(R"({"chat": [{"id": "a"}]})", "chat", {"id=b"}) ==
        R"({"chat": [{"id": "a"}, {"id": "b"}]})");
  CHECK(added(R"({"chat": [ ]})", "chat", {"id=b"}) == R"({"chat": [{"id": "b"}]})");
  CHECK(added(R"({"development": {}})", "chat", {"id=b"}) ==
        R"({"development": {"chat": [{"id": "b"}]}})");
}

TEST_CASE("the first, the middle and the last of a list can be removed") {
  const std::string text = R"({"chat": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})";
  CHECK(removed(text, "a") == R"({"chat": [{"id": "b"}, {"id": "c"}]})");
  CHECK(removed(text, "b") == R"({"chat": [{"id": "a"}, {"id": "c"}]})");
  CHECK(removed(text, "c") == R"({"chat": [{"id": "a"}, {"id": "b"}]})");
}

TEST_CASE("the last server of a type goes with its list") {
  CHECK(removed(R"({"gate": [{"id": "g"}], "chat": [{"id": "a"}]})", "g") ==
        R"({"chat": [{"id": "a"}]})");
  CHECK(removed(R"({"gate": [{"id": "g"}], "chat": [{"id": "a"}]})", "a") ==
        R"({"gate": [{"id": "g"}]})");
}

TEST_CASE("characters of several bytes, escapes and brackets in texts move nothing") {
  const std::string text =
      "{\"chat\": [{\"note\": \"äöü ]} \\\"\", \"id\": \"a\"}, {\"id\": \"b\"}]}";
  CHECK(
      added(text, "chat", {"id=c"}) ==
      "{\"chat\": [{\"note\": \"äöü ]} \\\"\", \"id\": \"a\"}, {\"id\": \"b\"}, {\"id\": \"c\"}]}");
  CHECK(removed(text, "a") == "{\"chat\": [{\"id\": \"b\"}]}");
  CHECK(removed("\xEF\xBB\xBF" + text, "a") == "\xEF\xBB\xBF{\"chat\": [{\"id\": \"b\"}]}");
}

TEST_CASE("entries that describe many servers stay as they are beside a new one") {
  const std::string text =
      R"({"chat": [{"clusterCount": 3, "host": "h", "port": "6050++"}, {"id": "b"}]})";
  CHECK(added(text, "chat", {"id=c"}).find(R"("port": "6050++"}, {"id": "b"}, {"id": "c"}])") !=
        std::string::npos);
  CHECK(
      removed(text, "cluster-server-chat-1") ==
      "config/servers.json:1:11: cluster-server-chat-1 is one of those that this entry describes; "
      "change its clusterCount instead");
  CHECK(removed(text, "x") == "there is no server x in config/servers.json");
}

TEST_CASE("a text that is no JSON, or has no place for it, is refused with the place") {
  CHECK(added("{\"chat\": [}", "chat", {"id=c"}).starts_with("config/servers.json:1:"));
  CHECK(
      added(R"({"development": [1]})", "chat", {"id=c"}).starts_with("config/servers.json:1:17: "));
  CHECK(added(R"({"chat": {}})", "chat", {"id=c"}).starts_with("config/servers.json:1:10: "));
}

TEST_CASE("values are numbers and truths where they read so, but an id is text") {
  const auto entry = parse_entry({"id=7", "host=1", "port=6050", "frontend=true", "tls={\"a\": 1}",
                                  "name=blue one", "half=\"x"});
  REQUIRE(entry);
  const EntryMembers expected = {
      {"id", "\"7\""},       {"host", "\"1\""},        {"port", "6050"},     {"frontend", "true"},
      {"tls", "{\"a\": 1}"}, {"name", "\"blue one\""}, {"half", "\"\\\"x\""}};
  CHECK(*entry == expected);
  CHECK_FALSE(parse_entry({"id"}));
  CHECK_FALSE(parse_entry({"=1"}));
  CHECK_FALSE(parse_entry({"port=1", "port=2"}));
}

}  // namespace
}  // namespace shaddock::admin
