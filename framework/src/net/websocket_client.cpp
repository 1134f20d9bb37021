#include "net/websocket_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/crypto.h"
#include "net/host.h"
#include "net/http.h"
#include "net/stream.h"
#include "net/websocket_writer.h"

namespace shaddock::net {
namespace {

constexpr std::size_t kLongestHead = 8 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kVersion = "HTTP/1.1 ";

bool starts_with_name(std::string_view line, std::string_view lower_name) {
  return line.size() > lower_name.size() && line[lower_name.size()] == ':' &&
         std::equal(lower_name.begin(), lower_name.end(), line.begin(), [](char name, char c) {
           return name == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
         });
}

std::string random_key(Random& random) {
  std::array<char, 16> bytes;
  random.fill(bytes);
  return base64({bytes.data(), bytes.size()});
}

WebSocketLimits limits_of(std::size_t longest) {
  WebSocketLimits limits;
  limits.message = longest;
  limits.masked = false;
  return limits;
}

std::uint32_t mask_of(Random& random) { return static_cast<std::uint32_t>(random.next()); }

}  // namespace

std::string websocket_request(std::string_view host, std::string_view path, std::string_view key) {
  std::string head = "GET ";
  head.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  head.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13");
  head.append("\r\nSec-WebSocket-Key: ").append(key).append(kHeadEnd);
  return head;
}

UpgradeReply::UpgradeReply(std::string_view key) : accept_(websocket_accept(key)) {}

std::size_t UpgradeReply::feed(std::string_view chunk) {
  const std::size_t before = head_.size();
  const std::size_t from = before - std::min(before, kHeadEnd.size() - 1);
  head_.append(chunk.substr(0, kLongestHead - before));
  const std::size_t end = head_.find(kHeadEnd, from);
  if (end != std::string::npos) {
    head_.resize(end + kHeadEnd.size());
    judge();
  } else if (head_.size() == kLongestHead) {
    state_ = State::refused;
  }
  return head_.size() - before;
}

void UpgradeReply::judge() {
  if (head_.starts_with(kVersion)) {
    std::from_chars(head_.data() + kVersion.size(), head_.data() + kVersion.size() + 3, status_);
  }
  const bool accepted = status_ == 101 && has_line("sec-websocket-accept", accept_);
  state_ = accepted ? State::accepted : State::refused;
}

bool UpgradeReply::has_line(std::string_view name, std::string_view value) const {
  std::string_view rest = head_;
  for (std::size_t end; (end = rest.find("\r\n")) != std::string_view::npos;
       rest.remove_prefix(end + 2)) {
    std::string_view line = rest.substr(0, end);
    if (!starts_with_name(line, name)) continue;
    line.remove_prefix(name.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line == value) return true;
  }
  return false;
}

WebSocketClient::WebSocketClient(Stream& stream, Random& random, std::string_view host,
                                 std::string_view path, std::size_t longest)
    : random_(random), frames_(limits_of(longest)) {
  const std::string key = random_key(random);
  reply_ = std::make_unique<UpgradeReply>(key);
  stream.write(websocket_request(host, path, key));
}

void WebSocketClient::feed(std::span<char> chunk) {
  if (ended_) return;
  if (reply_) chunk = chunk.subspan(reply_->feed({chunk.data(), chunk.size()}));
  frames_.feed(chunk);
}

std::optional<WebSocketClient::Event> WebSocketClient::next(Stream& stream) {
  using Kind = WebSocketEvent::Kind;
  if (ended_) return std::nullopt;
  if (reply_) {
    if (reply_->state() == UpgradeReply::State::reading) return std::nullopt;
    return on_reply();
  }
  while (const auto frame = frames_.next()) {
    if (frame->kind == Kind::text || frame->kind == Kind::binary)
      return Event{Event::Kind::message, {frame->payload.data(), frame->payload.size()}};
    if (const auto event = on_control(stream, *frame)) return event;
  }
  return std::nullopt;
}

WebSocketClient::Event WebSocketClient::on_reply() {
  const auto reply = std::move(reply_);
  if (reply->state() == UpgradeReply::State::accepted) return Event{Event::Kind::open};
  return end("no WebSocket here: HTTP " + std::to_string(reply->status()));
}

std::optional<WebSocketClient::Event> WebSocketClient::on_control(Stream& stream,
                                                                  const WebSocketEvent& frame) {
  using Kind = WebSocketEvent::Kind;
  const std::string code = std::to_string(frame.code);
  if (frame.kind == Kind::close) return end("closed by the server with WebSocket code " + code);
  if (frame.kind == Kind::failed) return end("the server's WebSocket frames are wrong: " + code);
  if (frame.kind == Kind::ping)
    write_masked_frame(stream.output(), Opcode::pong, {frame.payload.data(), frame.payload.size()},
                       mask_of(random_));
  return std::nullopt;
}

void WebSocketClient::close(Stream& stream) {
  if (reply_ || ended_) return;
  constexpr std::string_view kNormal("\x03\xe8", 2);
  write_masked_frame(stream.output(), Opcode::close, kNormal, mask_of(random_));
}

WebSocketClient::Event WebSocketClient::end(std::string why) {
  ended_ = true;
  why_ = std::move(why);
  return {Event::Kind::ended, why_};
}

}  // namespace shaddock::net
