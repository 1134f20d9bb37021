#include "net/websocket.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "base/utf8_table.h"
#include "net/websocket_writer.h"

using namespace shaddock;
using namespace shaddock::net;
using Kind = WebSocketEvent::Kind;

namespace {

struct Seen {
  Kind kind;
  std::string payload;
  int code = 0;
  bool operator==(const Seen&) const = default;
};
using Events = std::vector<Seen>;

void read_chunk(WebSocketReader& reader, std::string chunk, Events& seen) {
  reader.feed(chunk);
  while (const auto event = reader.next()) {
    seen.push_back(
        {event->kind, std::string(event->payload.data(), event->payload.size()), event->code});
  }
}

Events read_in_pieces(const std::string& bytes, std::size_t piece,
                      const WebSocketLimits& limits = {}) {
  WebSocketReader reader(limits);
  Events seen;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    read_chunk(reader, bytes.substr(at, piece), seen);
  return seen;
}

// The events, which must not depend on how the bytes are cut.
Events read_all(const std::string& bytes, const WebSocketLimits& limits = {}) {
  const Events seen = read_in_pieces(bytes, bytes.size() + 1, limits);
  if (bytes.size() < 2000) {
    for (std::size_t piece : {1, 2, 3, 7}) REQUIRE(read_in_pieces(bytes, piece, limits) == seen);
  }
  return seen;
}

Events failed(int code) { return {{Kind::failed, "", code}}; }

std::string frame(int opcode, std::string_view payload, bool fin = true) {
  Buffer out;
  write_masked_frame(out, static_cast<Opcode>(opcode), payload, 0x1b2d4e6f, fin);
  return std::string(out.view());
}
std::string fragment(int opcode, std::string_view payload) { return frame(opcode, payload, false); }

std::string close_frame(int code, std::string reason = "") {
  return frame(8, std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + reason);
}

std::string raw(std::initializer_list<int> bytes, std::size_t zeros = 0) {
  std::string text;
  for (int byte : bytes) text.push_back(static_cast<char>(byte));
  return text + std::string(zeros, '\0');
}

std::string pattern(std::size_t n) {
  std::string text(n, '\0');
  for (std::size_t i = 0; i < n; ++i) text[i] = static_cast<char>(i * 7 + i / 256);
  return text;
}

}  // namespace

TEST_CASE("W12 binary messages of every length class arrive intact") {
  for (std::size_t n : {0, 1, 125, 126, 127, 128, 1000, 65535, 65536, 70000}) {
    CAPTURE(n);
    CHECK(read_all(frame(2, pattern(n)), {.message = 70000}) == Events{{Kind::binary, pattern(n)}});
  }
}

TEST_CASE("W13 messages arrive wherever the bytes are split in two, and many in one chunk") {
  for (std::size_t n : {0, 1, 125, 126, 127, 128, 65535}) {
    const std::string bytes = frame(2, pattern(n));
    for (std::size_t cut = 0; cut <= bytes.size(); cut += cut < 300 ? 1 : 1201) {
      WebSocketReader reader;
      Events seen;
      read_chunk(reader, bytes.substr(0, cut), seen);
      read_chunk(reader, bytes.substr(cut), seen);
      REQUIRE(seen == Events{{Kind::binary, pattern(n)}});
    }
  }
  std::string bytes;
  Events expected;
  for (std::size_t i = 0; i < 50; ++i) {
    bytes += frame(2, pattern(i));
    expected.push_back({Kind::binary, pattern(i)});
  }
  CHECK(read_all(bytes) == expected);
}

TEST_CASE("a message that lies whole in the chunk is unmasked in place") {
  std::string bytes = frame(2, "hello");
  WebSocketReader reader;
  reader.feed(bytes);
  const auto event = reader.next();
  REQUIRE(event);
  CHECK(event->payload.data() == bytes.data() + 6);
  CHECK(bytes.substr(6) == "hello");
}

