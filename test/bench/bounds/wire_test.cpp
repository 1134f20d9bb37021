#include "wire.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::bench;

namespace {

const std::string kRequest = std::string("\x00\x81\x01\x04", 4) + "a.bc" + R"({"msg":"x"})";

}  // namespace

TEST_CASE("a package is read only when all of it is there") {
  const std::string bytes("\x04\x00\x00\x02hi", 6);
  Package package;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(read_package(bytes.data(), size, package));
  }
  REQUIRE(read_package(bytes.data(), bytes.size(), package));
  CHECK(package.type == kData);
  CHECK(package.body == "hi");
}

TEST_CASE("a header written is the header read") {
  std::string bytes(kHeader + 70'000, 'x');
  write_header(bytes.data(), kData, 70'000);
  Package package;
  REQUIRE(read_package(bytes.data(), bytes.size(), package));
  CHECK(package.body.size() == 70'000);
}

TEST_CASE("a request gives its id and its body") {
  Request request;
  REQUIRE(read_request(kRequest, request));
  CHECK(request.id == "\x81\x01");
  CHECK(request.route == "a.bc");
  CHECK(request.body == R"({"msg":"x"})");
}

TEST_CASE("a request cut off before its body is refused") {
  Request request;
  const std::size_t head = kRequest.find('{');
  for (std::size_t size = 0; size <= head; ++size) {
    CHECK_FALSE(read_request(std::string_view(kRequest).substr(0, size), request));
  }
}

TEST_CASE("a notify has no id") {
  Request request;
  const std::string notify = std::string("\x02\x04", 2) + "a.bc{}";
  REQUIRE(read_request(notify, request));
  CHECK(request.id.empty());
  CHECK(request.route == "a.bc");
  CHECK(request.body == "{}");
}

TEST_CASE("an echo is the request's object with the code in front") {
  Request request;
  REQUIRE(read_request(kRequest, request));
  std::string echo(echo_size(request), '\0');
  write_echo(echo.data(), request);
  const std::string body = R"({"code":200,"msg":"x"})";
  CHECK(echo == std::string("\x04\x00\x00\x19\x04\x81\x01", 7) + body);
}

TEST_CASE("a response carries the id of its request") {
  std::string response(response_size("\x81\x01", kDone), '\0');
  CHECK(write_response(response.data(), "\x81\x01", kDone) == response.data() + response.size());
  CHECK(response == std::string("\x04\x00\x00\x0f\x04\x81\x01", 7) + std::string(kDone));
}
