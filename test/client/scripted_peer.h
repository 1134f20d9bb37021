#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/memory_network.h"
#include "net/http.h"
#include "net/websocket_writer.h"
#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::client {

// A server in memory that does what a test says and writes down what it hears.
class ScriptedPeer final : net::StreamEvents {
 public:
  struct Heard {
    protocol::PackageType type;
    std::string body;
    bool operator==(const Heard&) const = default;
  };

  explicit ScriptedPeer(cluster::MemoryHost& world, bool websocket = false)
      : websocket_(websocket) {
    auto opened =
        world.network().listen({"127.0.0.1", 0}, [this](std::unique_ptr<net::Stream> stream) {
          stream_ = std::move(stream);
          stream_->set_events(*this);
        });
    listener_ = std::move(opened).value();
  }

  net::Address address() const { return listener_->address(); }
  // What came since the last call.
  std::vector<Heard> heard() { return std::exchange(heard_, {}); }
  bool ended() const { return ended_; }
  void hang_up() { stream_.reset(); }

  void say(protocol::PackageType type, std::string_view body = {}) {
    Buffer package;
    if (protocol::append_package(package, type, body)) say_bytes(package.view());
  }
  void answer(std::uint32_t id, std::string_view body) {
    Buffer package;
    if (protocol::append_response(package, id, body)) say_bytes(package.view());
  }
  void push(std::string_view route, std::string_view body) {
    protocol::MessageHeader header;
    header.type = protocol::MessageType::push;
    header.route = route;
    Buffer package;
    if (protocol::append_message(package, header, body)) say_bytes(package.view());
  }
  // One WebSocket message, or just bytes.
  void say_bytes(std::string_view bytes) {
    if (upgraded_)
      net::write_frame(stream_->output(), net::Opcode::binary, bytes);
    else
      stream_->write(bytes);
  }
  void say_frame(net::Opcode opcode, std::string_view payload) {
    net::write_frame(stream_->output(), opcode, payload);
  }
  std::vector<net::WebSocketEvent::Kind> frames;

 private:
  void on_bytes(std::span<char> bytes) override {
    const std::string_view text(bytes.data(), bytes.size());
    if (!websocket_) return on_packages(text);
    if (!upgraded_) return on_request(text);
    reader_.feed(bytes);
    while (const auto event = reader_.next()) {
      frames.push_back(event->kind);
      if (event->kind == net::WebSocketEvent::Kind::binary)
        on_packages({event->payload.data(), event->payload.size()});
    }
  }
  void on_request(std::string_view text) {
    request_ += text;
    if (!request_.ends_with("\r\n\r\n")) return;
    constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
    const std::string key = request_.substr(request_.find(kKey) + kKey.size(), 24);
    stream_->write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        net::websocket_accept(key) + "\r\n\r\n");
    upgraded_ = true;
  }
  void on_packages(std::string_view bytes) {
    packages_.feed(bytes);
    while (const auto package = packages_.next())
      heard_.push_back({package->type, std::string(package->body)});
  }
  void on_end() override { ended_ = true; }

  bool websocket_, upgraded_ = false, ended_ = false;
  std::string request_;
  std::unique_ptr<net::Listener> listener_;
  std::unique_ptr<net::Stream> stream_;
  net::WebSocketReader reader_;
  protocol::PackageReader packages_;
  std::vector<Heard> heard_;
};

}  // namespace shaddock::client
