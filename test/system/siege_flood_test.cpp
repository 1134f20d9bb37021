#include <doctest/doctest.h>

#include <chrono>

#include "system/fortress_cluster.h"
#include "system/raw_peer.h"

namespace shaddock::system_test {
namespace {

using protocol::PackageType;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kMebibyte = 1 << 20;

std::string package(PackageType type, std::string_view body) {
  Buffer bytes;
  REQUIRE(protocol::append_package(bytes, type, body));
  return std::string(bytes.view());
}

std::string request(std::uint32_t id, std::string_view route, std::string_view body) {
  Buffer bytes;
  REQUIRE(protocol::append_message(
      bytes, {protocol::MessageType::request, false, false, 0, id, route}, body));
  return std::string(bytes.view());
}

std::string greeting() {
  return package(PackageType::handshake, server::TestClient::kHello) +
         std::string(protocol::kHandshakeAckPackage);
}

double milliseconds_since(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

TEST_CASE("2,000 who connect and say nothing make room for each other, and a client gets in") {
  constexpr std::size_t kSilent = 2000, kHalfOpen = 1024, kAtOnce = 100;
  Fortress fortress("defaults");
  fortress.start();
  const auto witness = fortress.guest();
  fortress.check_served(*witness);  // else it is half open, and the first to make room
  std::vector<std::unique_ptr<RawPeer>> silent;
  const auto ended = [&] {
    return static_cast<std::size_t>(
        std::count_if(silent.begin(), silent.end(), [](const auto& one) { return one->ended; }));
  };
  while (silent.size() < kSilent) {
    for (std::size_t i = 0; i < kAtOnce; ++i)
      silent.push_back(std::make_unique<RawPeer>(fortress.host(), fortress.door()));
    REQUIRE(fortress.until([&] {
      return std::all_of(silent.begin(), silent.end(),
                         [](const auto& one) { return one->connected() || one->ended; });
    }));
  }
  const auto since = Clock::now();
  const auto guest = fortress.guest();
  fortress.check_served(*guest);
  MESSAGE("beside ", kSilent - ended(), " silent connections a login took ",
          milliseconds_since(since), " ms; resident ", fortress.figures().resident_bytes() / 1024,
          " KiB");
  CHECK(fortress.until([&] { return ended() >= kSilent - kHalfOpen; }));
  CHECK(fortress.until([&] { return ended() == kSilent; }));
  fortress.check_served(*witness);
}

TEST_CASE("what a client does not read is bounded, whatever its pushes are to do") {
  struct Way {
    const char* route;
    bool stays;
  };
  constexpr int kPushes = 500, kSize = 10'000, kFloods = 8;  // 40 MB
  for (const Way way : {Way{"keep", false}, {"cut", false}, {"drop", true}, {"latest", true}}) {
    CAPTURE(std::string(way.route));
    Fortress fortress("patient");
    fortress.start();
    const auto witness = fortress.guest();
    fortress.let_it_read(*witness);
    const ProcessFigures figures = fortress.figures();
    const std::int64_t before = figures.resident_bytes();
    figures.forget_peak();

    RawPeer deaf(fortress.host(), fortress.door(), greeting(), RawPeer::Ears::deaf);
    const std::string flood = std::string(R"({"route":")") + way.route + R"(","count":)" +
                              std::to_string(kPushes) + R"(,"size":)" + std::to_string(kSize) + '}';
    for (std::uint32_t id = 1; id <= kFloods; ++id) {
      deaf.write(request(id, "connector.hall.flood", flood));
      fortress.let_it_read(*witness);
    }
    const std::int64_t peak = figures.peak_bytes() - before;
    deaf.write(request(99, "connector.hall.echo", R"({"who":"came back"})"));
    deaf.listen();
    fortress.until([&] {
      return deaf.ended || deaf.heard.find(R"({"who":"came back"})") != std::string::npos;
    });
    MESSAGE(std::string(way.route), ": of ", kFloods * kPushes * kSize / kMebibyte,
            " MiB the client heard ", deaf.heard.size() / 1024, " KiB; peak ", peak / 1024,
            " KiB more than ", before / 1024, " KiB");
    CHECK(deaf.ended != way.stays);
    CHECK(peak < 2 * kMebibyte);
    fortress.check_served(*witness);
  }
}

TEST_CASE("10,000 requests for a page by somebody who reads none of the answers take no memory") {
  ChatCluster cluster;
  cluster.start();
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  const auto page = [&] {
    RawPeer peer(cluster.host(), cluster.gate(), get + "Connection: close\r\n\r\n");
    REQUIRE(cluster.until([&] { return peer.ended; }));
    CHECK(peer.heard.starts_with("HTTP/1.1 200"));
    return peer.heard.size();
  };
  const std::size_t size = page();
  const ProcessFigures figures(cluster.record("gate-server-1")->process.pid);
  const std::int64_t before = figures.resident_bytes();
  figures.forget_peak();
  std::string flood;
  for (int i = 0; i < 10'000; ++i) flood += get + "\r\n";
  RawPeer deaf(cluster.host(), cluster.gate(), flood, RawPeer::Ears::deaf);
  REQUIRE(cluster.until([&] { return deaf.connected(); }));
  for (int i = 0; i < 5; ++i) page();
  const std::int64_t peak = figures.peak_bytes() - before;
  deaf.listen();
  CHECK(cluster.until([&] { return deaf.ended; }));
  MESSAGE("10,000 pages of ", size, " bytes: ", deaf.heard.size() / 1024, " KiB were given; peak ",
          peak / 1024, " KiB more than ", before / 1024, " KiB");
  CHECK(peak < 2 * kMebibyte);
}

TEST_CASE("T5: what a flood of handshakes costs a connector of the chat") {
  constexpr int kRounds = 20, kAtOnce = 50;
  ChatCluster cluster;
  cluster.start();
  const net::Address door = cluster.client_address("connector-server-1");
  const ProcessFigures figures(cluster.record("connector-server-1")->process.pid);
  const std::string hello = package(PackageType::handshake, server::TestClient::kHello);
  const double cpu = figures.cpu_milliseconds();
  const auto since = Clock::now();
  std::size_t heard = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::unique_ptr<RawPeer>> flood;
    for (int i = 0; i < kAtOnce; ++i)
      flood.push_back(std::make_unique<RawPeer>(cluster.host(), door, hello));
    REQUIRE(cluster.until([&] {
      return std::all_of(flood.begin(), flood.end(), [](const auto& one) {
        return one->heard.find(R"("code":200)") != std::string::npos;
      });
    }));
    for (const auto& one : flood) heard += one->heard.size();
  }
  constexpr double kAll = kRounds * kAtOnce;
  MESSAGE(kAll, " handshakes in ", milliseconds_since(since),
          " ms: ", (figures.cpu_milliseconds() - cpu) / kAll, " ms of CPU each, ",
          static_cast<double>(heard) / kAll, " bytes answered to ", hello.size());
}

}  // namespace
}  // namespace shaddock::system_test
