#include "websocket.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::bench;

namespace {

const std::string kMask = "\x01\x02\x03\x04";

std::string frame_of(std::string payload) {
  std::string head = "\x82";
  if (payload.size() < 126) {
    head += static_cast<char>(0x80 | payload.size());
  } else {
    head += static_cast<char>(0x80 | 126);
    head += static_cast<char>(payload.size() >> 8);
    head += static_cast<char>(payload.size());
  }
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ kMask[i % 4]);
  return head + kMask + payload;
}

}  // namespace

TEST_CASE("the answer to an upgrade is that of the example in RFC 6455") {
  const std::string answer =
      upgrade("GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 101 "));
  CHECK(answer.ends_with("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
}

TEST_CASE("a frame is read when all of it is there, and unmasked where it lies") {
  for (const std::size_t length : {0, 1, 7, 8, 21, 125, 126, 4000}) {
    CAPTURE(length);
    const std::string payload(length, 'p');
    std::string bytes = frame_of(payload);
    Frame frame;
    for (std::size_t size = 0; size < bytes.size(); ++size)
      REQUIRE_FALSE(read_frame_head(bytes.data(), size, frame));
    REQUIRE(read_frame_head(bytes.data(), bytes.size(), frame));
    CHECK(frame.head + frame.length == bytes.size());
    unmask(bytes.data() + frame.head, frame.length);
    CHECK(bytes.substr(frame.head) == payload);
  }
}

TEST_CASE("a head that is written says the length of what follows") {
  std::string head(4, '\0');
  CHECK(write_frame_head(head.data(), 125) == head.data() + frame_head_size(125));
  CHECK(head.substr(0, 2) == "\x82\x7d");
  CHECK(write_frame_head(head.data(), 300) == head.data() + frame_head_size(300));
  CHECK(head == std::string("\x82\x7e\x01\x2c"));
}