TEST_CASE("W14 a length in a longer form than it needs fails with 1002") {
  for (const std::string& header : {
           raw({0x82, 0xFE, 0, 5}, 4),                          // two bytes for 5
           raw({0x82, 0xFE, 0, 125}, 4),                        // two bytes for 125
           raw({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 200}, 4),      // eight bytes for 200
           raw({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 4),  // eight bytes for 65535
       })
    CHECK(read_all(header) == failed(1002));
}

TEST_CASE("W15 a length with its top bit set fails with 1002") {
  CHECK(read_all(raw({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0}, 4)) == failed(1002));
  CHECK(read_all(raw({0x82, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255}, 4)) == failed(1002));
}

TEST_CASE("W17 a frame that is not masked fails with 1002 at its second byte") {
  for (const std::string& header : {raw({0x82, 0x05}), raw({0x81, 0x00}), raw({0x89, 0x00}),
                                    raw({0x88, 0x02}), raw({0x82, 0x7E}), raw({0x82, 0x7F})})
    CHECK(read_all(header) == failed(1002));
}

TEST_CASE("W18 a reserved bit fails with 1002, each of them and all") {
  for (int opcode : {1, 2, 8, 9, 10}) {
    for (int bits : {0x40, 0x20, 0x10, 0x70}) {
      CHECK(read_all(raw({0x80 | bits | opcode, 0x80})) == failed(1002));
      CHECK(read_all(raw({bits | opcode, 0x80})) == failed(1002));
    }
  }
}

TEST_CASE("W19 an opcode that does not exist fails with 1002") {
  for (int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    CAPTURE(opcode);
    CHECK(read_all(raw({0x80 | opcode, 0x80})) == failed(1002));
    CHECK(read_all(raw({opcode, 0x80})) == failed(1002));
    CHECK(read_all(fragment(2, "a") + raw({0x80 | opcode, 0x80})) == failed(1002));
  }
}

TEST_CASE("W16 a length over the limit fails with 1009 at the header") {
  for (std::size_t n : {99, 100})
    CHECK(read_all(frame(2, pattern(n)), {.message = 100}) == Events{{Kind::binary, pattern(n)}});
  CHECK(read_all(frame(2, pattern(101)).substr(0, 6), {.message = 100}) == failed(1009));
  CHECK(read_all(raw({0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1}, 4)) == failed(1009));
  CHECK(read_all(raw({0x82, 0xFF, 0, 0, 0, 1, 0, 0, 0, 4}, 4)) == failed(1009));
  CHECK(read_all(raw({0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255}, 4)) == failed(1009));
}

TEST_CASE("a client reads unmasked frames and refuses masked ones") {
  Buffer out;
  write_frame(out, Opcode::binary, "from the server");
  CHECK(read_all(std::string(out.view()), {.masked = false}) ==
        Events{{Kind::binary, "from the server"}});
  CHECK(read_all(frame(2, "x"), {.masked = false}) == failed(1002));
}

TEST_CASE("W20 a text frame fails with 1003 where only binary is spoken") {
  CHECK(read_all(frame(1, "text")) == Events{{Kind::text, "text"}});
  CHECK(read_all(frame(1, "text"), {.text = false}) == failed(1003));
  CHECK(read_all(frame(2, "data"), {.text = false}) == Events{{Kind::binary, "data"}});
}

TEST_CASE("W21 fragments are joined and given once") {
  CHECK(read_all(fragment(2, "ab") + frame(0, "cd")) == Events{{Kind::binary, "abcd"}});
  CHECK(read_all(fragment(2, "abcd") + frame(0, "")) == Events{{Kind::binary, "abcd"}});
  CHECK(read_all(fragment(2, "") + frame(0, "abcd")) == Events{{Kind::binary, "abcd"}});
  CHECK(read_all(fragment(2, "") + frame(0, "")) == Events{{Kind::binary, ""}});
  std::string bytes = fragment(2, "a");
  for (char c = 'b'; c < 'z'; ++c) bytes += fragment(0, std::string(1, c));
  const Events expected = {{Kind::binary, "abcdefghijklmnopqrstuvwxyz"}, {Kind::binary, "next"}};
  CHECK(read_all(bytes + frame(0, "z") + frame(2, "next")) == expected);
}

TEST_CASE("W22 control frames between fragments come at once and leave the message intact") {
  const Events expected = {{Kind::ping, "p"}, {Kind::pong, "q"}, {Kind::binary, "abcd"}};
  CHECK(read_all(fragment(2, "ab") + frame(9, "p") + frame(10, "q") + frame(0, "cd")) == expected);
  WebSocketReader reader;
  Events seen;
  read_chunk(reader, fragment(2, "ab") + frame(9, "p"), seen);
  CHECK(seen == Events{{Kind::ping, "p"}});
}

TEST_CASE("W23 a continuation with nothing open, or a message within one (W24), fails with 1002") {
  CHECK(read_all(frame(0, "x")) == failed(1002));
  CHECK(read_all(fragment(0, "x")) == failed(1002));
  CHECK(read_all(fragment(2, "a") + frame(2, "b")) == failed(1002));
  CHECK(read_all(fragment(2, "a") + frame(1, "b")) == failed(1002));
  const Events after_message = {{Kind::binary, "ab"}, {Kind::failed, "", 1002}};
  CHECK(read_all(fragment(2, "a") + frame(0, "b") + frame(0, "c")) == after_message);
}

TEST_CASE("W25 fragments whose sum passes the limit fail with 1009 at the crossing") {
  const std::string part(40, 'x');
  const WebSocketLimits limits{.message = 100};
  const std::string two = fragment(2, part) + fragment(0, part);
  for (std::size_t n : {19, 20})
    CHECK(read_all(two + frame(0, std::string(n, 'x')), limits) ==
          Events{{Kind::binary, std::string(80 + n, 'x')}});
  CHECK(read_all(two, limits).empty());
  CHECK(read_all(two + frame(0, std::string(21, 'x')).substr(0, 6), limits) == failed(1009));
}

TEST_CASE("W26 too many fragments, or too many empty ones, fail with 1008") {
  const auto fragments = [](int n, const std::string& payload) {
    std::string bytes = fragment(2, payload);
    for (int i = 2; i < n; ++i) bytes += fragment(0, payload);
    return bytes + frame(0, payload);
  };
  for (int n : {127, 128})
    CHECK(read_all(fragments(n, "x")) == Events{{Kind::binary, std::string(n, 'x')}});
  CHECK(read_all(fragments(129, "x")) == failed(1008));
  for (int n : {15, 16}) CHECK(read_all(fragments(n, "")) == Events{{Kind::binary, ""}});
  CHECK(read_all(fragments(17, "")) == failed(1008));
  const Events twice = {{Kind::binary, std::string(128, 'x')},
                        {Kind::binary, std::string(128, 'x')}};
  CHECK(read_all(fragments(128, "x") + fragments(128, "x")) == twice);
}

TEST_CASE("W27 W29 W30 pings and pongs arrive with their payload, in order") {
  CHECK(read_all(frame(9, "")) == Events{{Kind::ping, ""}});
  CHECK(read_all(frame(9, pattern(125))) == Events{{Kind::ping, pattern(125)}});
  CHECK(read_all(frame(10, "unasked")) == Events{{Kind::pong, "unasked"}});
  std::string bytes;
  Events expected;
  for (int i = 0; i < 10; ++i) {
    bytes += frame(9, std::to_string(i));
    expected.push_back({Kind::ping, std::to_string(i)});
  }
  CHECK(read_all(bytes) == expected);
}

TEST_CASE("W28 control frames of 126 bytes or in fragments fail with 1002, W36 closes too") {
  for (int opcode : {8, 9, 10}) {
    CHECK(read_all(frame(opcode, pattern(126))) == failed(1002));
    CHECK(read_all(fragment(opcode, "ab")) == failed(1002));
  }
  CHECK(read_all(frame(8, "x")) == failed(1002));
}

TEST_CASE("W32 UTF-8 may be cut inside a character by fragments") {
  const std::string text = "h\xc3\xa9llo \xe4\xb8\xad \xf0\x9f\x98\x80";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CHECK(read_all(fragment(1, text.substr(0, cut)) + frame(0, text.substr(cut))) ==
          Events{{Kind::text, text}});
  }
}

