#include <doctest/doctest.h>

#include <algorithm>

#include "client/client.h"
#include "net/tls_test_certificate.h"
#include "system/fortress_cluster.h"
#include "system/raw_peer.h"

namespace shaddock::system_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kDribblers = 500;
// What is promised is 6 s; a machine with other work gets more before the test fails.
constexpr auto kPatience = 15s;

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Asks again soon after it was answered, and notes how long each answer took.
class GoodClient {
 public:
  GoodClient(net::Host& host, const net::Address& address)
      : client_(host), pause_(host.loop.timers(), [this] { ask(); }) {
    client_.on_open([this] { ask(); });
    client_.on_close([this](const std::string& why) { fault = why; });
    client_.connect(address);
  }

  void forget() { times_.clear(); }
  std::size_t answers() const { return times_.size(); }
  double percentile(double share) {
    std::ranges::sort(times_);
    return times_.empty()
               ? 0
               : times_[static_cast<std::size_t>(share * static_cast<double>(times_.size() - 1))];
  }
  std::string fault;

 private:
  void ask() {
    const auto since = Clock::now();
    client_.request("connector.hall.echo", {{"n", 1}}, [this, since](client::Answer answer) {
      if (answer.code != 200) return void(fault = "code " + std::to_string(answer.code));
      times_.push_back(milliseconds(Clock::now() - since));
      pause_.start(2ms);  // within limits.messages_per_second
    });
  }

  client::Client client_;
  net::Timer pause_;
  std::vector<double> times_;
};

void tell(const std::string& when, GoodClient& good) {
  MESSAGE(when, ": ", good.answers(), " answers, p50 ", good.percentile(0.5), " ms, p99 ",
          good.percentile(0.99), " ms, the longest ", good.percentile(1), " ms");
}

// A byte a second of something that begins well.
struct Dribbler {
  Dribbler(net::Host& host, const net::Address& address, std::string all)
      : peer(host, address), bytes(std::move(all)) {}
  void dribble() {
    if (said < bytes.size() && !peer.ended) peer.write(bytes.substr(said++, 1));
  }
  RawPeer peer;
  std::string bytes;
  std::size_t said = 0;
};

std::vector<std::string> speeches() {
  using namespace std::string_view_literals;
  std::string hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"sv);
  hello.append(32, '\x5a').append("\x00\x00\x04\x13\x01\x00\xff\x01\x00"sv);
  Buffer package;
  REQUIRE(protocol::append_package(package, protocol::PackageType::handshake,
                                   server::TestClient::kHello));
  return {hello, upgrade_request(), std::string(package.view())};
}

TEST_CASE(
    "500 who dribble a byte a second are gone in 6 s, and a good client is served meanwhile") {
  Fortress fortress("defaults",
                    R"(,"tls":{"certificate":"cert.pem","key":"key.pem","plainToo":true})");
  const net::TestCertificate certificate;
  fortress.write(fortress.folder() + "/cert.pem", certificate.certificate());
  fortress.write(fortress.folder() + "/key.pem", certificate.key());
  fortress.start();
  net::Loop& loop = fortress.host().loop;
  GoodClient good(fortress.host(), fortress.door());
  REQUIRE(fortress.until([&] { return good.answers() > 100 || !good.fault.empty(); }));

  good.forget();
  const auto quiet_until = loop.now() + 5s;
  fortress.until([&] { return loop.now() >= quiet_until; });
  tell("without an attack", good);
  good.forget();

  const double cpu = fortress.figures().cpu_milliseconds();
  const auto since = Clock::now();
  std::vector<std::unique_ptr<Dribbler>> dribblers;
  const std::vector<std::string> all = speeches();
  for (std::size_t i = 0; i < kDribblers; ++i)
    dribblers.push_back(
        std::make_unique<Dribbler>(fortress.host(), fortress.door(), all[i % all.size()]));
  net::Timer tick(loop.timers(), [&] {
    for (const auto& one : dribblers) one->dribble();
    tick.start(1s);
  });
  tick.start(1s);
  const auto left = [&] {
    return std::ranges::count_if(dribblers, [](const auto& one) { return !one->peer.ended; });
  };
  CHECK(fortress.until([&] { return left() == 0; }, kPatience));
  CHECK(left() == 0);
  MESSAGE(kDribblers, " dribblers were gone after ", milliseconds(Clock::now() - since) / 1000,
          " s; the server's CPU with the good client ", fortress.figures().cpu_milliseconds() - cpu,
          " ms");
  tell("during the attack", good);
  CHECK(good.fault == "");
  for (const auto& one : dribblers) REQUIRE(one->peer.connected());
  // Each said something, and none could finish.
  for (const auto& one : dribblers) REQUIRE((one->said > 0 && one->said < one->bytes.size()));
}

}  // namespace
}  // namespace shaddock::system_test
