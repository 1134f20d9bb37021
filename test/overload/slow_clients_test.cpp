#include <doctest/doctest.h>

#include <algorithm>

#include "overload/mill_cluster.h"
#include "overload/pressure.h"
#include "protocol/message.h"
#include "protocol/package.h"
#include "system/loopback_socket.h"
#include "system/raw_peer.h"

using namespace shaddock;
using namespace shaddock::overload;
using namespace std::chrono_literals;
using system_test::LoopbackSocket;
using system_test::RawPeer;

namespace {

constexpr std::size_t kSlow = 50, kGood = 8;
constexpr int kPerSecond = 1000, kSize = 1024;

// All that a client says to be a member of the room, without waiting for anything.
std::string entrance() {
  Buffer out;
  REQUIRE(protocol::append_package(out, protocol::PackageType::handshake,
                                   R"({"sys":{"type":"test","version":"1"},"user":{}})"));
  REQUIRE(protocol::append_package(out, protocol::PackageType::handshake_ack, {}));
  REQUIRE(protocol::append_message(
      out, {protocol::MessageType::request, false, false, 0, 1, "mill.work.join"}, "{}"));
  return std::string(out.view());
}

// A member that reads all, and notes whether a number is missing.
struct Listener {
  explicit Listener(net::Host& host) : client(host) {
    client.on_push([this](std::string_view, const Json& words) {
      const std::int64_t number = words.find("n")->as_integer();
      if (number != 0 && number != last + 1) ++gaps;
      last = number;
      ++heard;
    });
    client.on_close([this](const std::string& why) { fault = why; });
  }
  client::Client client;
  std::int64_t last = -1, heard = 0;
  int gaps = 0;
  std::string fault;
};

struct Hall : MillCluster {
  Hall()
      : MillCluster("slow"),
        conductor(host()),
        echoes(host(), door(), 10, "connector.hall.echo", {}) {
    open(conductor);
    for (std::size_t i = 0; i < kGood; ++i) {
      auto& one = *listeners.emplace_back(std::make_unique<Listener>(host()));
      open(one.client);
      ask(one.client, "mill.work.join");
    }
    REQUIRE(until([this] { return echoes.all_open(); }));
    echoes.ask_at(200);
  }
  // A second of pushes.
  void ring() {
    Json wish{{"size", kSize}, {"perSecond", kPerSecond}, {"ms", 1000}};
    wish.set("routes", Json(Json::Array{"word"}));
    pushed += ask(conductor, "mill.work.ring", wish).at("pushed").as_integer();
  }
  std::int64_t closed() {
    return count(conductor, "queue_full") + count(conductor, "write_stalled") +
           count(conductor, "all_queues_full");
  }

  client::Client conductor;
  Pressure echoes;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::int64_t pushed = 0;
};

}  // namespace

TEST_CASE("F24, F25: clients that do not read, or a byte a second, are closed, and cost no other") {
  Hall hall;
  const auto figures = hall.figures("connector-1");
  const auto seconds = under_load() / 1s;
  for (int i = 0; i < seconds; ++i) hall.ring();
  const double p99_before = hall.echoes.take().percentile(0.99);
  figures.forget_peak();
  const std::int64_t memory_before = figures.resident_bytes();

  std::vector<std::unique_ptr<RawPeer>> deaf;
  std::vector<std::unique_ptr<LoopbackSocket>> nibblers;
  const std::string first = entrance();
  for (std::size_t i = 0; i < kSlow / 2; ++i) {
    deaf.push_back(std::make_unique<RawPeer>(hall.host(), hall.door(), first, RawPeer::Ears::deaf));
    nibblers.push_back(std::make_unique<LoopbackSocket>(hall.door().port));
    nibblers.back()->write(first);
  }
  const auto since = Pressure::Clock::now();
  double closed_after = 0;
  for (int i = 0; i < 30 && (closed_after == 0 || i < seconds); ++i) {
    hall.ring();
    for (const auto& one : nibblers) one->taste();
    if (closed_after == 0 && hall.closed() >= static_cast<std::int64_t>(kSlow))
      closed_after = std::chrono::duration<double>(Pressure::Clock::now() - since).count();
  }
  const double p99 = hall.echoes.take().percentile(0.99);
  const double memory = static_cast<double>(figures.peak_bytes() - memory_before) / 1024 / kSlow;
  hall.until([&] {
    return std::ranges::all_of(hall.listeners,
                               [&](const auto& one) { return one->heard == hall.pushed; });
  });

  print_row("F24-closed-after", closed_after, "s", Bound::at_most, 10);
  print_row("F24-memory-each", memory, "KiB", Bound::at_most, 1024);
  print_row("F24-others-p99-before", p99_before, "ms", Bound::at_most, 50);
  print_row("F24-others-p99", p99, "ms", Bound::at_most, std::max(1.1 * p99_before, 5.0));
  CHECK(closed_after > 0);
  CHECK(hall.closed() == static_cast<std::int64_t>(kSlow));
  CHECK(memory <= 1024);
  for (const auto& one : hall.listeners) {
    CHECK(one->fault == "");
    CHECK(one->gaps == 0);
    CHECK(one->heard == hall.pushed);
  }
}
