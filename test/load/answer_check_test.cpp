#include "load/answer_check.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::load;

namespace {

std::shared_ptr<const Agreement> plain() { return *Agreement::read(R"({"code":200})"); }

}  // namespace

TEST_CASE("An expected answer is right as a JSON value, however it is written") {
  AnswerCheck check("a.b.c", R"({"code":200,"msg":"x"})");
  const auto agreement = plain();
  CHECK(check.right(*agreement, R"({ "msg" : "x", "code" : 200.0 })", {}));
  CHECK(check.right(*agreement, R"({ "msg" : "x", "code" : 200.0 })", {}));  // the same bytes
  CHECK(check.right(*agreement, R"({"code":200,"msg":"x"})", {}));
  for (const char* wrong : {"", "x", "{}", R"({"code":200,"msg":"y"})", R"({"code":500,"msg":"x"})",
                            R"({"code":200,"msg":"x","more":1})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(check.right(*agreement, wrong, {}));
  }
  CHECK(check.right(*agreement, R"({"code":200,"msg":"x"})", {}));
}

TEST_CASE("An expectation may hold the numbers of the request") {
  AnswerCheck check("a.b.c", R"({"n":{n},"who":"{client}"})");
  const auto agreement = plain();
  CHECK(check.right(*agreement, R"({"n":5,"who":"7"})", {7, 0, 5}));
  CHECK(check.right(*agreement, R"({"who":"7","n":6})", {7, 0, 6}));
  CHECK_FALSE(check.right(*agreement, R"({"who":"7","n":6})", {7, 0, 7}));
  CHECK_FALSE(check.right(*agreement, R"({"n":5,"who":"7"})", {8, 0, 5}));
}

TEST_CASE("Without an expectation any answer is right but one with another code than 200") {
  AnswerCheck check("a.b.c", std::nullopt);
  const auto agreement = plain();
  for (const char* right : {"{}", "[1]", R"({"code":200})", R"({"code":200,"t":1})"}) {
    CAPTURE(right);
    CHECK(check.right(*agreement, right, {}));
  }
  for (const char* wrong : {R"({"code":500})", R"({"code":"200"})", "no JSON", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(check.right(*agreement, wrong, {}));
  }
}
