#include "base/document_sink.h"

#include <doctest/doctest.h>

using namespace shaddock;

TEST_CASE("Lines begin behind line feeds, and columns count characters") {
  LineCounter place("ab\r\n\n\xC3\xA9\xF0\x9F\x98\x80z");
  const struct {
    std::size_t offset;
    int line, column;
  } places[] = {{0, 1, 1}, {1, 1, 2}, {3, 1, 4},  {4, 2, 1},
                {5, 3, 1}, {7, 3, 2}, {11, 3, 3}, {99, 3, 4}};
  for (const auto& [offset, line, column] : places) {
    place.move_to(offset);
    CHECK(place.line() == line);
    CHECK(place.column() == column);
  }
}

TEST_CASE("The place told last is the place of the next value") {
  const std::string text = "{\n \"a\": [1]}";
  Node root;
  DocumentSink sink(text, root);
  sink.value_at(0);
  CHECK(sink.start_object());
  sink.value_at(3);
  CHECK(sink.key("a"));
  sink.value_at(8);
  CHECK(sink.start_array());
  sink.value_at(9);
  CHECK(sink.unsigned_integer(UINT64_MAX));
  CHECK(sink.end_array());
  CHECK(sink.end_object());
  REQUIRE(root.members.size() == 1);
  CHECK(root.members[0].column == 2);
  const Node& number = root.members[0].value.items.at(0);
  CHECK(number.kind == Node::Kind::real);
  CHECK(number.line == 2);
  CHECK(number.column == 8);
}

TEST_CASE("Deeper than 32 levels it stops, and says so") {
  const std::string text(40, '[');
  Node root;
  DocumentSink sink(text, root);
  for (int i = 0; i < 32; ++i) CHECK(sink.start_array());
  CHECK_FALSE(sink.too_deep());
  CHECK_FALSE(sink.start_object());
  CHECK(sink.too_deep());
}
