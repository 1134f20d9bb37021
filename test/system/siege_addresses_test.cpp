#include <doctest/doctest.h>
#include <sys/resource.h>

#include <chrono>
#include <deque>

#include "system/fortress_cluster.h"
#include "system/loopback_socket.h"

namespace shaddock::system_test {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPerAddress = 64, kNewPerSecond = 20, kBurst = 40;

std::string package(protocol::PackageType type, std::string_view body) {
  Buffer bytes;
  REQUIRE(protocol::append_package(bytes, type, body));
  return std::string(bytes.view());
}

std::string hello() {
  return package(protocol::PackageType::handshake, server::TestClient::kHello);
}

std::string ask_for_address() {
  Buffer bytes;
  REQUIRE(protocol::append_message(
      bytes, {protocol::MessageType::request, false, false, 0, 1, "connector.hall.address"}, "{}"));
  return std::string(bytes.view());
}

// Connections that were let in, told by the answer to their handshake.
class Visits {
 public:
  explicit Visits(int port) : port_(port) {}

  bool come(const char* from = "127.0.0.1", std::string_view before = {}) {
    open_.push_back(std::make_unique<LoopbackSocket>(port_, from));
    LoopbackSocket& visit = *open_.back();
    visit.write(std::string(before) + hello());
    if (visit.hears(R"({"code":200)")) {
      visit.write(protocol::kHandshakeAckPackage);
      return true;
    }
    open_.pop_back();
    return false;
  }
  // One more as soon as the server lets it; for limits that are given back by time.
  bool come_at_last(const char* from = "127.0.0.1", std::string_view before = {}) {
    for (int tries = 0; tries < 100'000; ++tries)
      if (come(from, before)) return true;
    return false;
  }
  void leave() { open_.pop_front(); }
  std::size_t size() const { return open_.size(); }
  LoopbackSocket& newest() { return *open_.back(); }

 private:
  int port_;
  std::deque<std::unique_ptr<LoopbackSocket>> open_;
};

TEST_CASE(
    "64 connections of one address are let in, not one more, and the next when one has left") {
  Fortress fortress("strangers");
  fortress.start();
  Visits visits(fortress.door().port);
  while (visits.size() < kPerAddress) REQUIRE(visits.come_at_last());
  // Refused for their number, whatever time passes; another address is another matter.
  Visits others(fortress.door().port);
  CHECK(others.come("127.0.0.9"));
  for (std::size_t i = 0; i < 3 * kBurst; ++i) REQUIRE_FALSE(visits.come());
  for (int round = 0; round < 3; ++round) {
    visits.leave();
    CHECK(visits.come_at_last());
    CHECK(visits.size() == kPerAddress);
    CHECK_FALSE(visits.come());
  }
}

TEST_CASE("an address may connect 40 times at once, then 20 times a second") {
  Fortress fortress("strangers");
  fortress.start();
  const auto since = std::chrono::steady_clock::now();
  Visits visits(fortress.door().port);
  std::size_t refused = 0;
  std::size_t at_once = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    if (!visits.come()) {
      if (refused++ == 0) at_once = i;
      continue;
    }
    visits.leave();
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - since;
  const auto accepted = 2000 - refused;
  MESSAGE("the first refusal came after ", at_once, " connections; ", accepted, " of 2000 in ",
          time.count(), " s");
  CHECK(at_once >= kBurst);
  CHECK(accepted >= kBurst);
  CHECK(static_cast<double>(accepted) <=
        static_cast<double>(kBurst) + time.count() * static_cast<double>(kNewPerSecond) + 2);
}

TEST_CASE("a blocked network is refused, its neighbours are not") {
  Fortress fortress("blocked");
  fortress.start();
  Visits visits(fortress.door().port);
  CHECK(visits.come("127.0.0.1"));
  CHECK_FALSE(visits.come("127.0.0.2"));
  CHECK_FALSE(visits.come("127.0.0.3"));
  CHECK(visits.come("127.0.0.4"));
  CHECK(visits.come("127.0.0.20"));
}

TEST_CASE("max-connections is counted down again: full, empty, and full again, three times") {
  constexpr std::size_t kMost = 10;
  Fortress fortress("defaults", R"(,"max-connections":10)");
  fortress.start();
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    Visits visits(fortress.door().port);
    while (visits.size() < kMost) REQUIRE(visits.come_at_last());
    for (int more = 0; more < 50; ++more) REQUIRE_FALSE(visits.come());
    CHECK(fortress.run({"list"}).code == 0);
  }
}

// As after `ulimit -n 256`: of 1,000 clients 204 are let in, and the log says why.
TEST_CASE("max-connections beyond the descriptors is cut to what they allow, and that many come") {
  constexpr std::size_t kMost = 204;
  Fortress fortress("defaults", R"(,"max-connections":1000)");
  fortress.start();
  CHECK(fortress.log().find("was cut") == std::string::npos);
  const rlimit few{256, 256};
  const int master = fortress.record("master-server-1")->process.pid;
  REQUIRE(::prlimit(master, RLIMIT_NOFILE, &few, nullptr) == 0);
  REQUIRE(fortress.run({"restart", Fortress::kServer}).code == 0);
  CHECK(fortress.until([&] {
    return fortress.log().find(
               "limits.connections is more than the descriptors allow, and was cut "
               "wished=1000 connections=204 descriptors=256\n") != std::string::npos;
  }));
  Visits visits(fortress.door().port);
  while (visits.size() < kMost) REQUIRE(visits.come_at_last());
  for (int more = 0; more < 50; ++more) REQUIRE_FALSE(visits.come());
  CHECK(fortress.run({"list"}).code == 0);
}

std::string proxy_v2(const char* client) {
  std::string header("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"sv);
  in_addr address{};
  ::inet_pton(AF_INET, client, &address);
  header.append(reinterpret_cast<const char*>(&address), 4);
  return header.append("\x7f\0\0\1\x10\x00\x10\x01"sv);
}
std::string proxy_v1(const std::string& client) {
  return "PROXY TCP4 " + client + " 127.0.0.1 4096 4097\r\n";
}

TEST_CASE("behind a listed proxy the real addresses count") {
  Fortress fortress("strangers", R"(,"listeners":[{"port":3050,"proxies":["127.0.0.8/32"]}])");
  fortress.start();
  constexpr const char* kProxy = "127.0.0.8";
  Visits visits(fortress.door().port), others(fortress.door().port);
  for (std::size_t i = 0; visits.size() < kPerAddress; ++i)
    REQUIRE(visits.come_at_last(kProxy,
                                i % 2 == 0 ? proxy_v1("203.0.113.7") : proxy_v2("203.0.113.7")));
  for (std::size_t i = 0; i < kBurst; ++i) {
    REQUIRE_FALSE(visits.come(kProxy, proxy_v1("203.0.113.7")));
    REQUIRE_FALSE(visits.come(kProxy, proxy_v2("203.0.113.7")));
  }
  // Through the same proxy others come, though it holds as many connections as it likes.
  for (const std::string& header : {proxy_v1("203.0.113.8"), proxy_v2("203.0.113.9")}) {
    REQUIRE(others.come(kProxy, header));
    others.newest().write(ask_for_address());
    CHECK(others.newest().hears(R"("address":"203.0.113.)"));
  }
  visits.leave();
  CHECK(visits.come_at_last(kProxy, proxy_v2("203.0.113.7")));

  // Who is no listed proxy says who he is in vain.
  CHECK_FALSE(others.come("127.0.0.1", proxy_v1("203.0.113.10")));
  CHECK_FALSE(others.come("127.0.0.1", proxy_v2("203.0.113.10")));
  CHECK(others.come("127.0.0.1"));
}

}  // namespace
}  // namespace shaddock::system_test
