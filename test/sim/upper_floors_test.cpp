#include <doctest/doctest.h>

#include "net/http.h"
#include "net/tls_stream.h"
#include "net/tls_test_certificate.h"
#include "net/websocket_client.h"
#include "net/websocket_writer.h"
#include "sim/two_machines.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

namespace {

constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";

Path nasty() {
  Path path;
  path.jitter = Instant(3'000);
  path.split = path.short_write = 0.5;
  path.bytes_per_second = 1'000'000;
  path.buffer = 20'000;
  return path;
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

// Collects the messages of a peer that has upgraded.
struct Messages {
  explicit Messages(bool masked) : reader({.message = 1 << 20, .masked = masked}) {}
  void feed(std::span<char> bytes) {
    reader.feed(bytes);
    while (const auto event = reader.next()) {
      REQUIRE(event->kind == WebSocketEvent::Kind::binary);
      all.emplace_back(event->payload.data(), event->payload.size());
    }
  }
  WebSocketReader reader;
  std::vector<std::string> all;
};

// Upgrades whoever asks, and says everything again.
struct EchoServer final : StreamEvents {
  explicit EchoServer(Stream& stream) : stream(stream) { stream.set_events(*this); }
  void on_bytes(std::span<char> bytes) override {
    if (request.state() == HttpRequestReader::State::reading) {
      bytes = bytes.subspan(request.feed({bytes.data(), bytes.size()}));
      if (request.state() == HttpRequestReader::State::reading) return;
      stream.write(answer_http(request.request(), {}).head);
    }
    messages.feed(bytes);
    for (const std::string& message : std::exchange(messages.all, {})) {
      write_frame(stream.output(), Opcode::binary, message);
    }
  }
  void on_end() override {}

  Stream& stream;
  HttpRequestReader request;
  Messages messages{true};
};

struct Client final : StreamEvents {
  explicit Client(Stream& stream) : stream(stream) {
    stream.set_events(*this);
    stream.write(websocket_request("10.0.0.2", "/", kKey));
  }
  void on_bytes(std::span<char> bytes) override {
    if (reply.state() == UpgradeReply::State::reading)
      bytes = bytes.subspan(reply.feed({bytes.data(), bytes.size()}));
    messages.feed(bytes);
  }
  void on_end() override {}
  void say(std::string_view what) {
    write_masked_frame(stream.output(), Opcode::binary, what, 0x12345678);
  }

  Stream& stream;
  UpgradeReply reply{kKey};
  Messages messages{false};
};

}  // namespace

TEST_CASE("TLS streams shake hands, talk and end over a nasty simulated path") {
  TwoMachines world;
  world.set_path(nasty());
  const TestCertificate certificate;
  const auto server_rules = TlsContext::from_pem(certificate.certificate(), certificate.key());
  REQUIRE(server_rules.ok());
  Pair pair(world);
  TlsStream server(world.there.process.loop(), std::move(pair.server), *server_rules);
  TlsStream client(world.here.process.loop(), std::move(pair.client), *TlsContext::client());
  Recorder at_server, at_client;
  server.set_events(at_server);
  client.set_events(at_client);
  const std::string much = pattern(200'000);
  client.write(much);
  server.write("hello from the server");
  world.run_until([&] { return at_server.text.size() == much.size(); });
  CHECK(at_server.text == much);
  CHECK(at_client.text == "hello from the server");
  CHECK(client.handshaken());
  client.close(Duration(2000));
  world.run_until([&] { return at_server.ends == 1; });
  CHECK(server.failure().empty());
}

TEST_CASE("A WebSocket is opened and echoes over a nasty simulated path") {
  TwoMachines world;
  world.set_path(nasty());
  Pair pair(world);
  EchoServer server(*pair.server);
  Client client(*pair.client);
  world.run_until([&] { return client.reply.state() != UpgradeReply::State::reading; });
  REQUIRE(client.reply.state() == UpgradeReply::State::accepted);
  std::vector<std::string> said;
  for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
    said.push_back(pattern(size));
    client.say(said.back());
  }
  world.run_until([&] { return client.messages.all.size() == said.size(); });
  CHECK(client.messages.all == said);
}
