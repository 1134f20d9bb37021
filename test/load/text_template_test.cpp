#include "load/text_template.h"

#include <doctest/doctest.h>

using namespace shaddock::load;

TEST_CASE("A template is cut at its names and filled with numbers") {
  const TextTemplate body(R"({"from":{client},"n":{n},"room":"{room}"})");
  CHECK(body.filled({7, 3, 120}) == R"({"from":7,"n":120,"room":"3"})");
  CHECK_FALSE(body.constant());
  CHECK(body.names_client());
  CHECK(body.names_n());
}

TEST_CASE("Other braces are text, and so is a name in them") {
  const std::string text = R"({"a":{},"b":{client,"c":"{N}"})";
  const TextTemplate body(text);
  CHECK(body.constant());
  CHECK_FALSE(body.names_client());
  CHECK(body.filled({1, 2, 3}) == text);
  CHECK(TextTemplate("").filled({}) == "");
}

TEST_CASE("Filling appends") {
  std::string out = "head ";
  TextTemplate("{n}{n}").fill({0, 0, 12}, out);
  CHECK(out == "head 1212");
}

TEST_CASE("What was filled is matched again") {
  const TextTemplate body(R"({"from":{client},"n":{n},"msg":"x"})");
  for (const Numbers numbers : {Numbers{0, 0, 0}, Numbers{1, 0, 99}, Numbers{~0ull, 0, ~0ull}})
    CHECK(body.match(body.filled(numbers)) == numbers);
}

TEST_CASE("Text that differs anywhere is not matched") {
  const TextTemplate body(R"({"from":{client},"n":{n}})");
  for (const char* text : {"", R"({"from":1,"n":2} )", R"({"from":1,"n":2)", R"({"from":-1,"n":2})",
                           R"({"from":,"n":2})", R"({"n":2,"from":1})", R"( {"from":1,"n":2})",
                           R"({"from":99999999999999999999999,"n":2})"}) {
    CAPTURE(text);
    CHECK_FALSE(body.match(text).has_value());
  }
}
