#include "net/http_request.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::net;
using State = HttpRequestReader::State;

namespace {

// 0 when it is complete, the status when it failed, -1 when more is wanted.
int verdict(std::string_view bytes, std::size_t piece = std::string_view::npos) {
  HttpRequestReader reader;
  while (!bytes.empty() && reader.state() == State::reading) {
    const std::size_t used = reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(used);
  }
  if (reader.state() == State::reading) return -1;
  return reader.state() == State::complete ? 0 : reader.status();
}

std::string head_of_size(std::size_t size) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ", end = "\r\n\r\n";
  return start + std::string(size - start.size() - end.size(), 'x') + end;
}

std::string with_headers(int n) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < n; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
  return head + "\r\n";
}

}  // namespace

TEST_CASE("a head gives method, target, path, version and headers") {
  HttpRequestReader reader;
  const std::string head =
      "GET /chat.html?room=1&x=/y HTTP/1.1\r\nHost: localhost:3014\r\nAccept:\r\nX-Note: \t two "
      "words \t\r\n\r\n";
  CHECK(reader.feed(head) == head.size());
  REQUIRE(reader.state() == State::complete);
  const HttpRequest& request = reader.request();
  CHECK(request.method == "GET");
  CHECK(request.target == "/chat.html?room=1&x=/y");
  CHECK(request.path == "/chat.html");
  CHECK(request.major == 1);
  CHECK(request.minor == 1);
  CHECK(request.header("HOST") == "localhost:3014");
  CHECK(request.header("Accept") == "");
  CHECK(request.header("x-note") == "two words");
  CHECK(request.header("absent") == "");
  CHECK(request.count("accept") == 1);
  CHECK(request.count("absent") == 0);
}

TEST_CASE("tokens are found in lists over several headers, whatever their case") {
  HttpRequestReader reader;
  reader.feed(
      "GET / HTTP/1.1\r\nConnection: keep-alive, uPgRaDe\r\nconnection: other ,, x\r\n\r\n");
  REQUIRE(reader.state() == State::complete);
  const HttpRequest& request = reader.request();
  for (const char* token : {"keep-alive", "Upgrade", "other", "X"})
    CHECK(request.has_token("Connection", token));
  CHECK_FALSE(request.has_token("Connection", "grade"));
  CHECK_FALSE(request.has_token("Connection", "keep-alive, uPgRaDe"));
  CHECK_FALSE(request.has_token("Absent", "x"));
}

TEST_CASE("W10 W11 a head may come byte by byte, and what follows it is left to the caller") {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(verdict(head, 1) == 0);
  CHECK(verdict(head.substr(0, head.size() - 1), 1) == -1);
  HttpRequestReader reader;
  CHECK(reader.feed(head + "\x82\x80 frames") == head.size());
  CHECK(reader.state() == State::complete);
}

TEST_CASE("W8 a head of 8 KiB and one of 100 headers pass, one more of either is 431") {
  CHECK(verdict(head_of_size(8191)) == 0);
  CHECK(verdict(head_of_size(8192)) == 0);
  CHECK(verdict(head_of_size(8193)) == 431);
  CHECK(verdict(head_of_size(8192), 1) == 0);
  CHECK(verdict(head_of_size(8193), 1) == 431);
  CHECK(verdict("GET /" + std::string(100000, 'x')) == 431);
  CHECK(verdict(with_headers(99)) == 0);
  CHECK(verdict(with_headers(100)) == 0);
  CHECK(verdict(with_headers(101)) == 431);
}

TEST_CASE("W8 both limits are settings") {
  const HttpLimits limits{.head = 100, .headers = 3};
  for (std::size_t size : {99, 100, 101}) {
    HttpRequestReader reader(limits);
    reader.feed(head_of_size(size));
    CHECK(reader.state() == (size <= 100 ? State::complete : State::failed));
  }
  for (int n : {2, 3, 4}) {
    HttpRequestReader reader(limits);
    reader.feed(with_headers(n));
    CHECK(reader.state() == (n <= 3 ? State::complete : State::failed));
    CHECK(reader.status() == (n <= 3 ? 0 : 431));
  }
}

TEST_CASE("W9 whatever two readers could read in two ways is 400") {
  using namespace std::string_literals;
  const std::string good = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const std::string& bad : {
           "GET / HTTP/1.1\nHost: a\n\n"s,
           good + "\n",
           good + "X: y\n\r\n",
           good + "X: a\rb\r\n\r\n",
           good + "X: y\r\r\n\r\n",
           "GET / HTTP/1.1\r\n Host: a\r\n\r\n"s,
           good + "X: y\r\n z\r\n\r\n",
           good + "X: y\r\n\tz\r\n\r\n",
           good + "X : y\r\n\r\n",
           good + "X\t: y\r\n\r\n",
           good + "X: a\0b\r\n\r\n"s,
           good + "X: a\x01"s + "b\r\n\r\n",
           good + "X: a\x7f"s + "b\r\n\r\n",
           good + "no colon\r\n\r\n",
           good + ": no name\r\n\r\n",
           good + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
           good + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
           good + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
           good + "Transfer-Encoding: chunked\r\n\r\n",
           good + "Transfer-Encoding: gzip\r\n\r\n",
           good + "Content-Length: 5\r\n\r\nhello",
           good + "Content-Length: -1\r\n\r\n",
           good + "Content-Length: 99999999999999999999\r\n\r\n",
           "\r\n" + good + "\r\n",
           "GET  / HTTP/1.1\r\n\r\n"s,
           "GET /\r\n\r\n"s,
           "GET / HTTP/1.1 \r\n\r\n"s,
           "GET / HTTP/2.0\r\n\r\n"s,
           "GET / HTTP/0.9\r\n\r\n"s,
           "GET / HTTP/1.9\r\n\r\n"s,
           "GET / FTP/1.1\r\n\r\n"s,
           "GRAB / HTTP/1.1\r\n\r\n"s,
           "GET /a b HTTP/1.1\r\n\r\n"s,
       }) {
    CAPTURE(bad);
    CHECK(verdict(bad) == 400);
    CHECK(verdict(bad, 1) == 400);
  }
}

TEST_CASE("illegal bytes fail at once, without the end of the head") {
  CHECK(verdict("GET / HTTP/1.1\n") == 400);
  CHECK(verdict("GET / HTTP/1.1\r\nHost: \x01") == 400);
}

TEST_CASE("after reset the next request of the connection is read") {
  HttpRequestReader reader;
  std::string_view bytes = "GET /one HTTP/1.1\r\nHost: a\r\n\r\nHEAD /two HTTP/1.0\r\n\r\n";
  bytes.remove_prefix(reader.feed(bytes));
  CHECK(reader.request().path == "/one");
  reader.reset();
  CHECK(reader.feed(bytes) == bytes.size());
  REQUIRE(reader.state() == State::complete);
  CHECK(reader.request().path == "/two");
  CHECK(reader.request().method == "HEAD");
  CHECK(reader.request().minor == 0);
  CHECK(reader.request().headers.empty());
}
