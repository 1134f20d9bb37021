#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cluster/memory_datagrams.h"
#include "cluster/memory_processes.h"
#include "net/uv_host.h"

namespace shaddock::cluster {

// A net::Host in memory, for tests: one loop with a clock that moves only when told, and streams
// whose bytes arrive on later turns, cut into pieces at random. Everything that happens depends on
// the seed only.
class MemoryLoop final : public net::Loop {
 public:
  std::chrono::system_clock::time_point wall_clock() const override { return {}; }
  net::TimerWheel& timers() noexcept override { return timers_; }
  const net::TimerWheel& timers() const noexcept override { return timers_; }
  void post(Function<void()> work) override { posted_.push_back(std::move(work)); }
  void defer(Function<void()> work) override { deferred_.push_back(std::move(work)); }
  void run() override {}
  void stop() override {}
  net::TimePoint clock() const override { return now() + late; }
  // Whoever reads the clock finds that every turn has taken so long already.
  net::Duration late{0};

  // What was posted before, each followed by what it deferred. False when there was nothing.
  bool turn() {
    turns_.begin(now());
    run_deferred();
    auto batch = std::exchange(posted_, {});
    for (auto& work : batch) {
      work();
      run_deferred();
    }
    turns_.end(clock());
    return !batch.empty();
  }
  void settle() {
    while (turn()) {
    }
  }
  // Lets time pass, one millisecond at a time, with everything that is due.
  void pass(net::Duration time) {
    settle();
    for (; time.count() > 0; --time) {
      timers_.advance(timers_.now() + net::Duration(1));
      settle();
    }
  }
  // The process was not scheduled for that long: time jumps, then everything is due at once.
  void stall(net::Duration time) {
    timers_.advance(timers_.now() + time);
    settle();
  }

 private:
  void run_deferred() {
    while (!deferred_.empty()) {
      auto batch = std::exchange(deferred_, {});
      for (auto& work : batch) work();
    }
  }

  net::TimerWheel timers_{net::TimePoint{}};
  std::deque<Function<void()>> posted_;
  std::vector<Function<void()>> deferred_;
};

class MemoryStream final : public net::Stream {
 public:
  // What two streams share. `broken` swallows bytes without a word, as a network does that was cut.
  // `full[side]`: what that side writes stays in its queue, as that of one whose peer does not
  // read.
  struct Cable {
    MemoryStream* ends[2] = {};
    bool broken = false;
    bool full[2] = {};
    int broken_off = 0;    // how many sides did that
    std::size_t pace = 0;  // bytes in a millisecond each way; 0: as fast as can be
  };

  MemoryStream(MemoryLoop& loop, std::mt19937_64& random, std::shared_ptr<Cable> cable, int side)
      : loop_(loop), random_(random), cable_(std::move(cable)), side_(side) {
    cable_->ends[side_] = this;
  }
  ~MemoryStream() override {
    cable_->ends[side_] = nullptr;
    *alive_ = false;
    if (!closing_) send_end();
  }

  void set_events(net::StreamEvents& events) override {
    events_ = &events;
    deliver_later();
  }
  void close(net::Duration limit) override {
    flush();
    closing_ = true;
    if (!queue_.empty()) return pause_.start(limit);
    end_soon();
  }
  net::Address peer() const override { return {"127.0.0.1", 1}; }
  void break_off() override { ++cable_->broken_off; }
  Cable& cable() { return *cable_; }
  // This side does not read from now on; reads so many bytes; reads all there is and will be.
  void stop_reading() { cable_->full[1 - side_] = true; }
  void read_some(std::size_t most) {
    if (MemoryStream* const from = cable_->ends[1 - side_]) from->flush_some(most);
  }
  void read_on() {
    cable_->full[1 - side_] = false;
    MemoryStream* const from = cable_->ends[1 - side_];
    if (from != nullptr && !from->queue_.empty()) from->flush();
  }

 private:
  void schedule_flush() override {
    scheduled_ = true;
    loop_.post([this, alive = alive_] {
      if (*alive) flush();
    });
  }

  void flush() {
    scheduled_ = false;
    if (!cable_->full[side_] || queue_.empty()) return flush_some(queue_.size());
    waited_ = true;
    queue_.pin();
  }

  void flush_some(std::size_t most) {
    std::string bytes;
    std::string_view pieces[16];
    while (const std::size_t count = bytes.size() < most ? queue_.gather(pieces) : 0) {
      const std::size_t before = bytes.size();
      for (std::size_t i = 0; i < count; ++i) bytes += pieces[i].substr(0, most - bytes.size());
      queue_.consume(bytes.size() - before);
    }
    if (bytes.empty() || (closing_ && !waited_)) return;
    if (!cable_->broken) {
      loop_.post([cable = cable_, other = 1 - side_, bytes = std::move(bytes)] {
        if (MemoryStream* const to = cable->ends[other]) to->inbox_ += bytes, to->deliver_later();
      });
    }
    if (!queue_.empty() || !std::exchange(waited_, false)) return;
    if (closing_) return end_soon();
    if (events_ != nullptr) events_->on_drained();
  }

  void end_soon() {
    send_end();
    loop_.post([this, alive = alive_] {
      if (*alive) finish();
    });
  }

