#include "protocol/dictionary.h"

#include <doctest/doctest.h>

#include <set>

using namespace shaddock;
using namespace shaddock::protocol;

namespace {

Dictionary made(std::vector<std::string> routes, const std::vector<std::string>& more = {}) {
  return Dictionary::make(std::move(routes), more).unwrap();
}

std::vector<std::string> in_order(const Dictionary& dictionary) {
  std::vector<std::string> routes;
  for (std::uint16_t code = 1; !dictionary.route(code).empty(); ++code)
    routes.emplace_back(dictionary.route(code));
  return routes;
}

const std::vector<std::string> kChat = {"gate.gateHandler.queryEntry", "chat.chatHandler.send",
                                        "connector.entryHandler.enter"};

}  // namespace

TEST_CASE("The routes of the chat have the codes and the version that Pomelo gives them") {
  const Dictionary dictionary = made(kChat);
  CHECK(dictionary.code("chat.chatHandler.send") == 1);
  CHECK(dictionary.code("connector.entryHandler.enter") == 2);
  CHECK(dictionary.code("gate.gateHandler.queryEntry") == 3);
  CHECK_FALSE(dictionary.code("gate.gateHandler"));
  CHECK(dictionary.route(2) == "connector.entryHandler.enter");
  CHECK(dictionary.route(0) == "");
  CHECK(dictionary.route(4) == "");
  CHECK(dictionary.route(65535) == "");
  CHECK(dictionary.version() == "s2r1qfKDrbhWCkA6uf+PTA==");
}

TEST_CASE("The members of the handshake stand as in the capture of a Pomelo server") {
  const Dictionary dictionary = made(kChat);
  const std::string map =
      R"({"chat.chatHandler.send":1,"connector.entryHandler.enter":2,"gate.gateHandler.queryEntry":3})";
  CHECK(dictionary.sys_members("") ==
        "\"dict\":" + map + ",\"routeToCode\":" + map +
            R"(,"codeToRoute":{"1":"chat.chatHandler.send","2":"connector.entryHandler.enter",)"
            R"("3":"gate.gateHandler.queryEntry"},"dictVersion":"s2r1qfKDrbhWCkA6uf+PTA==",)"
            R"("useDict":true)");
  CHECK(dictionary.sys_members("another") == dictionary.sys_members(""));
  CHECK(dictionary.sys_members("s2r1qfKDrbhWCkA6uf+PTA==") == R"("useDict":true)");
  CHECK(dictionary.pitaya_member() == "\"dict\":" + map);
}

TEST_CASE("A dictionary without routes is sent as a whole, too") {
  for (const Dictionary& dictionary : {Dictionary(), made({})}) {
    CHECK(dictionary.version() == "mZFLkyvTelC5g8XnyQrpOw==");
    CHECK(dictionary.sys_members("") ==
          R"("dict":{},"routeToCode":{},"codeToRoute":{},)"
          R"("dictVersion":"mZFLkyvTelC5g8XnyQrpOw==","useDict":true)");
    CHECK(dictionary.route(1) == "");
    CHECK_FALSE(dictionary.code(""));
  }
}

TEST_CASE("Routes of handlers are sorted as JavaScript does, those of the file are not") {
  CHECK(in_order(made({"b.h.m", "a.z.m", "a.Z.m", "a.h10.m", "a.h2.m"})) ==
        std::vector<std::string>{"a.Z.m", "a.h10.m", "a.h2.m", "a.z.m", "b.h.m"});
  CHECK(in_order(made({"b.h.m", "a.h.m"}, {"onChat", "onAdd"})) ==
        std::vector<std::string>{"a.h.m", "b.h.m", "onChat", "onAdd"});
}

TEST_CASE("A route that comes twice is sent with its later code, and both codes mean it") {
  const Dictionary dictionary = made({"a.h.m", "b.h.m"}, {"onAdd", "a.h.m"});
  CHECK(dictionary.code("a.h.m") == 4);
  CHECK(dictionary.route(1) == "a.h.m");
  CHECK(dictionary.route(4) == "a.h.m");
  CHECK(dictionary.pitaya_member() == R"("dict":{"a.h.m":4,"b.h.m":2,"onAdd":3})");
  CHECK(dictionary.sys_members("").find(
            R"("codeToRoute":{"1":"a.h.m","2":"b.h.m","3":"onAdd","4":"a.h.m"})") !=
        std::string_view::npos);
}

TEST_CASE("Routes that look like numbers stand in front, as in every object of JavaScript") {
  CHECK(made({"a.h.m"}, {"10", "9"}).pitaya_member() == R"("dict":{"9":3,"10":2,"a.h.m":1})");
}

TEST_CASE("Routes are text of JSON") {
  CHECK(made({"say\"hi\"\n"}).pitaya_member() == R"("dict":{"say\"hi\"\n":1})");
}

TEST_CASE("Other routes make another version") {
  const std::set<std::string> versions = {made({"a", "b"}).version(), made({"a"}).version(),
                                          made({"a"}, {"b"}).version(), made({"b"}).version(),
                                          made({}, {"b", "a"}).version()};
  CHECK(versions.size() == 4);
}

TEST_CASE("65535 routes have a code, and one more is refused") {
  std::vector<std::string> routes;
  for (int i = 0; i < 65535; ++i) routes.push_back("a.h." + std::to_string(i));
  const auto full = Dictionary::make(routes);
  REQUIRE(full.ok());
  CHECK(full->code(full->route(65535)) == 65535);
  const auto more = Dictionary::make(routes, {"onAdd"});
  REQUIRE_FALSE(more.ok());
  CHECK(more.error().text == "the dictionary has room for 65535 routes, and there are 65536");
}

TEST_CASE("A route has 1 to 255 bytes of UTF-8") {
  CHECK(Dictionary::make({std::string(255, 'a')}).ok());
  for (const std::string& route : {std::string(), std::string(256, 'a'), std::string("\xFF")}) {
    CHECK_FALSE(Dictionary::make({route}).ok());
    CHECK_FALSE(Dictionary::make({}, {route}).ok());
  }
}
