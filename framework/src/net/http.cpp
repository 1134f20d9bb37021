#include "net/http.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "net/websocket_offer.h"

namespace shaddock::net {
namespace {

constexpr std::string_view kWebSocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kContentPolicy = "default-src 'self'; connect-src 'self' ws: wss:";

constexpr std::pair<int, std::string_view> kReasons[] = {
    {101, "Switching Protocols"}, {200, "OK"},
    {304, "Not Modified"},        {400, "Bad Request"},
    {403, "Forbidden"},           {404, "Not Found"},
    {405, "Method Not Allowed"},  {408, "Request Timeout"},
    {426, "Upgrade Required"},    {431, "Request Header Fields Too Large"},
    {503, "Service Unavailable"},
};

std::string_view reason_of(int status) {
  for (const auto& [code, reason] : kReasons) {
    if (code == status) return reason;
  }
  return "Error";
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string status_line(int status) {
  return "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(reason_of(status)) + "\r\n";
}

bool is_websocket_key(std::string_view key) {
  const auto bytes = base64_decode(key);
  return bytes && bytes->size() == 16;
}

bool origin_allowed(const HttpRequest& request, const HttpSite& site) {
  if (request.count("Origin") == 0) return !site.origin_required;
  if (request.count("Origin") > 1) return false;
  return site.origins.empty() || std::find(site.origins.begin(), site.origins.end(),
                                           request.header("Origin")) != site.origins.end();
}

WebSocketAgreement extensions_of(const HttpRequest& request) {
  std::string offers;
  for (const HttpHeader& header : request.headers) {
    if (same_word(header.name, "Sec-WebSocket-Extensions")) offers.append(header.value) += ',';
  }
  return agree_on_extensions(offers);
}

// What is wrong with a request for a WebSocket, or 101.
int judge_upgrade(const HttpRequest& request, const HttpSite& site) {
  if (request.method != "GET") return 405;
  if (request.minor < 1 || !request.has_token("Connection", "upgrade")) return 400;
  if (request.count("Sec-WebSocket-Version") > 1) return 400;
  if (request.header("Sec-WebSocket-Version") != "13") return 426;
  if (request.count("Sec-WebSocket-Key") != 1) return 400;
  if (!is_websocket_key(request.header("Sec-WebSocket-Key"))) return 400;
  return origin_allowed(request, site) ? 101 : 403;
}

HttpAnswer upgrade(const HttpRequest& request, const HttpSite& site) {
  const int status = judge_upgrade(request, site);
  if (status != 101) return http_error(status);
  const WebSocketAgreement agreed = extensions_of(request);
  if (agreed.malformed) return http_error(400);
  HttpAnswer answer{
      .status = status, .head = status_line(status), .body = nullptr, .keep_open = true};
  add_header(answer.head, "Upgrade", "websocket");
  add_header(answer.head, "Connection", "Upgrade");
  add_header(answer.head, "Sec-WebSocket-Accept",
             websocket_accept(request.header("Sec-WebSocket-Key")));
  if (site.deflate && agreed.deflate_bits != 0) {
    answer.deflate_bits = agreed.deflate_bits;
    add_header(answer.head, "Sec-WebSocket-Extensions", deflate_answer(agreed.deflate_bits));
  }
  answer.head += "\r\n";
  return answer;
}

bool is_current(const HttpRequest& request, const StaticFile& file) {
  return request.header("If-None-Match") == "*" || request.has_token("If-None-Match", file.etag) ||
         request.has_token("If-None-Match", "W/" + file.etag);
}

HttpAnswer give_file(const HttpRequest& request, const StaticFile& file) {
  const int status = is_current(request, file) ? 304 : 200;
  HttpAnswer answer{
      .status = status, .head = status_line(status), .body = nullptr, .keep_open = false};
  answer.keep_open = request.minor >= 1 && !request.has_token("Connection", "close");
  if (status == 200) {
    add_header(answer.head, "Content-Type", file.content_type);
    add_header(answer.head, "Content-Length", std::to_string(file.bytes->size()));
    if (request.method == "GET") answer.body = file.bytes;
  }
  add_header(answer.head, "ETag", file.etag);
  add_header(answer.head, "Cache-Control", "no-cache");
  add_header(answer.head, "Content-Security-Policy", kContentPolicy);
  add_header(answer.head, "X-Content-Type-Options", "nosniff");
  add_header(answer.head, "Connection", answer.keep_open ? "keep-alive" : "close");
  answer.head += "\r\n";
  return answer;
}

HttpAnswer without_body(HttpAnswer answer) {
  answer.body = nullptr;
  return answer;
}

HttpAnswer find_file(const HttpRequest& request, const HttpSite& site) {
  const bool no_files = site.files == nullptr || site.files->empty();
  if (no_files ||
      request.count("Sec-WebSocket-Key") + request.count("Sec-WebSocket-Version") != 0) {
    return http_error(426);
  }
  const StaticFile* file = site.files->find(request.path);
  return file != nullptr ? give_file(request, *file) : http_error(404);
}

}  // namespace

HttpAnswer answer_http(const HttpRequest& request, const HttpSite& site) {
  const bool head = request.method == "HEAD";
  if (request.method != "GET" && !head) return http_error(405);
  const std::size_t hosts = request.count("Host");
  if (hosts > 1 || (hosts == 0 && request.minor >= 1) || !request.target.starts_with('/')) {
    return http_error(400);
  }
  const bool websocket = request.has_token("Upgrade", "websocket");
  HttpAnswer answer = websocket ? upgrade(request, site) : find_file(request, site);
  return head ? without_body(std::move(answer)) : answer;
}

HttpAnswer http_error(int status) {
  HttpAnswer answer{
      .status = status, .head = status_line(status), .body = nullptr, .keep_open = false};
  auto text = std::make_shared<const std::string>(std::to_string(status) + ' ' +
                                                  std::string(reason_of(status)) + '\n');
  if (status == 405) add_header(answer.head, "Allow", "GET, HEAD");
  if (status == 426) {
    add_header(answer.head, "Upgrade", "websocket");
    add_header(answer.head, "Sec-WebSocket-Version", "13");
  }
  add_header(answer.head, "Content-Type", "text/plain; charset=utf-8");
  add_header(answer.head, "Content-Length", std::to_string(text->size()));
  add_header(answer.head, "X-Content-Type-Options", "nosniff");
  add_header(answer.head, "Connection", status == 426 ? "close, Upgrade" : "close");
  answer.head += "\r\n";
  answer.body = std::move(text);
  return answer;
}

std::string websocket_accept(std::string_view key) {
  return base64(sha1(std::string(key).append(kWebSocketGuid)));
}

}  // namespace shaddock::net
