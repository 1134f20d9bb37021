#include "net/websocket_writer.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;
using namespace shaddock::net;

namespace {

std::string header(std::size_t length) {
  Buffer out;
  write_frame_header(out, Opcode::binary, length);
  return std::string(out.view());
}

std::string in_place(std::string_view before, std::string_view payload) {
  Buffer out;
  out.append(before);
  const std::size_t at = begin_frame(out);
  out.append(payload);
  end_frame(out, at, Opcode::binary);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("headers have the shortest length field") {
  using namespace std::string_literals;
  CHECK(header(0) == "\x82\x00"s);
  CHECK(header(125) == "\x82\x7d"s);
  CHECK(header(126) == "\x82\x7e\x00\x7e"s);
  CHECK(header(65535) == "\x82\x7e\xff\xff"s);
  CHECK(header(65536) == "\x82\x7f\0\0\0\0\0\x01\0\0"s);
}

TEST_CASE("a frame encoded in place is the same as one of known length") {
  for (std::size_t n : {0, 1, 125, 126, 127, 65535, 65536, 70000}) {
    CAPTURE(n);
    std::string payload(n, '\0');
    for (std::size_t i = 0; i < n; ++i) payload[i] = static_cast<char>(i * 31);
    Buffer known;
    known.append("before");
    write_frame(known, Opcode::binary, payload);
    CHECK(in_place("before", payload) == known.view());
    CHECK(known.view() == "before" + header(n) + payload);
  }
}

TEST_CASE("a close frame carries code and reason, or nothing") {
  Buffer out;
  write_close_frame(out, close_code::kNone, "not sent");
  CHECK(out.view() == std::string_view("\x88\x00", 2));
  out.clear();
  write_close_frame(out, 1000, "bye");
  CHECK(out.view() ==
        "\x88\x05\x03\xe8"
        "bye");
}

TEST_CASE("a long reason is cut between two characters") {
  Buffer out;
  write_close_frame(out, 1000, std::string(200, 'r'));
  CHECK(out.view().substr(1, 1) == "\x7d");
  CHECK(out.size() == 2 + 125);
  out.clear();
  write_close_frame(out, 1000, std::string(122, 'r') + "\xc3\xa9");
  CHECK(out.view().substr(4) == std::string(122, 'r'));
}

TEST_CASE("a masked frame is that of the RFC's example") {
  Buffer out;
  std::uint32_t mask;
  std::memcpy(&mask, "\x37\xfa\x21\x3d", 4);
  write_masked_frame(out, Opcode::text, "Hello", mask);
  CHECK(out.view() == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  out.clear();
  write_masked_frame(out, Opcode::text, "Hello", mask, false);
  CHECK(out.view().front() == '\x01');
}
