#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/http.h"
#include "net/tls_stream.h"
#include "net/uv_host.h"
#include "net/websocket.h"
#include "net/websocket_writer.h"
#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::load {

// A server on a thread of its own that speaks Pomelo's protocol over TCP and WebSocket, and does
// what the route says:
//
//   echo           {"code":200, and the members of the body}
//   enter          {"code":200}; the connection is in the room that the body names by "room"
//   say            pushes the body as onSay to the room, then {"code":200}
//   say_lossy      the same, but every third message is not pushed
//   say_shouted    the same, with {"from":"someone","msg": what "content" says and "!"}
//   say_twice      the same, but every message is pushed twice
//   gate           {"code":200} with host and port of this server
//   fail           {"code":500}
//   silent         nothing
//   late           nothing until the next request of that route on the connection, then both
//   twice          the answer comes twice
//   leave          closes the connection
class GameServer {
 public:
  struct Settings {
    std::string sys = {};  // members of the handshake's "sys"
    bool refuses = false;
    std::shared_ptr<net::TlsContext> tls = nullptr;
  };

  GameServer() : GameServer(Settings()) {}
  explicit GameServer(Settings settings) : settings_(std::move(settings)) {
    std::promise<int> port;
    auto listening = port.get_future();
    thread_ = std::thread([this, &port] { serve(port); });
    port_ = listening.get();
  }
  ~GameServer() {
    loop_->post([this] { loop_->stop(); });
    nobody_posts_.set_value();
    thread_.join();
  }

