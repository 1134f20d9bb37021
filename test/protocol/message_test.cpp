#include "protocol/message.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "protocol/hex.h"

using namespace shaddock;
using namespace shaddock::protocol;
using shaddock::testing::from_hex;
using shaddock::testing::to_hex;

namespace {

struct Vector {
  MessageHeader header;
  std::string body;
  std::string hex;  // of the message's header
};

MessageHeader request(std::uint32_t id, std::string_view route) {
  return {.type = MessageType::request, .id = id, .route = route};
}
MessageHeader response(std::uint32_t id) { return {.type = MessageType::response, .id = id}; }
MessageHeader coded(MessageType type, std::uint16_t code, std::uint32_t id = 0) {
  return {.type = type, .compressed_route = true, .code = code, .id = id};
}
MessageHeader gzipped(MessageHeader header) {
  header.gzip = true;
  return header;
}

const std::vector<Vector> kVectors = {
    {request(1, "gate.gateHandler.queryEntry"), R"({"uid":"bob"})",
     "00 01 1b 676174652e6761746548616e646c65722e7175657279456e747279"},
    {coded(MessageType::request, 5, 128), "{}", "01 8001 0005"},
    {{.type = MessageType::notify, .route = "a.b.c"}, R"({"x":1})", "02 05 612e622e63"},
    {coded(MessageType::notify, 258), R"({"x":1})", "03 0102"},
    {response(1), R"({"code":200,"host":"127.0.0.1","port":3050})", "04 01"},
    {response(300), "{}", "04 ac02"},
    {{.type = MessageType::push, .route = "onChat"},
     R"({"msg":"hi","from":"bob","target":"*"})",
     "06 06 6f6e43686174"},
    {coded(MessageType::push, 7), R"({"a":1})", "07 0007"},
    {gzipped({.type = MessageType::push, .route = "onX"}), "\1\2\3", "16 03 6f6e58"},
    {gzipped(coded(MessageType::request, 1, 3)), "\1\2\3", "11 03 0001"},
    {request(2, "a.b.c"), "{\"t\":\"\xe4\xb8\xad\"}", "00 02 05 612e622e63"},
    {{.type = MessageType::push, .route = "onA"}, R"({"n":1})", "06 03 6f6e41"},
    {response(0), "", "0400"},
    {response(127), "", "047f"},
    {response(16383), "", "04ff7f"},
    {response(16384), "", "04808001"},
    {response(2097152), "", "0480808001"},
    {response(268435455), "", "04ffffff7f"},
    {response(268435456), "", "048080808001"},
    {response(2147483647), "", "04ffffffff07"},
    {request(1, ""), "{}", "00 01 00"},
    {request(7, std::string_view()), "", "00 07 00"},
    {coded(MessageType::push, 65535), "{}", "07 ffff"},
};

void check_same(const MessageHeader& a, const MessageHeader& b) {
  CHECK(a.type == b.type);
  CHECK(a.gzip == b.gzip);
  CHECK(a.compressed_route == b.compressed_route);
  CHECK(a.code == b.code);
  CHECK(a.id == b.id);
  CHECK(a.route == b.route);
}

}  // namespace

TEST_CASE("messages are written and read as Pomelo writes them") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.hex);
    const std::string bytes = from_hex(vector.hex) + vector.body;

    Buffer out;
    CHECK(write_message_header(out, vector.header));
    CHECK(to_hex(out.view()) == to_hex(from_hex(vector.hex)));

    const auto message = decode_message(bytes);
    REQUIRE(message);
    check_same(message->header, vector.header);
    CHECK(message->body == vector.body);
    CHECK(message->body.data() + message->body.size() == bytes.data() + bytes.size());
  }
}

TEST_CASE("whole DATA packages are byte for byte those of Pomelo") {
  struct Case {
    MessageHeader header;
    std::string body, hex;
  };
  const std::vector<Case> cases = {
      {request(1, "gate.gateHandler.queryEntry"), R"({"uid":"bob"})",
       "0400002b 00011b676174652e6761746548616e646c65722e7175657279456e747279 "
       "7b22756964223a22626f62227d"},
      {coded(MessageType::request, 5, 128), "{}", "04000007 01 8001 0005 7b7d"},
      {{.type = MessageType::notify, .route = "a.b.c"},
       R"({"x":1})",
       "0400000e 02 05 612e622e63 7b2278223a317d"},
      {coded(MessageType::notify, 258), R"({"x":1})", "0400000a 03 0102 7b2278223a317d"},
      {{.type = MessageType::push, .route = "onChat"},
       R"({"msg":"hi","from":"bob","target":"*"})",
       "0400002e 06066f6e43686174 "
       "7b226d7367223a226869222c2266726f6d223a22626f62222c22746172676574223a222a227d"},
      {coded(MessageType::push, 7), R"({"a":1})", "0400000a 07 0007 7b2261223a317d"},
      {gzipped({.type = MessageType::push, .route = "onX"}), "\1\2\3",
       "04000008 16036f6e58 010203"},
      {request(2, "a.b.c"), "{\"t\":\"\xe4\xb8\xad\"}",
       "04000013 00 02 05 612e622e63 7b2274223a22e4b8ad227d"},
  };
  for (const Case& c : cases) {
    Buffer out;
    CHECK(append_message(out, c.header, c.body));
    CHECK(to_hex(out.view()) == to_hex(from_hex(c.hex)));
  }
}

