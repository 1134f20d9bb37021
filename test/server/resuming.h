#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "server/lobby.h"

namespace shaddock::server {

// A lobby whose clients may come back within ten seconds. They keep their tokens themselves.
struct Resuming : Lobby {
  using Change = std::function<void(Settings::Connector&)>;

  explicit Resuming(const Change& change = {}, int connectors = 1, const Set& more = {})
      : Lobby(
            [change, more](Settings& settings) {
              settings.connector.resume.keep = std::chrono::seconds(10);
              if (change) change(settings.connector);
              if (more) more(settings);
            },
            {}, 1, connectors) {}

  static std::string hello(std::string_view resume) {
    return R"({"sys":{"type":"test","version":"1","resume":)" + std::string(resume) + "}}";
  }
  static std::string hello(const std::string& token, std::uint64_t received) {
    return hello(R"({"token":")" + token + R"(","received":)" + std::to_string(received) + '}');
  }
  // "resume" of the handshake's answer.
  static Json offer(const TestClient& client) {
    const auto answer = parse_json(client.handshakes.at(0));
    const Json* resume = answer->find("sys")->find("resume");
    return resume != nullptr ? *resume : Json();
  }
  static std::string token(const TestClient& client) {
    return offer(client).at("token").as_string();
  }
  static bool resumed(const TestClient& client) {
    return offer(client).at("resumed") == Json(true);
  }

  TestClient& guest(std::string_view uid = "amy", TestClient::Over over = TestClient::Over::tcp) {
    TestClient& client = join("connector-1", over, hello("{}"));
    ask(client, "connector.h.login", R"({"uid":")" + std::string(uid) + "\"}");
    return client;
  }
  TestClient& back(const std::string& token, std::uint64_t received,
                   TestClient::Over over = TestClient::Over::tcp) {
    return join("connector-1", over, hello(token, received));
  }
  // At another connector than the one that it came from.
  TestClient& back_at(const std::string& connector, const std::string& token,
                      std::uint64_t received, TestClient::Over over = TestClient::Over::tcp) {
    return join(connector, over, hello(token, received));
  }
  // The client's DATA packages that came so far.
  static std::uint64_t received(const TestClient& client) { return client.messages.size(); }

  void acknowledge(TestClient& client, std::uint32_t count) {
    std::string body;
    for (int shift = 24; shift >= 0; shift -= 8) body += static_cast<char>(count >> shift);
    client.send(protocol::PackageType::heartbeat, body);
    settle();
  }
  FrontendSession session(std::string_view uid) { return front().sessions().find(uid).at(0); }
  bool known(std::string_view uid) { return front().sessions().contains(uid); }
};

}  // namespace shaddock::server
