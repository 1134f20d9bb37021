#include "net/websocket_client.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "net/host.h"
#include "net/http.h"
#include "net/stream.h"
#include "net/websocket_writer.h"

using namespace shaddock::net;
using shaddock::Buffer;
using State = UpgradeReply::State;

namespace {

constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";

std::string server_answer() {
  HttpRequestReader reader;
  reader.feed(websocket_request("127.0.0.1:3050", "/", kKey));
  REQUIRE(reader.state() == HttpRequestReader::State::complete);
  return answer_http(reader.request(), {}).head;
}

State verdict(const std::string& bytes) {
  UpgradeReply reply(kKey);
  reply.feed(bytes);
  return reply.state();
}

// Keeps what is written.
class PaperStream final : public Stream {
 public:
  std::string taken() {
    std::string bytes(output().view());
    output().clear();
    return bytes;
  }
  void set_events(StreamEvents&) override {}
  void close(Duration) override {}
  Address peer() const override { return {}; }

 private:
  void schedule_flush() override { scheduled_ = true; }
};

class CountingRandom final : public Random {
 public:
  void fill(std::span<char> bytes) override {
    std::fill(bytes.begin(), bytes.end(), static_cast<char>(++drawn_));
  }

 private:
  int drawn_ = 0;
};

// A client whose upgrade was asked for, and what it gave since.
struct Talk {
  explicit Talk(std::size_t longest = 100) : client(stream, random, "game:3050", "/play", longest) {
    request = stream.taken();
  }

  void hear(std::string bytes) {
    client.feed(bytes);
    while (const auto event = client.next(stream))
      told.push_back(kNames[static_cast<int>(event->kind)] + std::string(event->payload));
  }
  std::string answer() const {
    HttpRequestReader reader;
    reader.feed(request);
    REQUIRE(reader.state() == HttpRequestReader::State::complete);
    return answer_http(reader.request(), {}).head;
  }

  static constexpr const char* kNames[] = {"open", "message ", "ended "};
  PaperStream stream;
  CountingRandom random;
  WebSocketClient client;
  std::string request;
  std::vector<std::string> told;
};
using Told = std::vector<std::string>;

std::string frame(Opcode opcode, std::string_view payload) {
  Buffer out;
  write_frame(out, opcode, payload);
  return std::string(out.view());
}

std::string masked(Opcode opcode, std::string_view payload, std::uint32_t mask) {
  Buffer out;
  write_masked_frame(out, opcode, payload, mask);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("our server accepts our request and our client its answer, wherever it is cut") {
  const std::string answer = server_answer();
  for (std::size_t cut = 0; cut < answer.size(); ++cut) {
    UpgradeReply reply(kKey);
    CHECK(reply.feed(answer.substr(0, cut)) == cut);
    REQUIRE(reply.state() == State::reading);
    CHECK(reply.feed(answer.substr(cut) + "frames") == answer.size() - cut);
    CHECK(reply.state() == State::accepted);
    CHECK(reply.status() == 101);
  }
}

TEST_CASE("header names may have any case and blanks before the value") {
  CHECK(verdict("HTTP/1.1 101 OK\r\nSEC-websocket-ACCEPT:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n") ==
        State::accepted);
}

TEST_CASE("another status, another accept value or no HTTP is a refusal") {
  const std::string accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  CHECK(verdict("HTTP/1.1 200 OK\r\n" + accept) == State::refused);
  CHECK(verdict("HTTP/1.1 101 OK\r\nSec-WebSocket-Accept: other\r\n\r\n") == State::refused);
  CHECK(verdict("HTTP/1.1 101 OK\r\n\r\n") == State::refused);
  CHECK(verdict("HTTP/1.1 \r\n\r\n") == State::refused);
  CHECK(verdict("\r\n\r\n") == State::refused);
  CHECK(verdict(std::string(9000, 'x')) == State::refused);
  UpgradeReply reply(kKey);
  reply.feed("HTTP/1.1 403 Forbidden\r\n\r\n");
  CHECK(reply.status() == 403);
}

TEST_CASE("a client asks at once, with a key of its own and the path it was given") {
  Talk talk;
  CHECK(talk.request.starts_with("GET /play HTTP/1.1\r\nHost: game:3050\r\n"));
  CHECK(talk.request.find("Sec-WebSocket-Key: AQEBAQEBAQEBAQEBAQEBAQ==\r\n") != std::string::npos);
}

TEST_CASE("a client tells when it is open, then of every message, wherever the bytes are cut") {
  const std::string answer = Talk().answer();
  const std::string bytes =
      answer + frame(Opcode::text, "one") + frame(Opcode::pong, "?") + frame(Opcode::binary, "two");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Talk talk;
    talk.hear(bytes.substr(0, cut));
    CHECK(talk.told.empty() == (cut < answer.size()));
    talk.hear(bytes.substr(cut));
    REQUIRE(talk.told == Told{"open", "message one", "message two"});
    CHECK(talk.stream.taken().empty());
  }
}

TEST_CASE("a client that closes says good-bye with a masked 1000") {
  Talk talk;
  std::string bytes = talk.answer() + frame(Opcode::binary, "one");
  talk.client.feed(bytes);
  REQUIRE(talk.client.next(talk.stream)->kind == WebSocketClient::Event::Kind::open);
  talk.client.close(talk.stream);
  CHECK(talk.stream.taken() == masked(Opcode::close, "\x03\xe8", 0x02020202));
}

TEST_CASE("a client answers a ping with a masked pong of the same payload, between messages") {
  Talk talk;
  talk.hear(talk.answer() + frame(Opcode::binary, "one") + frame(Opcode::ping, "here?") +
            frame(Opcode::binary, "two"));
  CHECK(talk.told == Told{"open", "message one", "message two"});
  CHECK(talk.stream.taken() == masked(Opcode::pong, "here?", 0x02020202));
}

TEST_CASE("a client that is not open yet, or no more, says no good-bye") {
  Talk talk;
  talk.client.close(talk.stream);
  CHECK(talk.stream.taken().empty());
  talk.hear(talk.answer() + frame(Opcode::close, ""));
  talk.client.close(talk.stream);
  CHECK(talk.stream.taken().empty());
}

TEST_CASE("a client tells why it ended, once, and reads nothing after that") {
  const std::vector<std::pair<std::string, std::string>> ends = {
      {frame(Opcode::close, "\x03\xe9"), "closed by the server with WebSocket code 1001"},
      {frame(Opcode::close, ""), "closed by the server with WebSocket code 0"},
      {masked(Opcode::binary, "x", 1), "the server's WebSocket frames are wrong: 1002"},
      {frame(Opcode::binary, std::string(101, 'x')),
       "the server's WebSocket frames are wrong: 1009"}};
  for (const auto& [bytes, why] : ends) {
    Talk talk;
    talk.hear(talk.answer() + bytes + frame(Opcode::binary, "late"));
    talk.hear(frame(Opcode::binary, "later"));
    CHECK(talk.told == Told{"open", "ended " + why});
  }
}

TEST_CASE("a client that is refused was never open") {
  Talk talk;
  talk.hear("HTTP/1.1 404 Not Found\r\n\r\n" + frame(Opcode::binary, "late"));
  talk.hear("more");
  CHECK(talk.told == Told{"ended no WebSocket here: HTTP 404"});
}