TEST_CASE("the short ways to write responses and pushes agree with the long one") {
  Buffer out;
  CHECK(append_response(out, 1, R"({"code":200,"host":"127.0.0.1","port":3050})"));
  CHECK(append_response(out, 300, "{}"));
  CHECK(to_hex(out.view()) ==
        to_hex(from_hex(
            "0400002d 04 01 7b22636f6465223a3230302c22686f7374223a223132372e302e302e31222c22"
            "706f7274223a333035307d 04000005 04 ac02 7b7d")));
  for (std::uint32_t id : {0u, 1u, 127u, 128u, 300u, 2147483647u, 4294967295u}) {
    Buffer quick, general;
    write_response_header(quick, id);
    CHECK(write_message_header(general, response(id)));
    CHECK(quick.view() == general.view());
  }
  Buffer pushes;
  write_push_header(pushes, std::uint16_t{258});
  CHECK(write_push_header(pushes, "onA"));
  CHECK(to_hex(pushes.view()) == to_hex(from_hex("070102 06036f6e41")));
}

TEST_CASE("two pushes can follow each other in one piece") {
  Buffer out;
  const MessageHeader first{.type = MessageType::push, .route = "onA"};
  const MessageHeader second{.type = MessageType::push, .route = "onB"};
  CHECK(append_message(out, first, R"({"n":1})"));
  CHECK(append_message(out, second, R"({"n":2})"));
  CHECK(to_hex(out.view()) == to_hex(from_hex("0400000c 06036f6e41 7b226e223a317d"
                                              "0400000c 06036f6e42 7b226e223a327d")));
}

TEST_CASE("every truncated header is malformed") {
  for (const Vector& vector : kVectors) {
    const std::string header = from_hex(vector.hex);
    for (std::size_t n = 0; n < header.size(); ++n) {
      CAPTURE(n);
      CHECK_FALSE(decode_message(std::string_view(header).substr(0, n)));
    }
  }
}

TEST_CASE("every flag byte is judged: only the types and bits that exist pass") {
  for (unsigned flag = 0; flag < 256; ++flag) {
    CAPTURE(flag);
    const unsigned type = flag >> 1 & 7;
    const bool coded_response = type == 2 && (flag & 1) != 0;
    const bool exists = (flag & 0xE0) == 0 && type <= 3 && !coded_response;
    const std::string bytes = static_cast<char>(flag) + from_hex("01 01 61 7b7d");
    CHECK(decode_message(bytes).has_value() == exists);
  }
}

TEST_CASE("ids are taken up to 32 bits in at most 5 bytes") {
  CHECK(decode_message(from_hex("04 ffffffff0f"))->header.id == 4294967295u);
  CHECK(decode_message(from_hex("04 8000"))->header.id == 0);
  CHECK(decode_message(from_hex("04 8180808000"))->header.id == 1);
  for (const char* bad : {"04 ffffffff10", "04 8080808010", "04 ffffffff7f", "04 808080808000",
                          "04 ffffffffffffffffff01", "04 80", "04 8080808080"}) {
    CAPTURE(bad);
    CHECK_FALSE(decode_message(from_hex(bad)));
  }
}

TEST_CASE("a route may fill its length byte and must lie inside the message") {
  const std::string longest(255, 'r');
  Buffer out;
  CHECK(append_message(out, request(1, longest), "{}"));
  CHECK(decode_message(out.view().substr(4))->header.route == longest);
  CHECK_FALSE(decode_message(out.view().substr(4, 2 + 1 + 254)));
  CHECK_FALSE(decode_message(from_hex("02 05 61626364")));
}

TEST_CASE("a route over 255 bytes is refused and leaves no trace") {
  const std::string route(256, 'r');
  Buffer out;
  CHECK_FALSE(write_message_header(out, request(1, route)));
  CHECK_FALSE(write_push_header(out, route));
  CHECK_FALSE(append_message(out, request(1, route), "{}"));
  CHECK(out.empty());
}

TEST_CASE("a response that no package can hold is refused") {
  const std::string body(kMaxPackageBody - 1, 'x');
  Buffer out;
  CHECK_FALSE(append_response(out, 1, body));
  CHECK(out.empty());
  CHECK(append_response(out, 1, std::string_view(body).substr(1)));
}

TEST_CASE("what decodes, encodes to the same meaning, whatever the bytes") {
  std::mt19937 random(11);
  int decoded = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (!bytes.empty()) bytes[0] &= 0x17;  // mostly flags that exist
    const auto message = decode_message(bytes);
    if (!message) continue;
    ++decoded;
    Buffer out;
    REQUIRE(write_message_header(out, message->header));
    out.append(message->body);
    const auto again = decode_message(out.view());
    REQUIRE(again);
    REQUIRE(again->body == message->body);
    REQUIRE(again->header.route == message->header.route);
    REQUIRE(again->header.id == message->header.id);
  }
  CHECK(decoded > 1000);
}
