#include "net/http.h"

#include "fuzz/input.h"
#include "net/http_request.h"
#include "net/sniff.h"
#include "net/websocket_client.h"

// Heads of requests are the same however the bytes are cut, hold no control characters, and are
// answered with nothing of the peer's in the head of the answer. The other half of the upgrade, the
// answer a client reads, and the first bytes of a port are here too.

using namespace shaddock;
using namespace shaddock::net;

namespace {

struct Heard {
  std::vector<std::string> heads;
  std::size_t taken = 0;
  HttpRequestReader::State state = HttpRequestReader::State::reading;
  int status = 0;
  bool operator==(const Heard&) const = default;
};

bool is_plain(std::string_view text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
  return true;
}

std::string describe(const HttpRequest& request) {
  std::string text;
  for (const std::string_view part : {request.method, request.target, request.path}) {
    fuzz::require(is_plain(part), "the request line holds no control character");
    text.append(part) += '\n';
  }
  text += std::to_string(request.major) + '.' + std::to_string(request.minor) + '\n';
  for (const HttpHeader& header : request.headers) {
    fuzz::require(is_plain(header.name) && is_plain(header.value), "nor does a header");
    fuzz::require(is_token(header.name), "the name of a header is a token");
    fuzz::require(request.count(header.name) > 0, "a header that is there is counted");
    text.append(header.name).append(": ").append(header.value) += '\n';
  }
  return text;
}

void check_answer(const HttpRequest& request) {
  StaticFiles files;
  files.add("/", "text/html", "<p>");
  HttpSite site;
  site.files = &files;
  site.deflate = true;
  for (const bool strict : {false, true}) {
    site.origin_required = strict;
    if (strict) site.origins = {"http://good.example"};
    const HttpAnswer answer = answer_http(request, site);
    fuzz::require(answer.head.starts_with("HTTP/1.1 ") && answer.head.ends_with("\r\n\r\n"),
                  "an answer has one head");
    fuzz::require(answer.head.find("\r\n\r\n") == answer.head.size() - 4, "and no second one");
    if (answer.upgraded() && strict)
      fuzz::require(request.header("Origin") == "http://good.example", "the origin is checked");
    fuzz::require(answer.upgraded() || answer.deflate_bits == 0, "deflate is for WebSockets");
  }
}

// Takes what it wants of the piece; false once it failed.
bool listen(HttpRequestReader& reader, std::string_view piece, const HttpLimits& limits,
            Heard& heard) {
  while (!piece.empty()) {
    const std::size_t taken = reader.feed(piece);
    fuzz::require(taken > 0 && taken <= piece.size(), "a reader takes bytes that are there");
    heard.taken += taken;
    piece.remove_prefix(taken);
    heard.state = reader.state();
    heard.status = reader.status();
    if (reader.state() == HttpRequestReader::State::failed) return false;
    if (reader.state() == HttpRequestReader::State::reading) return true;
    fuzz::require(reader.request().headers.size() <= limits.headers, "headers are counted");
    heard.heads.push_back(describe(reader.request()));
    check_answer(reader.request());
    reader.reset();
  }
  return true;
}

void check_requests(std::string_view bytes, const HttpLimits& limits) {
  const auto hear = [&](auto cut) {
    Heard heard;
    HttpRequestReader reader(limits);
    cut([&](std::span<char> piece) {
      return listen(reader, {piece.data(), piece.size()}, limits, heard);
    });
    return heard;
  };
  const Heard whole = hear([&](auto take) {
    std::vector<char> memory(bytes.begin(), bytes.end());
    take(std::span<char>(memory));
  });
  const Heard single = hear([&](auto take) { fuzz::in_pieces(bytes, 0, take); });
  const Heard cut = hear([&](auto take) { fuzz::in_pieces(bytes, fuzz::seed_of(bytes), take); });
  fuzz::require(single == whole, "byte by byte the same heads come");
  fuzz::require(cut == whole, "cut anywhere the same heads come");
  fuzz::require(whole.state != HttpRequestReader::State::failed || whole.status >= 400,
                "a failure has a status");
}

void check_reply(std::string_view bytes) {
  const auto read = [bytes](std::uint64_t seed) {
    UpgradeReply reply("dGhlIHNhbXBsZSBub25jZQ==");
    std::size_t taken = 0;
    fuzz::in_pieces(bytes, seed, [&](std::span<char> piece) {
      taken += reply.feed({piece.data(), piece.size()});
      return reply.state() == UpgradeReply::State::reading;
    });
    return std::tuple(reply.state(), reply.status(), taken);
  };
  const auto single = read(0);
  fuzz::require(read(fuzz::seed_of(bytes)) == single, "cut anywhere the same reply comes");
  fuzz::require(std::get<0>(single) != UpgradeReply::State::accepted || std::get<1>(single) == 101,
                "only 101 is an acceptance");
}

// Once told, more bytes do not change what a peer speaks.
void check_sniff(std::string_view bytes) {
  Speech told = Speech::more;
  for (std::size_t size = 0; size <= bytes.size() && size < 16; ++size) {
    const Speech now = sniff(bytes.substr(0, size));
    fuzz::require(told == Speech::more || now == told, "what a peer speaks is told once");
    told = now;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  check_requests(bytes, {});
  check_requests(bytes, {.head = 64, .headers = 2});
  check_reply(bytes);
  check_sniff(bytes);
  return 0;
}
