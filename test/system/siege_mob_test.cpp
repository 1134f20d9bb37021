#include <doctest/doctest.h>

#include <cstdlib>

#include "client/client.h"
#include "net/tls_test_certificate.h"
#include "system/fortress_cluster.h"
#include "system/hostile_mob.h"

namespace shaddock::system_test {
namespace {

using client::Client;
using client::Transport;
using namespace std::chrono_literals;

constexpr std::size_t kStrangers = 150;

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Must be served as if nobody else were there: each answer is its own.
class Citizen {
 public:
  Citizen(net::Host& host, const net::Address& address, Transport transport, bool secured,
          std::string name)
      : client_(host, settings(transport, secured)),
        pause_(host.loop.timers(), [this] { ask(); }),
        name_(std::move(name)) {
    client_.on_open([this] { ask(); });
    client_.on_close([this](const std::string& why) { fault = name_ + " was closed: " + why; });
    client_.on_push([this](std::string_view route, const Json&) {
      fault = name_ + " heard a push of another: " + std::string(route);
    });
    client_.connect(address);
  }

  int answers = 0;
  std::string fault;

 private:
  static Client::Settings settings(Transport transport, bool secured) {
    Client::Settings settings;
    settings.transport = transport;
    if (secured) settings.tls = net::TlsContext::client().value();
    return settings;
  }
  void ask() {
    const Json body{{"from", name_}, {"n", ++asked_}};
    const char* const route = asked_ % 2 == 0 ? "connector.hall.echo" : "vault.room.late";
    client_.request(route, body, [this, body](client::Answer answer) {
      if (answer.code == client::Answer::kLost) return;
      if (!(answer.body == body))
        fault = name_ + " was answered " + std::to_string(answer.code) + ' ' + answer.body.dump();
      ++answers;
      pause_.start(net::Duration(5));
    });
  }

  Client client_;
  net::Timer pause_;
  std::string name_;
  int asked_ = 0;
};

// SHADDOCK_SIEGE_SECONDS says how long the mob stays, SHADDOCK_SIEGE_SEED what it says.
TEST_CASE("a mob that says anything at all disturbs nobody and breaks nothing") {
  Fortress fortress(
      "patient",
      R"(,"tls":{"certificate":"cert.pem","key":"key.pem","plainToo":true},"listeners":[)"
      R"({"port":3060,"deflate":true},{"port":3061,"proxies":["127.0.0.0/8"]},)"
      R"({"transport":"udp","port":3070}])",
      {}, R"(,"vault":[{"id":"vault-server-1","host":"127.0.0.1","port":6050}])");
  const net::TestCertificate certificate;
  fortress.write(fortress.folder() + "/cert.pem", certificate.certificate());
  fortress.write(fortress.folder() + "/key.pem", certificate.key());
  fortress.start();
  const auto processes = fortress.processes();
  net::Host& host = fortress.host();

  std::vector<std::unique_ptr<Citizen>> citizens;
  for (const Transport transport : {Transport::tcp, Transport::websocket})
    for (const bool secured : {false, true})
      citizens.push_back(std::make_unique<Citizen>(
          host, fortress.door(), transport, secured,
          std::string(secured ? "secured " : "plain ") +
              (transport == Transport::tcp ? "citizen" : "citizen of the web")));
  const auto all = [&](auto holds) {
    return fortress.until([&] {
      return std::all_of(citizens.begin(), citizens.end(),
                         [&](const auto& one) { return holds(*one) || !one->fault.empty(); });
    });
  };
  REQUIRE(all([](const Citizen& one) { return one.answers > 10; }));
  const std::int64_t before = fortress.figures().resident_bytes();

  const std::uint64_t seed = number("SHADDOCK_SIEGE_SEED", host.random.next());
  CAPTURE(seed);
  HostileMob mob(host,
                 {{fortress.door(), fortress.door(3060), fortress.door(3061)},
                  fortress.door(),
                  fortress.door(3070)},
                 kStrangers, seed);
  const auto end = host.loop.now() + std::chrono::seconds(number("SHADDOCK_SIEGE_SECONDS", 4));
  const net::ProcessId server = fortress.record(Fortress::kServer)->process;
  fortress.until([&] { return host.loop.now() >= end || !host.processes.alive(server); }, 1h);
  CHECK(fortress.processes() == processes);
  const std::int64_t during = fortress.figures().resident_bytes();
  mob.go_home();

  int answers = 0;
  for (const auto& one : citizens) answers = std::max(answers, one->answers);
  CHECK(all([&](const Citizen& one) { return one.answers > answers + 10; }));
  for (const auto& one : citizens) CHECK(one->fault == "");
  MESSAGE("seed ", seed, ": ", mob.came(), " strangers said ", mob.said_bytes() / 1024,
          " KiB and heard ", mob.heard_bytes() / 1024, " KiB; resident ", before / 1024, " KiB, ",
          during / 1024, " KiB at the end; each citizen had some ", answers, " answers");
  CHECK(fortress.complaints().find(" ERROR ") == std::string::npos);
  citizens.clear();
  fortress.stop();
  CHECK(fortress.complaints().find(" ERROR ") == std::string::npos);
}

}  // namespace
}  // namespace shaddock::system_test
