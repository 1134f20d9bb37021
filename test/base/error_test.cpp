#include <shaddock/error.h>

#include <doctest/doctest.h>

#include <cstring>
#include <set>

using shaddock::Error;

TEST_CASE("An error is an exception whose text is what() and whose body is null unless given") {
  const Error plain(shaddock::code::kFailed, "it broke");
  CHECK(std::strcmp(plain.what(), "it broke") == 0);
  CHECK(plain.body.is_null());

  const Error full(500, "already logged in", {{"error", true}});
  CHECK(full.body.at("error").as_bool());
  const std::exception& base = full;
  CHECK(std::strcmp(base.what(), "already logged in") == 0);
}

TEST_CASE("Every code of the framework is its own") {
  namespace code = shaddock::code;
  const std::set<int> codes = {code::kOk,         code::kBadMessage, code::kExpired,
                               code::kTooLarge,   code::kTooMany,    code::kFailed,
                               code::kShed,       code::kTimeout,    code::kNoServer,
                               code::kServerLost, code::kDraining,   code::kCircuitOpen};
  CHECK(codes.size() == 12);
}
