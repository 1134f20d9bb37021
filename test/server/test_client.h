#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/inflate.h"
#include "net/host.h"
#include "net/websocket_client.h"
#include "net/websocket_writer.h"
#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::server {

// A Pomelo client of its own making, over raw TCP or WebSocket, which does only what it is told to.
// What it hears it writes down, in order:
//
//   "handshake {..}"  "heartbeat"  "heartbeat 7"  "answer 7 {..}"  "push onChat {..}"  "kick {..}"
//   "close 1002"
//
// A push by code is "push #2 {..}", an answer with Pitaya's error bit "answer 7 error {..}". What
// came compressed is written down inflated; `handshakes` and `messages` have it as it came.
class TestClient final : net::StreamEvents {
 public:
  enum class Over { tcp, websocket };

  TestClient(net::Host& host, const net::Address& address, Over over = Over::tcp) : over_(over) {
    connecting_ = host.network.connect(address, net::Duration(1000),
                                       [this](Result<std::unique_ptr<net::Stream>> result) {
                                         if (!result.ok()) return void(ended = true);
                                         stream = std::move(result).value();
                                         stream->set_events(*this);
                                         if (over_ == Over::websocket) upgrade();
                                       });
  }

  void send(protocol::PackageType type, std::string_view body) {
    Buffer package;
    if (protocol::append_package(package, type, body)) send_bytes(package.view());
  }
  static constexpr std::string_view kHello = R"({"sys":{"type":"test","version":"1"},"user":{}})";
  void handshake(std::string_view hello = kHello) { send(protocol::PackageType::handshake, hello); }
  void ack() { send(protocol::PackageType::handshake_ack, {}); }
  void heartbeat() { send(protocol::PackageType::heartbeat, {}); }
  // The answer comes as "answer <id> ...".
  std::uint32_t request(std::string_view route, std::string_view body = "{}") {
    send_message({protocol::MessageType::request, false, false, 0, ++last_id, route}, body);
    return last_id;
  }
  std::uint32_t request_code(std::uint16_t code, std::string_view body = "{}") {
    send_message({protocol::MessageType::request, false, true, code, ++last_id, {}}, body);
    return last_id;
  }
  // The body is compressed, and says so.
  std::uint32_t request_deflated(std::string_view route, std::string_view body) {
    send_message({protocol::MessageType::request, true, false, 0, ++last_id, route}, body);
    return last_id;
  }
  void notify(std::string_view route, std::string_view body = "{}") {
    send_message({protocol::MessageType::notify, false, false, 0, 0, route}, body);
  }
  void send_message(const protocol::MessageHeader& header, std::string_view body) {
    Buffer package;
    if (protocol::append_message(package, header, body)) send_bytes(package.view());
  }
  // Raw bytes, or one WebSocket message of them.
  void send_bytes(std::string_view bytes) {
    if (!stream) return;
    if (over_ == Over::websocket) {
      net::write_masked_frame(stream->output(), net::Opcode::binary, bytes, 0x01020304);
    } else {
      stream->write(bytes);
    }
  }

  // The body that answered the request; nothing yet: empty.
  std::string answer(std::uint32_t id) const { return after("answer " + std::to_string(id) + ' '); }
  std::size_t count(std::string_view start) const {
    return static_cast<std::size_t>(std::count_if(
        heard.begin(), heard.end(), [&](const auto& line) { return line.starts_with(start); }));
  }
  bool knows(const std::string& line) const {
    return std::find(heard.begin(), heard.end(), line) != heard.end();
  }

  std::vector<std::string> heard;
  std::vector<std::string> handshakes, messages;  // bodies of packages, as they came
  std::string text;                               // what is not of the protocol: HTTP
  bool ended = false;
  std::uint32_t last_id = 0;
  std::unique_ptr<net::Stream> stream;

 private:
  std::string after(const std::string& start) const {
    for (const std::string& line : heard)
      if (line.starts_with(start)) return line.substr(start.size());
    return {};
  }

  void upgrade() {
    const std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
    reply_.emplace(key);
    stream->write(net::websocket_request("127.0.0.1", "/", key));
  }

  void on_bytes(std::span<char> bytes) override {
    std::string_view rest(bytes.data(), bytes.size());
    text += rest;
    if (over_ == Over::tcp) return take_packages(rest);
    if (reply_->state() == net::UpgradeReply::State::reading)
      rest.remove_prefix(reply_->feed(rest));
    frames_ += rest;
    while (take_frame()) {
    }
  }
  void on_end() override { ended = true; }

  // What a server sends is never masked.
  bool take_frame() {
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(frames_[i]); };
    if (frames_.size() < 2) return false;
    std::size_t size = byte(1), head = 2;
    if (size == 126) {
      if (frames_.size() < 4) return false;
      size = std::size_t{byte(2)} << 8 | byte(3), head = 4;
    } else if (size == 127) {
      if (frames_.size() < 10) return false;
      size = 0, head = 10;
      for (std::size_t i = 2; i < 10; ++i) size = size << 8 | byte(i);
    }
    if (frames_.size() < head + size) return false;
    const auto opcode = static_cast<net::Opcode>(byte(0) & 15);
    const std::string payload = frames_.substr(head, size);
    frames_.erase(0, head + size);
    if (opcode == net::Opcode::binary) take_packages(payload);
    if (opcode == net::Opcode::pong) heard.push_back("pong " + payload);
    if (opcode == net::Opcode::close) {
      const auto at = [&](std::size_t i) { return static_cast<unsigned char>(payload[i]); };
      heard.push_back("close " + std::to_string(size < 2 ? 0 : at(0) << 8 | at(1)));
    }
    return true;
  }

  void take_packages(std::string_view bytes) {
    reader_.feed(bytes);
    while (const auto package = reader_.next()) take(*package);
  }
  void take(const protocol::Package& package) {
    using protocol::PackageType;
    const std::string body(package.body);
    switch (package.type) {
      case PackageType::handshake:
        handshakes.push_back(body);
        return heard.push_back("handshake " + inflated(body));
      case PackageType::heartbeat:
        return heard.push_back(body.empty() ? "heartbeat" : "heartbeat " + number(body));
      case PackageType::kick:
        return heard.push_back("kick " + body);
      case PackageType::data:
        return take_message(body);
      default:
        return heard.push_back("?");
    }
  }
  void take_message(std::string bytes) {
    messages.push_back(bytes);
    const bool error = !bytes.empty() && (bytes[0] & protocol::kErrorBit) != 0;
    if (error) bytes[0] &= static_cast<char>(~protocol::kErrorBit);
    const auto message = protocol::decode_message(bytes);
    if (!message) return heard.push_back("?");
    const protocol::MessageHeader& header = message->header;
    std::string body(message->body);
    if (header.gzip) body = inflated(body);
    if (error) body.insert(0, "error ");
    if (header.type == protocol::MessageType::response)
      return heard.push_back("answer " + std::to_string(header.id) + ' ' + body);
    heard.push_back(
        "push " +
        (header.compressed_route ? '#' + std::to_string(header.code) : std::string(header.route)) +
        ' ' + body);
  }
  static std::string number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return std::to_string(value);
  }
  static std::string inflated(std::string_view bytes) {
    const auto format = compression_of(bytes);
    Buffer out;
    if (!format || !inflate_bounded(*format, bytes, 1 << 24, out).ok()) return std::string(bytes);
    return std::string(out.view());
  }

  Over over_;
  std::unique_ptr<net::Connecting> connecting_;
  std::optional<net::UpgradeReply> reply_;
  std::string frames_;
  protocol::PackageReader reader_;
};

}  // namespace shaddock::server
