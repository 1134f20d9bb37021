#include "net/websocket_client.h"

#include <doctest/doctest.h>

#include <string>

#include "net/http.h"

using namespace shaddock::net;
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