TEST_CASE("W33 text that is not UTF-8 fails with 1007, in binary frames it is data") {
  for (const std::string text : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x80",
                                 "ok \xe4\xb8", "\xf0\x9f\x98"}) {
    CHECK(read_all(frame(1, text)) == failed(1007));
    CHECK(read_all(frame(1, "first ") + frame(1, text)).back() == failed(1007)[0]);
    CHECK(read_all(frame(2, text)) == Events{{Kind::binary, text}});
  }
}

TEST_CASE("W32 W33 text frames are held against the whole table, in one frame and in fragments") {
  for (const shaddock::test::Utf8Row& row : shaddock::test::kUtf8Table) {
    CAPTURE(row.what);
    const std::string text(row.bytes);
    const Events expected = row.valid() ? Events{{Kind::text, text}} : failed(1007);
    CHECK(read_all(frame(1, text)) == expected);
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
      CHECK(read_all(fragment(1, text.substr(0, cut)) + frame(0, text.substr(cut))) == expected);
    CHECK(read_all(close_frame(1000, text)) ==
          (row.valid() ? Events{{Kind::close, text, 1000}} : failed(1007)));
  }
}

TEST_CASE("W34 a wrong byte in the first of many fragments fails before the rest") {
  CHECK(read_all(fragment(1, "a\xff")) == failed(1007));
  const std::string long_text = frame(1, "\xff" + std::string(1000, 'x'));
  CHECK(read_all(long_text.substr(0, 20)) == failed(1007));
}

