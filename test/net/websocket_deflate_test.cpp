#include "net/websocket_deflate.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

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

Events read_in_pieces(const std::string& bytes, std::size_t piece, const WebSocketLimits& limits) {
  Inflater inflater;
  WebSocketReader reader(limits, &inflater);
  Events seen;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::string chunk = bytes.substr(at, piece);
    reader.feed(chunk);
    while (const auto event = reader.next()) {
      seen.push_back(
          {event->kind, std::string(event->payload.data(), event->payload.size()), event->code});
    }
  }
  return seen;
}

Events read_all(const std::string& bytes, const WebSocketLimits& limits = {}) {
  const Events seen = read_in_pieces(bytes, bytes.size() + 1, limits);
  if (bytes.size() < 2000) {
    for (std::size_t piece : {1, 2, 3, 7}) REQUIRE(read_in_pieces(bytes, piece, limits) == seen);
  }
  return seen;
}

Events failed(int code) { return {{Kind::failed, "", code}}; }

std::string deflated(std::string_view text, int level = 9) {
  Buffer out;
  REQUIRE(Deflater(level).deflate(Compression::message, text, out));
  return std::string(out.view());
}

std::string frame(int opcode, std::string_view payload, bool rsv1 = true, bool fin = true) {
  Buffer out;
  write_masked_frame(out, static_cast<Opcode>(opcode), payload, 0x5a17c3e8, fin);
  std::string bytes(out.view());
  if (rsv1) bytes[0] |= 0x40;
  return bytes;
}

std::string chatter(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "{\"route\":\"onChat\",\"n\":" + std::to_string(text.size());
  return text.substr(0, size);
}

std::string noise(std::size_t size) {
  std::mt19937 random(2);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::string written(WebSocketDeflater& deflater, std::string_view payload, int bits) {
  Buffer out;
  out.append("before");
  const std::size_t at = begin_frame(out);
  out.append(payload);
  deflater.end_frame(out, at, Opcode::binary, bits);
  CHECK(out.view().substr(0, 6) == "before");
  return std::string(out.view().substr(6));
}

std::string plain_frame(std::string_view payload) {
  Buffer out;
  write_frame(out, Opcode::binary, payload);
  return std::string(out.view());
}

bool says_deflated(std::string_view frame) { return (frame[0] & 0x40) != 0; }

}  // namespace

TEST_CASE("W43 a deflated message is inflated, in one frame or in many, beside plain ones") {
  const std::string text = chatter(3000), small = deflated(text);
  CHECK(read_all(frame(2, small)) == Events{{Kind::binary, text}});
  CHECK(read_all(frame(1, small)) == Events{{Kind::text, text}});
  std::string bytes = frame(2, small.substr(0, 5), true, false) + frame(9, "ping", false);
  for (std::size_t i = 5; i < small.size(); i += 20)
    bytes += frame(0, small.substr(i, 20), false, false);
  bytes += frame(0, "", false) + frame(2, "plain", false) + frame(2, small);
  CHECK(read_all(bytes) == Events{{Kind::ping, "ping"},
                                  {Kind::binary, text},
                                  {Kind::binary, "plain"},
                                  {Kind::binary, text}});
}

TEST_CASE("W43 the message of the RFC, an empty one and one in stored blocks are read") {
  using namespace std::string_literals;
  CHECK(read_all(frame(1, "\xf2\x48\xcd\xc9\xc9\x07\x00"s)) == Events{{Kind::text, "Hello"}});
  CHECK(read_all(frame(1, "\x00"s)) == Events{{Kind::text, ""}});
  CHECK(read_all(frame(1, "\x00\x05\x00\xfa\xffHello\x00"s)) == Events{{Kind::text, "Hello"}});
}

TEST_CASE("W43 more than the limit after inflating fails with 1009, the limit itself passes") {
  const WebSocketLimits limits{.message = 5000};
  for (std::size_t n : {4999, 5000})
    CHECK(read_all(frame(2, deflated(chatter(n))), limits) == Events{{Kind::binary, chatter(n)}});
  CHECK(read_all(frame(2, deflated(chatter(5001))), limits) == failed(1009));
  const std::string bomb = deflated(std::string(60 << 20, '\0'));
  REQUIRE(bomb.size() < 64 * 1024);
  CHECK(read_all(frame(2, bomb)) == failed(1009));
  CHECK(read_all(frame(1, bomb.substr(0, 1000), true, false) +
                 frame(0, bomb.substr(1000), false)) == failed(1009));
}

TEST_CASE("W43 a deflated frame longer than any message of the limit fails at its header") {
  const WebSocketLimits limits{.message = 1000};
  CHECK(read_all(frame(2, noise(1019)), limits) == failed(1007));
  CHECK(read_all(frame(2, noise(1020)).substr(0, 8), limits) == failed(1009));
  CHECK(read_all(frame(2, noise(1001), false).substr(0, 8), limits) == failed(1009));
}