  void send_end() {
    loop_.post([cable = cable_, other = 1 - side_] {
      MemoryStream* const to = cable->ends[other];
      if (to != nullptr && !cable->broken) to->ended_ = true, to->deliver_later();
    });
  }

  void deliver_later() {
    loop_.post([this, alive = alive_] {
      if (*alive) deliver();
    });
  }

  void deliver() {
    if (events_ == nullptr || closing_) return;
    if (!inbox_.empty()) {
      if (cable_->pace != 0 && pause_.active()) return;
      const std::size_t most = cable_->pace != 0 ? cable_->pace : 300'000;
      std::string piece = inbox_.substr(0, 1 + random_() % std::min(inbox_.size(), most));
      inbox_.erase(0, piece.size());
      if (cable_->pace != 0)
        pause_.start(net::Duration(1));
      else
        deliver_later();
      events_->on_bytes(piece);
    } else if (ended_) {
      finish();
    }
  }

  void finish() {
    closing_ = true;
    if (!std::exchange(told_, true) && events_ != nullptr) events_->on_end();
  }

  MemoryLoop& loop_;
  std::mt19937_64& random_;
  std::shared_ptr<Cable> cable_;
  int side_;
  net::StreamEvents* events_ = nullptr;
  std::string inbox_;
  net::Timer pause_{loop_.timers(), [this] { closing_ ? finish() : deliver_later(); }};
  bool ended_ = false, closing_ = false, told_ = false;
  bool waited_ = false;  // not all was taken when it was flushed
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

class MemoryNetwork final : public net::Network {
 public:
  MemoryNetwork(MemoryLoop& loop, std::mt19937_64& random)
      : datagrams(loop), loop_(loop), random_(random) {}

  Result<std::unique_ptr<net::Listener>> listen(const net::Address& address,
                                                OnAccept on_accept) override {
    const int port = address.port != 0 ? address.port : next_port_++;
    if (ports_.contains(port)) return Error(kPortTaken, "address in use");
    ports_[port] = std::move(on_accept);
    return std::unique_ptr<net::Listener>(std::make_unique<Port>(*this, port));
  }

  std::unique_ptr<net::Connecting> connect(const net::Address& address, net::Duration,
                                           OnConnect on_connect) override {
    ++attempts;
    auto attempt = std::make_unique<Attempt>();
    attempt->on_connect = std::make_shared<OnConnect>(std::move(on_connect));
    loop_.post([this, port = address.port, weak = std::weak_ptr(attempt->on_connect)] {
      if (const auto callback = weak.lock()) (*callback)(join(port));
    });
    return attempt;
  }

  Result<std::unique_ptr<net::DatagramSocket>> open_datagrams(
      const net::Address& address, net::OnDatagram on_datagram) override {
    return datagrams.open(address, std::move(on_datagram));
  }

  // All cables that still have two ends.
  std::vector<std::shared_ptr<MemoryStream::Cable>> cables() {
    std::erase_if(cables_, [](const auto& cable) { return !cable->ends[0] || !cable->ends[1]; });
    return cables_;
  }

  int attempts = 0;
  MemoryDatagrams datagrams;

 private:
  struct Port final : net::Listener {
    Port(MemoryNetwork& network, int number) : network(network), number(number) {}
    ~Port() override { network.ports_.erase(number); }
    net::Address address() const override { return {"127.0.0.1", number}; }
    MemoryNetwork& network;
    int number;
  };
  struct Attempt final : net::Connecting {
    std::shared_ptr<OnConnect> on_connect;
  };

  Result<std::unique_ptr<net::Stream>> join(int port) {
    const auto found = ports_.find(port);
    if (found == ports_.end()) return Error(1, "connection refused");
    auto cable = std::make_shared<MemoryStream::Cable>();
    cables_.push_back(cable);
    auto accepted = std::make_unique<MemoryStream>(loop_, random_, cable, 0);
    auto connected = std::make_unique<MemoryStream>(loop_, random_, cable, 1);
    found->second(std::move(accepted));
    return std::unique_ptr<net::Stream>(std::move(connected));
  }

  MemoryLoop& loop_;
  std::mt19937_64& random_;
  std::map<int, OnAccept> ports_;
  std::vector<std::shared_ptr<MemoryStream::Cable>> cables_;
  int next_port_ = 40'000;
};

class MemoryHost {
 public:
  explicit MemoryHost(std::uint64_t seed = 1) : random_(seed) {}

  net::Host& host() { return host_; }
  MemoryLoop& loop() { return loop_; }
  MemoryNetwork& network() { return network_; }
  MemoryProcesses& processes() { return processes_; }

 private:
  struct Random final : net::Random {
    explicit Random(std::mt19937_64& from) : from(from) {}
    void fill(std::span<char> bytes) override {
      for (char& byte : bytes) byte = static_cast<char>(from());
    }
    std::mt19937_64& from;
  };

  net::UvHost real_;  // for what has no double
  std::mt19937_64 random_;
  MemoryLoop loop_;
  MemoryNetwork network_{loop_, random_};
  Random source_{random_};
  MemoryProcesses processes_{real_.host().processes};
  net::Host host_{loop_, network_, processes_, real_.host().files, source_};
};

}  // namespace shaddock::cluster