TEST_CASE("W35 W37 closes with a code that exists are given with code and reason") {
  CHECK(read_all(frame(8, "")) == Events{{Kind::close, "", close_code::kNone}});
  CHECK(read_all(close_frame(1000, "bye")) == Events{{Kind::close, "bye", 1000}});
  CHECK(read_all(close_frame(1000, std::string(123, 'r'))) ==
        Events{{Kind::close, std::string(123, 'r'), 1000}});
  for (int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
    CHECK(read_all(close_frame(code)) == Events{{Kind::close, "", code}});
  }
}

TEST_CASE("W38 W39 closes with a wrong code or reason fail") {
  for (int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    CAPTURE(code);
    CHECK(read_all(close_frame(code)) == failed(1002));
  }
  CHECK(read_all(close_frame(1000, "\xff")) == failed(1007));
}

TEST_CASE("W40 nothing is read after a close or a failure") {
  const std::string more = frame(2, "data") + frame(9, "ping") + close_frame(1000);
  CHECK(read_all(close_frame(1001) + more) == Events{{Kind::close, "", 1001}});
  CHECK(read_all(frame(3, "") + more) == failed(1002));
}

TEST_CASE("random frames give the same events in random pieces as at once") {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 20; ++i) {
      const int opcodes[] = {0, 1, 2, 2, 2, 9, 10, 0, 8, 5};
      const int opcode = opcodes[random() % (random() % 8 == 0 ? 10 : 7)];
      bytes += frame(opcode, pattern(random() % 140), random() % 3 != 0 || opcode > 2);
    }
    if (random() % 4 == 0) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    const Events expected = read_in_pieces(bytes, bytes.size());
    WebSocketReader reader;
    Events seen;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t n = 1 + random() % 40;
      read_chunk(reader, bytes.substr(at, n), seen);
      at += n;
    }
    REQUIRE(seen == expected);
  }
}

TEST_CASE("a mask is applied the same in one piece and in many") {
  for (std::size_t n = 0; n < 40; ++n) {
    for (std::size_t cut = 0; cut <= n; ++cut) {
      std::string whole = pattern(n), parts = pattern(n);
      apply_mask(whole, 0x12345678);
      const std::span<char> bytes(parts);
      apply_mask(bytes.subspan(cut), apply_mask(bytes.first(cut), 0x12345678));
      REQUIRE(whole == parts);
    }
  }
}
