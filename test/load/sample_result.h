#pragma once
// Results that the tests of the reports share.

#include <cstdint>

#include "load/result.h"

namespace shaddock::load {

// Three seconds of answers of 1 to 100 ms by two servers.
inline LoadResult sample_result() {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  LoadResult result;
  result.script = "request";
  result.route = "backend.echoHandler.echo";
  result.counted = "answers";
  result.command_line = "shaddock load request --url tcp://127.0.0.1:3010 --inflight 10";
  result.started = "2026-01-02 03:04:05";
  result.urls = {"tcp://127.0.0.1:3010"};
  result.clients = 100;
  result.inflight = 10;
  result.rate = 0;
  result.seconds = 3;
  for (int second = 1; second <= 3; ++second) {
    Counters counted;
    counted.count = 100;
    for (std::uint64_t ms = 1; ms <= 100; ++ms) counted.latency.record(ms * kNsPerMs);
    counted.messages_sent = counted.messages_received = 100;
    counted.writes = 10;
    counted.reads = 20;
    counted.bytes_sent = 6000;
    counted.bytes_received = 5000;
    result.series.push_back(make_second(second, 1, 1000, counted));
    result.total.merge(counted);
  }
  result.load_cpu_seconds = 0.75;
  result.servers = {{"connector-server-1", 11, false, 1.0, 14'000'000, 11'000'000, {}},
                    {"backend-server-1", 12, false, 0.5, 12'000'000, 9'000'000, {}}};
  result.stolen = 0.01;
  result.cpu_busy = 2.5;
  return result;
}

// Connections held, with memory and without a latency.
inline LoadResult sample_idle() {
  LoadResult result;
  result.script = "idle";
  result.counted = "connections held";
  result.urls = {"tcp://127.0.0.1:3010"};
  result.clients = 10'000;
  result.seconds = 2;
  result.total.count = 10'000;
  result.servers = {{"connector-server-1", 11, false, 0.1, 50'000'000, 50'000'000, 2048.0},
                    {"backend-server-1", 12, false, 0, 12'000'000, 9'000'000, 1024.0}};
  for (const int t : {1, 2}) result.series.push_back({static_cast<double>(t), 1, 10'000, 0, 0});
  return result;
}

}  // namespace shaddock::load
