#include "server/pitaya_error.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;
using namespace shaddock::server;

namespace {

std::string encoded(int code, std::string_view text = {}, const Json& body = nullptr) {
  Buffer out;
  encode_pitaya_error(code, text, body, out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("an error has a code of Pitaya's kind and words for people") {
  CHECK(encoded(404) == R"({"code":"PIT-404","msg":"no such route"})");
  CHECK(encoded(400, "x") == R"({"code":"PIT-400","msg":"x"})");
  CHECK(encoded(0) == R"({"code":"PIT-000","msg":"the handler failed"})");
  CHECK(encoded(504) == R"({"code":"PIT-504","msg":"too late"})");
  CHECK(encoded(408) == R"({"code":"PIT-504","msg":"too late"})");
  CHECK(encoded(1001, "own") == R"({"code":"PIT-1001","msg":"own"})");
}

TEST_CASE("what an error says besides is metadata, as text") {
  Json body = Json::object();
  body.set("code", 5);
  body.set("message", "m");
  CHECK(encoded(500, "x", body) == R"({"code":"PIT-500","msg":"x"})");
  body.set("room", "r1");
  body.set("left", 3);
  CHECK(encoded(500, "x", body) ==
        R"({"code":"PIT-500","msg":"x","metadata":{"room":"r1","left":"3"}})");
  CHECK(encoded(500, "x", Json("text")) == R"({"code":"PIT-500","msg":"x"})");
}
