#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "net/tls_context.h"
#include "net/tls_test_certificate.h"
#include "overload/mill_cluster.h"

using namespace shaddock;
using namespace shaddock::overload;

namespace {

using client::Transport;

constexpr std::size_t kWave = 100;    // who come at once
constexpr std::size_t kUnderWay = 4;  // requests of each while it is busy

// Members of the room on one connector, who come in waves.
class Crowd {
 public:
  Crowd(MillCluster& hall, client::Client::Settings settings)
      : hall_(hall), settings_(std::move(settings)) {}

  void grow(std::size_t count) {
    for (std::size_t done = 0; done < count; done += kWave) grow_by_wave();
  }
  std::size_t size() const { return clients_.size(); }
  bool whole() const {
    return std::ranges::all_of(clients_, [](const auto& one) { return one->open(); });
  }

  // All ask without a pause, for so long.
  void be_busy(net::Duration time) {
    busy_ = true;
    for (std::size_t i = 0; i < kUnderWay; ++i)
      for (const auto& one : clients_) ask(*one);
    hall_.pass(time);
    busy_ = false;
    REQUIRE(hall_.until([this] { return quiet(); }));
  }

 private:
  void grow_by_wave() {
    const std::size_t before = joined_;
    for (std::size_t i = 0; i < kWave; ++i) {
      auto& one = *clients_.emplace_back(std::make_unique<client::Client>(hall_.host(), settings_));
      one.on_open([this, &one] { join(one); });
      one.connect(hall_.door());
    }
    REQUIRE(hall_.until([&] { return joined_ == before + kWave; }));
  }
  // Again when the mill is late.
  void join(client::Client& one) {
    one.request("mill.work.join", Json::object(), [this, &one](const client::Answer& answer) {
      answer.code == code::kOk ? void(++joined_) : join(one);
    });
  }
  void ask(client::Client& one) {
    one.request("connector.hall.echo", {{"text", "here I am"}},
                [this, &one](const client::Answer&) {
                  if (busy_) ask(one);
                });
  }
  bool quiet() const {
    return std::ranges::all_of(clients_, [](const auto& one) { return one->unanswered() == 0; });
  }

  MillCluster& hall_;
  const client::Client::Settings settings_;
  std::vector<std::unique_ptr<client::Client>> clients_;
  std::size_t joined_ = 0;
  bool busy_ = false;
};

// Resident bytes of the connector are what the system counts, so there must be many sessions, and
// what the first ones make it allocate for all is there before.
void measure(const std::string& name, client::Client::Settings settings,
             const net::TestCertificate* certificate, std::size_t count, double target) {
  MillCluster hall("sessions", certificate);
  const auto figures = hall.figures("connector-1");
  Crowd crowd(hall, std::move(settings));
  crowd.grow(kWave);
  crowd.be_busy(net::Duration(200));
  const std::int64_t before = figures.resident_bytes();
  const auto each = [&](std::int64_t bytes) {
    return static_cast<double>(bytes - before) / 1024 / static_cast<double>(count);
  };

  crowd.grow(count);
  const double idle = each(figures.resident_bytes());
  figures.forget_peak();
  crowd.be_busy(under_load());
  const double busy = each(figures.peak_bytes());

  print_row("F29-session-" + name, idle, "KiB", Bound::at_most, target);
  print_row("F29-busy-session-" + name, busy, "KiB", Bound::at_most, target);
  CHECK(crowd.size() == count + kWave);
  CHECK(crowd.whole());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(idle <= target);
  CHECK(busy <= target);
#endif
}

client::Client::Settings by(Transport transport) {
  client::Client::Settings settings;
  settings.transport = transport;
  settings.open_limit = MillCluster::kPatience;
  return settings;
}

}  // namespace

TEST_CASE("F29: a session costs its connector at most 16 KiB, idle or busy") {
  measure("tcp", by(Transport::tcp), nullptr, 2000, 16);
  measure("websocket", by(Transport::websocket), nullptr, 2000, 16);
}

TEST_CASE("F29: a session over TLS costs its connector at most 64 KiB, idle or busy") {
  const net::TestCertificate certificate;
  auto settings = by(Transport::tcp);
  settings.tls = net::TlsContext::client(certificate.certificate(), "localhost").unwrap();
  measure("tls", settings, &certificate, 500, 64);
}
