#include <shaddock/error.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using shaddock::Error;
using shaddock::Result;

TEST_CASE("A result is either a value or an error") {
  Result<std::string> good = std::string("yes");
  REQUIRE(good);
  CHECK(*good == "yes");
  CHECK(good->size() == 3);

  Result<std::string> bad = Error(400, "no");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == 400);
  CHECK(bad.error().text == "no");
}

TEST_CASE("A result of nothing is good until an error takes its place") {
  Result<void> result;
  CHECK(result.ok());
  result = Error(503, "full");
  CHECK_FALSE(result.ok());
  CHECK(result.error().code == 503);
}

TEST_CASE("Values that can only be moved come out by moving the result") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> value = std::move(result).value();
  CHECK(*value == 5);
}

TEST_CASE("unwrap gives the value or throws the error, whole") {
  CHECK(Result<int>(3).unwrap() == 3);
  CHECK_NOTHROW(Result<void>().unwrap());
  try {
    Result<int>(Error(521, "none", {{"type", "chat"}})).unwrap();
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code == 521);
    CHECK(error.body.at("type").as_string() == "chat");
  }
  CHECK_THROWS_AS(Result<void>(Error(500, "x")).unwrap(), Error);
}
