#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/loopback.h"
#include "net/tls_stream.h"
#include "net/tls_test_certificate.h"

namespace shaddock::net {

// A loop turned by hand.
class HandLoop final : public Loop {
 public:
  std::chrono::system_clock::time_point wall_clock() const override { return {}; }
  TimerWheel& timers() noexcept override { return timers_; }
  const TimerWheel& timers() const noexcept override { return timers_; }
  void post(Function<void()> work) override { posted_.push_back(std::move(work)); }
  void defer(Function<void()> work) override { deferred_.push_back(std::move(work)); }
  void run() override {}
  void stop() override {}

  void end_turn() {
    for (std::size_t i = 0; i < deferred_.size(); ++i) std::exchange(deferred_[i], nullptr)();
    deferred_.clear();
  }
  void begin_turn() {
    for (auto& work : std::exchange(posted_, {})) work();
  }

 private:
  TimerWheel timers_{TimePoint(Duration(1))};
  std::vector<Function<void()>> deferred_, posted_;
};

// One end of a connection in memory: what is written waits until the test takes it.
class WireEnd final : public Stream {
 public:
  void set_events(StreamEvents& events) override { events_ = &events; }
  void close(Duration) override { closed_ = true; }
  Address peer() const override { return {"127.0.0.1", 7}; }

  bool closed() const { return closed_; }
  std::string take() {
    std::string bytes;
    std::string_view piece;
    while (queue_.gather({&piece, 1}) != 0) {
      bytes += piece;
      queue_.consume(piece.size());
    }
    return bytes;
  }
  void give(std::string bytes) {
    if (events_ != nullptr && !closed_) events_->on_bytes(bytes);
  }
  void end() {
    if (!std::exchange(ended_, true)) events_->on_end();
  }
  void drain() { events_->on_drained(); }

 private:
  void schedule_flush() override { scheduled_ = true; }

  StreamEvents* events_ = nullptr;
  bool closed_ = false;
  bool ended_ = false;
};

inline std::shared_ptr<TlsContext> server_context(const TestCertificate& certificate = {}) {
  auto made = TlsContext::from_pem(certificate.certificate(), certificate.key());
  REQUIRE(made.ok());
  return *made;
}

inline std::shared_ptr<TlsContext> client_context() { return *TlsContext::client(); }

// A TLS stream with the wire below it in the test's hand.
struct TlsEnd {
  TlsEnd(HandLoop& loop, std::shared_ptr<TlsContext> context, std::string_view first = {}) {
    auto inner = std::make_unique<WireEnd>();
    wire = inner.get();
    stream = std::make_unique<TlsStream>(loop, std::move(inner), std::move(context), first);
  }
  WireEnd* wire;
  std::unique_ptr<TlsStream> stream;
  Recorder events;
};

// A client and a server, joined.
struct TlsPair {
  explicit TlsPair(std::shared_ptr<TlsContext> for_server = server_context(),
                   std::shared_ptr<TlsContext> for_client = client_context())
      : server(loop, std::move(for_server)), client(loop, std::move(for_client)) {
    server.stream->set_events(server.events);
    client.stream->set_events(client.events);
  }

  // Turns and carries until nothing moves any more, in pieces of at most `most` bytes.
  void carry(std::size_t most = 1 << 20) {
    bool moved = true;
    while (moved) {
      loop.end_turn();
      moved = carry(server, client, most);
      moved = carry(client, server, most) || moved;
      loop.begin_turn();
    }
  }
  static bool carry(TlsEnd& from, TlsEnd& to, std::size_t most) {
    if (!from.stream || !to.stream) return false;
    const std::string bytes = from.wire->take();
    for (std::size_t at = 0; at < bytes.size() && to.stream; at += most) {
      to.wire->give(bytes.substr(at, most));
    }
    return !bytes.empty();
  }
  void shake_hands() {
    carry();
    REQUIRE(server.stream->handshaken());
    REQUIRE(client.stream->handshaken());
  }

  HandLoop loop;
  TlsEnd server, client;
};

}  // namespace shaddock::net
