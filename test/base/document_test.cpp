#include "base/document.h"

#include <doctest/doctest.h>

using namespace shaddock;

namespace {

std::string first_problem(std::string_view text) {
  const ParsedDocument parsed = parse_document(text, "a.json");
  return parsed.problems.empty() ? "none" : to_string(parsed.problems.front());
}

}  // namespace

TEST_CASE("Every key and value of a document knows where it stands") {
  const auto parsed = parse_document(
      "{\n"
      "  \"name\" : \"caf\xC3\xA9 \\u0041\", \"port\": 3014,\n"
      "\t\"list\": [true,\n null, 2.5, {}]\n"
      "}\n",
      "a.json");
  REQUIRE(parsed.document);
  CHECK(parsed.problems.empty());
  const Node& root = parsed.document->root;
  REQUIRE(root.members.size() == 3);
  CHECK(root.line == 1);
  CHECK(root.column == 1);

  const auto& [name, line, column, value] = root.members[0];
  CHECK(name == "name");
  CHECK(line == 2);
  CHECK(column == 3);
  CHECK(value.line == 2);
  CHECK(value.column == 12);
  CHECK(value.text == "caf\xC3\xA9 A");

  const Node& port = root.members[1].value;
  CHECK(root.members[1].column == 27);  // in characters, not bytes
  CHECK(port.column == 35);
  CHECK(port.integer == 3014);

  const Node& list = root.members[2].value;
  REQUIRE(list.items.size() == 4);
  CHECK(list.items[0].line == 3);
  CHECK(list.items[0].column == 11);
  CHECK(list.items[1].line == 4);
  CHECK(list.items[1].column == 2);
  CHECK(list.items[2].column == 8);
  CHECK(list.items[2].number == 2.5);
  CHECK(list.items[3].column == 13);
}

TEST_CASE("A false is placed as well as a true") {
  const auto parsed = parse_document("[false, true]", "a.json");
  REQUIRE(parsed.document);
  CHECK(parsed.document->root.items[0].column == 2);
  CHECK(parsed.document->root.items[1].column == 9);
}

TEST_CASE("Text that is no JSON is reported with line and column") {
  const struct {
    std::string text;
    const char* problem;
  } cases[] = {
      {"", "a.json:1:1: The document is empty."},
      {"{\n  \"a\": 1,\n}", "a.json:3:1: Missing a name for object member."},
      {"{\n  \"a\": 1\n  \"b\": 2\n}",
       "a.json:3:3: Missing a comma or '}' after an object member."},
      {"{\n  // comment\n}", "a.json:2:3: Missing a name for object member."},
      {"{\"a\": tru}", "a.json:1:10: Invalid value."},
      {"[1, 2", "a.json:1:6: Missing a comma or ']' after an array element."},
      {"{} {}", "a.json:1:4: The document root must not be followed by other values."},
      {"{\"\xC3\xA9\": \xFF}", "a.json:1:7: Text is not UTF-8."},
      {std::string(33, '['), "a.json:1:33: Nested too deep."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(first_problem(test.text) == test.problem);
    CHECK_FALSE(parse_document(test.text, "a.json").document);
  }
}

TEST_CASE("A byte order mark is skipped") {
  const auto parsed = parse_document("\xEF\xBB\xBF{\"a\":1}", "a.json");
  REQUIRE(parsed.document);
  CHECK(parsed.document->root.members[0].column == 2);
}

TEST_CASE("Names given twice are kept and reported where they stand") {
  const auto parsed =
      parse_document("{\"a\": 1,\n \"b\": [{\"c\": 1, \"c\": 2}],\n \"a\": 3}", "a.json");
  REQUIRE(parsed.document);
  CHECK(parsed.document->root.members.size() == 3);
  CHECK(parsed.document->root.find("a")->integer == 3);
  CHECK(parsed.document->root.find("none") == nullptr);
  REQUIRE(parsed.problems.size() == 2);
  CHECK(to_string(parsed.problems[0]) ==
        "a.json:2:17: warning: b[0].c: given twice in this object; the last one counts");
  CHECK(parsed.problems[1].line == 3);
  CHECK(parsed.problems[1].key == "a");
}

TEST_CASE("A problem reads as compilers write them") {
  CHECK(to_string(Problem{"config/servers.json", 3, 9, "development.chat[0].port", "bad", false}) ==
        "config/servers.json:3:9: development.chat[0].port: bad");
  CHECK(to_string(Problem{"", 0, 0, "environment", "bad", true}) == "warning: environment: bad");
  CHECK(to_string(Problem{"config/master.json", 0, 0, "", "there is no such file", false}) ==
        "config/master.json: there is no such file");
}

TEST_CASE("Values are described as they would be written") {
  const auto parsed = parse_document("[null, true, 5, 2.50, \"a\\\"b\", [], {}]", "a.json");
  REQUIRE(parsed.document);
  std::string all;
  for (const Node& item : parsed.document->root.items) all += item.describe() + ' ';
  CHECK(all == R"(null true 5 2.5 "a\"b" an array an object )");
}

TEST_CASE("A string is its own text, other values are written as JSON") {
  const auto parsed = parse_document(
      "[\"a\\\"b\", [1, 2.50, \"x\"], {\"k\": {\"l\": [null, true]}, \"m\": {}}]", "a.json");
  REQUIRE(parsed.document);
  const auto& items = parsed.document->root.items;
  CHECK(to_text(items[0]) == "a\"b");
  CHECK(to_text(items[1]) == "[1,2.5,\"x\"]");
  CHECK(to_text(items[2]) == "{\"k\":{\"l\":[null,true]},\"m\":{}}");
}
