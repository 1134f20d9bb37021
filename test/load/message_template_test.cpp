#include "load/message_template.h"

#include <doctest/doctest.h>

#include "protocol/package.h"

using namespace shaddock;
using namespace shaddock::load;
using protocol::MessageType;

namespace {

std::shared_ptr<const Agreement> agree(std::string_view sys) {
  auto agreement = Agreement::read(R"({"code":200,"sys":{)" + std::string(sys) + "}}");
  REQUIRE(agreement.ok());
  return *agreement;
}

constexpr const char* kProtos =
    R"("useProto":true,"protos":{"server":{},"client":{"r":{"msg":{"option":"required","type":"string","tag":1}}}})";

struct Sent {
  std::uint32_t id;
  std::string route, body;
  bool operator==(const Sent&) const = default;
};

Sent read(std::string_view package) {
  const auto cut = protocol::decode_package(package, protocol::kMaxPackageBody);
  REQUIRE(cut.has_value());
  const auto message = protocol::decode_message(cut->body);
  REQUIRE(message.has_value());
  return {message->header.id, std::string(message->header.route), std::string(message->body)};
}

}  // namespace

TEST_CASE("A constant message differs only in its id") {
  MessageTemplate message({"r", R"({"a":1})"}, MessageType::request);
  const auto agreement = agree("");
  CHECK(read(message.package(agreement, {}, 128)) == Sent{128, "r", R"({"a":1})"});
  CHECK(read(message.package(agreement, {1, 2, 3}, 16383)) == Sent{16383, "r", R"({"a":1})"});
}

TEST_CASE("A message with numbers is filled each time") {
  MessageTemplate message({"r", R"({"c":{client},"n":{n}})"}, MessageType::request);
  const auto agreement = agree("");
  CHECK(read(message.package(agreement, {1, 0, 9}, 130)) == Sent{130, "r", R"({"c":1,"n":9})"});
  CHECK(read(message.package(agreement, {10, 0, 100}, 131)) ==
        Sent{131, "r", R"({"c":10,"n":100})"});
  CHECK(read(message.package(agreement, {2, 0, 3}, 132)) == Sent{132, "r", R"({"c":2,"n":3})"});
}

TEST_CASE("A notification has no id") {
  MessageTemplate message({"r", "{}"}, MessageType::notify);
  CHECK(read(message.package(agree(""), {}, 0)) == Sent{0, "r", "{}"});
}

TEST_CASE("Bodies are protobuf where the server wants it, with and without numbers") {
  const auto agreement = agree(kProtos);
  MessageTemplate constant({"r", R"({"msg":"x"})"}, MessageType::request);
  CHECK(read(constant.package(agreement, {}, 200)).body == "\x0a\x01x");
  MessageTemplate numbered({"r", R"({"msg":"{n}"})"}, MessageType::request);
  CHECK(read(numbered.package(agreement, {0, 0, 7}, 201)).body ==
        "\x0a\x01"
        "7");
  CHECK(read(numbered.package(agreement, {0, 0, 18}, 202)).body ==
        "\x0a\x02"
        "18");
}

TEST_CASE("A body that the schema refuses gives no package") {
  MessageTemplate message({"r", R"({"msg":5})"}, MessageType::request);
  CHECK(message.package(agree(kProtos), {}, 128).empty());
}

TEST_CASE("Another server may want the same message in another form") {
  MessageTemplate message({"r", R"({"msg":"x"})"}, MessageType::request);
  CHECK(read(message.package(agree(kProtos), {}, 128)).body == "\x0a\x01x");
  CHECK(read(message.package(agree(""), {}, 128)).body == R"({"msg":"x"})");
}