TEST_CASE("W43 what cannot be inflated fails with 1007") {
  const std::string small = deflated(chatter(500));
  CHECK(read_all(frame(2, "\xff\xff\xff")) == failed(1007));
  CHECK(read_all(frame(2, small.substr(0, small.size() / 2))) == failed(1007));
  CHECK(read_all(frame(2, chatter(100))) == failed(1007));
}

TEST_CASE("W43 RSV1 on a continuation or a control frame, RSV2 and RSV3 fail with 1002") {
  const std::string first = frame(2, deflated(chatter(50)), true, false);
  CHECK(read_all(first + frame(0, "", true)) == failed(1002));
  CHECK(read_all(frame(2, "plain", false, false) + frame(0, "", true)) == failed(1002));
  for (int opcode : {8, 9, 10}) CHECK(read_all(frame(opcode, "")) == failed(1002));
  for (int bits : {0x20, 0x10, 0x60, 0x70}) {
    std::string bytes = frame(2, "", false);
    bytes[0] |= static_cast<char>(bits);
    CHECK(read_all(bytes) == failed(1002));
  }
}

TEST_CASE("W43 a plain message fails as early as without deflate, a deflated text once inflated") {
  CHECK(read_all(frame(1, "\xff", false, false)) == failed(1007));
  CHECK(read_all(frame(1, deflated(std::string(100, '\xff')))) == failed(1007));
  CHECK(read_all(frame(2, deflated(std::string(100, '\xff')))) ==
        Events{{Kind::binary, std::string(100, '\xff')}});
  CHECK(read_all(frame(1, deflated("x" + chatter(90) + "\xe4\xb8"))) == failed(1007));
}

TEST_CASE("a message leaves deflated from the threshold on, and is read back") {
  WebSocketDeflater deflater(256);
  for (std::size_t size : {0u, 1u, 254u, 255u, 256u, 257u, 65535u, 65536u, 200000u}) {
    CAPTURE(size);
    const std::string text = chatter(size), got = written(deflater, text, 15);
    CHECK(says_deflated(got) == (size >= 256));
    if (size < 256) CHECK(got == plain_frame(text));
    CHECK(got.size() <= plain_frame(text).size());
    CHECK(read_all(got, {.message = 200000, .masked = false}) == Events{{Kind::binary, text}});
  }
}

TEST_CASE("what does not get smaller, or to who did not agree, leaves plain") {
  WebSocketDeflater deflater;
  CHECK(written(deflater, noise(2000), 15) == plain_frame(noise(2000)));
  CHECK(written(deflater, chatter(2000), 0) == plain_frame(chatter(2000)));
}

TEST_CASE("a message for many is deflated once, for each window anew") {
  WebSocketDeflater deflater;
  const auto message = std::make_shared<const std::string>(chatter(1000));
  const SharedBytes frame = deflater.shared_frame(message, Opcode::binary, 15);
  REQUIRE(frame != nullptr);
  CHECK(*frame == written(deflater, *message, 15));
  CHECK(deflater.shared_frame(message, Opcode::binary, 15) == frame);
  const SharedBytes narrow = deflater.shared_frame(message, Opcode::binary, 9);
  CHECK(narrow != frame);
  CHECK(deflater.shared_frame(message, Opcode::binary, 15) == frame);
  CHECK(deflater.shared_frame(message, Opcode::binary, 9) == narrow);
  CHECK(deflater.shared_frame(message, Opcode::text, 9)->front() == '\xc1');
  CHECK(deflater.shared_frame(message, Opcode::binary, 0) == nullptr);
  const auto other = std::make_shared<const std::string>(chatter(900));
  const SharedBytes other_frame = deflater.shared_frame(other, Opcode::binary, 15);
  CHECK(read_all(*other_frame, {.masked = false}) == Events{{Kind::binary, *other}});
}

TEST_CASE("the message whose frames are remembered stays as it is until there is another one") {
  WebSocketDeflater deflater;
  const auto message = std::make_shared<const std::string>(chatter(1000));
  deflater.shared_frame(message, Opcode::binary, 15);
  CHECK(message.use_count() == 2);
  deflater.shared_frame(std::make_shared<const std::string>(chatter(900)), Opcode::binary, 15);
  CHECK(message.use_count() == 1);
}

TEST_CASE("a shared message that is short or does not get smaller has no frame of its own") {
  WebSocketDeflater deflater;
  for (const std::string& text : {chatter(255), noise(300)}) {
    const auto message = std::make_shared<const std::string>(text);
    for (int i = 0; i < 2; ++i)
      CHECK(deflater.shared_frame(message, Opcode::binary, 15) == nullptr);
  }
}

TEST_CASE("random deflated frames give the same events in random pieces as at once") {
  std::mt19937 random(9);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 6; ++i) {
      const std::string small = deflated(chatter(80 + random() % 400));
      const std::size_t cut = random() % small.size();
      bytes += frame(2, small.substr(0, cut), true, false) + frame(0, small.substr(cut), false);
    }
    if (random() % 2 == 0) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    REQUIRE(read_in_pieces(bytes, 1 + random() % 50, {}) ==
            read_in_pieces(bytes, bytes.size(), {}));
  }
}
