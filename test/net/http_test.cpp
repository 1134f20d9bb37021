#include "net/http.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::net;

namespace {

constexpr const char* kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr const char* kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
constexpr const char* kVersion = "Sec-WebSocket-Version: 13\r\n";

HttpAnswer answer(const std::string& line, const std::string& headers, const HttpSite& site = {}) {
  HttpRequestReader reader;
  reader.feed(line + "\r\n" + headers + "\r\n");
  REQUIRE(reader.state() == HttpRequestReader::State::complete);
  return answer_http(reader.request(), site);
}

HttpAnswer open_websocket(const std::string& headers, const HttpSite& site = {}) {
  return answer("GET /any?x=1 HTTP/1.1", "Host: a\r\n" + headers, site);
}

bool has(const HttpAnswer& answer, std::string_view line) {
  return answer.head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

StaticFiles two_files() {
  StaticFiles files;
  files.add("/", "text/html; charset=utf-8", "<p>page</p>");
  files.add("/client.js", "text/javascript", "code();");
  return files;
}

const std::string kGood = std::string(kUpgrade) + kKey + kVersion;

}  // namespace

TEST_CASE("W1 the sample of the RFC is answered with its accept value") {
  CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const HttpAnswer got = open_websocket(kGood);
  CHECK(got.upgraded());
  CHECK(got.keep_open);
  CHECK(got.body == nullptr);
  CHECK(got.head ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST_CASE("W2 the wrong method is 405, the wrong version or no host is 400") {
  const HttpAnswer post = answer("POST / HTTP/1.1", "Host: a\r\n" + kGood);
  CHECK(post.status == 405);
  CHECK(has(post, "Allow: GET, HEAD"));
  CHECK(answer("HEAD / HTTP/1.1", "Host: a\r\n" + kGood).status == 405);
  CHECK(answer("GET / HTTP/1.0", "Host: a\r\n" + kGood).status == 400);
  CHECK(answer("GET / HTTP/1.1", kGood).status == 400);
  CHECK(answer("GET / HTTP/1.1", "Host: a\r\nHost: b\r\n" + kGood).status == 400);
  CHECK(answer("OPTIONS * HTTP/1.1", "Host: a\r\n").status == 405);
  CHECK(answer("GET http://a/ HTTP/1.1", "Host: a\r\n").status == 400);
}

TEST_CASE("W3 no upgrade or another version is 426 and names version 13") {
  for (const HttpAnswer& got :
       {open_websocket(std::string(kKey) + kVersion), open_websocket(""),
        open_websocket(std::string(kUpgrade) + kKey),
        open_websocket(std::string(kUpgrade) + kKey + "Sec-WebSocket-Version: 8\r\n"),
        open_websocket(std::string(kUpgrade) + kKey + "Sec-WebSocket-Version: 99\r\n")}) {
    CHECK(got.status == 426);
    CHECK(has(got, "Sec-WebSocket-Version: 13"));
    CHECK_FALSE(got.keep_open);
  }
  const StaticFiles files = two_files();
  CHECK(open_websocket(std::string(kKey) + kVersion, {.files = &files}).status == 426);
}

TEST_CASE("W4 connection and upgrade are words in lists of any case") {
  const std::string rest = std::string(kKey) + kVersion;
  CHECK(open_websocket("Connection: keep-alive, uPgRaDe\r\nUpgrade: WebSocket\r\n" + rest)
            .upgraded());
  CHECK(open_websocket("Connection: keep-alive\r\nUpgrade: websocket\r\n" + rest).status == 400);
  CHECK(open_websocket("Connection: upgrade\r\nUpgrade: h2c\r\n" + rest).status == 426);
}

TEST_CASE("W5 a key that is missing, doubled or not of 16 bytes is 400") {
  const std::string rest = std::string(kUpgrade) + kVersion;
  CHECK(open_websocket(rest).status == 400);
  CHECK(open_websocket(rest + kKey + kKey).status == 400);
  for (const char* key : {"", "short", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQAA",
                          "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBsZSBub25jZ!==",
                          "dGhlIHNhbXBsZSBub25jZQ==dGhl", "AAAA"}) {
    CAPTURE(key);
    CHECK(open_websocket(rest + "Sec-WebSocket-Key: " + key + "\r\n").status == 400);
  }
}

TEST_CASE("W6 extensions and subprotocols are not taken up") {
  const HttpAnswer got = open_websocket(
      kGood + "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n");
  CHECK(got.upgraded());
  CHECK(got.head.find("Extensions") == std::string::npos);
  CHECK(got.head.find("Protocol:") == std::string::npos);
}

TEST_CASE(
    "W6 permessage-deflate is taken up where the site has it, and what is agreed on is told") {
  const HttpSite site{.deflate = true};
  const std::string name = "Sec-WebSocket-Extensions: ";
  const HttpAnswer plain = open_websocket(kGood + name + "x-other\r\n", site);
  CHECK(plain.upgraded());
  CHECK(plain.deflate_bits == 0);
  CHECK(plain.head.find("Extensions") == std::string::npos);
  const HttpAnswer got = open_websocket(
      kGood + name + "x-other\r\n" + name + "permessage-deflate; server_max_window_bits=12\r\n",
      site);
  CHECK(got.upgraded());
  CHECK(got.deflate_bits == 12);
  CHECK(has(got, name + "permessage-deflate; server_no_context_takeover; "
                        "client_no_context_takeover; server_max_window_bits=12"));
  CHECK(open_websocket(kGood + name + "permessage-deflate\r\n").deflate_bits == 0);
}

TEST_CASE("W6 extensions that are no list are 400") {
  for (bool deflate : {false, true})
    CHECK(
        open_websocket(kGood + "Sec-WebSocket-Extensions: a b\r\n", {.deflate = deflate}).status ==
        400);
}

TEST_CASE("W7 origins are held against the list when there is one") {
  const HttpSite listed{.files = nullptr, .origins = {"https://a.example", "https://b.example"}};
  const HttpSite required{.files = nullptr, .origins = listed.origins, .origin_required = true};
  CHECK(open_websocket(kGood + "Origin: https://b.example\r\n", listed).upgraded());
  CHECK(open_websocket(kGood + "Origin: https://b.example.evil\r\n", listed).status == 403);
  CHECK(open_websocket(kGood + "Origin: https://a.example\r\nOrigin: https://b.example\r\n", listed)
            .status == 403);
  CHECK(open_websocket(kGood, listed).upgraded());
  CHECK(open_websocket(kGood, required).status == 403);
  CHECK(open_websocket(kGood + "Origin: https://any.example\r\n").upgraded());
}

TEST_CASE("a file is given with its type, length and protecting headers") {
  const StaticFiles files = two_files();
  const HttpAnswer got = answer("GET /client.js?v=2 HTTP/1.1", "Host: a\r\n", {.files = &files});
  CHECK(got.status == 200);
  CHECK(got.head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(*got.body == "code();");
  CHECK(has(got, "Content-Type: text/javascript"));
  CHECK(has(got, "Content-Length: 7"));
  CHECK(has(got, "Cache-Control: no-cache"));
  CHECK(has(got, "X-Content-Type-Options: nosniff"));
  CHECK(has(got, "Content-Security-Policy: default-src 'self'; connect-src 'self' ws: wss:"));
  CHECK(has(got, "ETag: " + files.find("/client.js")->etag));
  CHECK(got.head.ends_with("\r\n\r\n"));
}

TEST_CASE("HEAD has the headers of GET and no body") {
  const StaticFiles files = two_files();
  const HttpAnswer get = answer("GET / HTTP/1.1", "Host: a\r\n", {.files = &files});
  const HttpAnswer head = answer("HEAD / HTTP/1.1", "Host: a\r\n", {.files = &files});
  CHECK(head.head == get.head);
  CHECK(head.body == nullptr);
  CHECK(answer("HEAD /none HTTP/1.1", "Host: a\r\n", {.files = &files}).body == nullptr);
}

TEST_CASE("a client that has the file already is told so") {
  const StaticFiles files = two_files();
  const std::string etag = files.find("/")->etag;
  for (const std::string& value : {etag, "W/" + etag, "\"old\", " + etag, std::string("*")}) {
    const HttpAnswer got =
        answer("GET / HTTP/1.1", "Host: a\r\nIf-None-Match: " + value + "\r\n", {.files = &files});
    CHECK(got.status == 304);
    CHECK(got.body == nullptr);
    CHECK(has(got, "ETag: " + etag));
    CHECK(got.head.find("Content-Length") == std::string::npos);
  }
  CHECK(
      answer("GET / HTTP/1.1", "Host: a\r\nIf-None-Match: \"old\"\r\n", {.files = &files}).status ==
      200);
}

TEST_CASE("a connection stays open for HTTP/1.1 unless the client closes it") {
  const StaticFiles files = two_files();
  const HttpSite site{.files = &files};
  CHECK(answer("GET / HTTP/1.1", "Host: a\r\n", site).keep_open);
  CHECK_FALSE(answer("GET / HTTP/1.1", "Host: a\r\nConnection: close\r\n", site).keep_open);
  CHECK_FALSE(answer("GET / HTTP/1.0", "", site).keep_open);
  CHECK(has(answer("GET / HTTP/1.0", "", site), "Connection: close"));
}

TEST_CASE("a path that is not a file is 404 and closes") {
  const StaticFiles files = two_files();
  for (const char* path : {"/none", "/client.js/", "/../client.js", "/%63lient.js", "//"}) {
    const HttpAnswer got =
        answer("GET " + std::string(path) + " HTTP/1.1", "Host: a\r\n", {.files = &files});
    CHECK(got.status == 404);
    CHECK_FALSE(got.keep_open);
  }
}

TEST_CASE("every error names its status, has a body of its length and closes") {
  for (int status : {400, 403, 404, 405, 408, 426, 431, 503, 599}) {
    const HttpAnswer got = http_error(status);
    CAPTURE(got.head);
    CHECK(got.status == status);
    CHECK(got.head.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(has(got, "Content-Length: " + std::to_string(got.body->size())));
    CHECK(got.head.find("Connection: close") != std::string::npos);
    CHECK_FALSE(got.keep_open);
  }
}