  int port() const { return port_; }
  std::string url(std::string_view scheme = "tcp") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_);
  }
  int connections() const { return connections_; }  // ever made
  int open() const { return open_; }
  int heartbeats() const { return heartbeats_; }
  int messages() const { return messages_; }
  // Hosts that connections came from.
  std::map<std::string, int> hosts() const {
    std::map<std::string, int> copy;
    auto done = std::make_shared<std::promise<void>>();
    auto copied = done->get_future();
    loop_->post([&, done] {
      copy = hosts_;
      done->set_value();
    });
    copied.wait();
    return copy;
  }

 private:
  class Session final : net::StreamEvents {
   public:
    Session(GameServer& server, std::unique_ptr<net::Stream> stream)
        : server_(server), stream_(std::move(stream)) {
      stream_->set_events(*this);
    }

    void write(std::string_view package) {
      if (websocket_)
        net::write_frame(stream_->output(), net::Opcode::binary, package);
      else
        stream_->write(package);
    }
    std::string room;

   private:
    void on_bytes(std::span<char> bytes) override {
      if (!websocket_ && packages_.at_boundary() && (bytes[0] == 'G' || !head_.empty()))
        return upgrade({bytes.data(), bytes.size()});
      if (!websocket_) return on_packages({bytes.data(), bytes.size()});
      frames_.feed(bytes);
      while (const auto event = frames_.next()) {
        if (event->kind == net::WebSocketEvent::Kind::binary)
          on_packages({event->payload.data(), event->payload.size()});
        if (event->kind == net::WebSocketEvent::Kind::close) stream_->close();
      }
    }
    void upgrade(std::string_view text) {
      head_ += text;
      if (!head_.ends_with("\r\n\r\n")) return;
      constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
      const std::string key = head_.substr(head_.find(kKey) + kKey.size(), 24);
      stream_->write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: " +
          net::websocket_accept(key) + "\r\n\r\n");
      websocket_ = true;
    }
    void on_packages(std::string_view bytes) {
      packages_.feed(bytes);
      while (const auto package = packages_.next()) server_.on_package(*this, *package);
    }
    void on_end() override {
      --server_.open_;
      server_.loop_->defer([this] {
        std::erase_if(server_.sessions_, [this](auto& s) { return s.get() == this; });
      });
    }

   public:
    void leave() { stream_->close(); }
    std::uint32_t late = 0;

   private:
    GameServer& server_;
    std::unique_ptr<net::Stream> stream_;
    bool websocket_ = false;
    std::string head_;
    net::WebSocketReader frames_;
    protocol::PackageReader packages_;
  };

  void serve(std::promise<int>& port) {
    net::UvHost world;
    loop_ = &world.host().loop;
    auto listener =
        world.host().network.listen({"127.0.0.1", 0}, [this](std::unique_ptr<net::Stream> stream) {
          ++connections_;
          ++open_;
          ++hosts_[stream->peer().host];
          if (settings_.tls)
            stream = std::make_unique<net::TlsStream>(*loop_, std::move(stream), settings_.tls);
          sessions_.push_back(std::make_unique<Session>(*this, std::move(stream)));
        });
    port.set_value((*listener)->address().port);
    loop_->run();
    sessions_.clear();
    nobody_posts_.get_future().wait();
  }

  void on_package(Session& session, const protocol::Package& package) {
    using Type = protocol::PackageType;
    if (package.type == Type::handshake) {
      send(session, Type::handshake,
           settings_.refuses ? R"({"code":501})" : R"({"code":200,"sys":{)" + settings_.sys + "}}");
    } else if (package.type == Type::handshake_ack || package.type == Type::heartbeat) {
      if (package.type == Type::heartbeat) ++heartbeats_;
      send(session, Type::heartbeat, "");
    } else if (const auto message = protocol::decode_message(package.body)) {
      ++messages_;
      on_message(session, message->header, message->body);
    }
  }

  void on_message(Session& session, const protocol::MessageHeader& header, std::string_view body) {
    const std::string_view route = header.route;
    const auto answer = [&](std::string_view text) { respond(session, header.id, text); };
    if (route == "echo") return answer(R"({"code":200,)" + std::string(body.substr(1)));
    if (route == "fail") return answer(R"({"code":500})");
    if (route == "leave") return session.leave();
    if (route == "silent") return;
    if (route == "gate")
      return answer(R"({"code":200,"host":"127.0.0.1","port":)" + std::to_string(port_) + "}");
    if (route == "enter") session.room = std::string(parse_json(body)->at("room").as_string());
    if (route == "late") {
      if (session.late == 0) {
        session.late = header.id;
        return;
      }
      respond(session, std::exchange(session.late, 0), R"({"code":200})");
    }
    if (route == "twice") answer(R"({"code":200})");
    if (route.starts_with("say")) say(session.room, route, body);
    if (header.type == protocol::MessageType::request) answer(R"({"code":200})");
  }

  void say(const std::string& room, std::string_view route, std::string_view body) {
    if (route == "say_lossy" && ++said_ % 3 == 0) return;
    std::string text(body);
    if (route == "say_shouted")
      text = R"({"from":"someone","msg":")" + parse_json(body)->at("content").as_string() + "!\"}";
    Buffer package;
    (void)protocol::append_message(package, {.type = protocol::MessageType::push, .route = "onSay"},
                                   text);
    for (int times = route == "say_twice" ? 2 : 1; times-- > 0;)
      for (auto& member : sessions_)
        if (member->room == room) member->write(package.view());
  }

  void respond(Session& session, std::uint32_t id, std::string_view body) {
    Buffer package;
    (void)protocol::append_response(package, id, body);
    session.write(package.view());
  }
  void send(Session& session, protocol::PackageType type, std::string_view body) {
    Buffer package;
    (void)protocol::append_package(package, type, body);
    session.write(package.view());
  }

  const Settings settings_;
  net::Loop* loop_ = nullptr;
  int port_ = 0;
  int said_ = 0;
  std::atomic<int> connections_ = 0, open_ = 0, heartbeats_ = 0, messages_ = 0;
  std::map<std::string, int> hosts_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::promise<void> nobody_posts_;
  std::thread thread_;
};

}  // namespace shaddock::load
