#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/memory_network.h"
#include "net/host.h"
#include "net/uv_host.h"

namespace shaddock::micro {

// One end of a connection whose bytes are carried by hand: what is written waits until it is taken.
class HandStream final : public net::Stream {
 public:
  void set_events(net::StreamEvents& events) override { events_ = &events; }
  void close(net::Duration) override {}
  net::Address peer() const override { return {"127.0.0.1", 7}; }

  // Appends what was written, and forgets it.
  void take(std::string& into) {
    std::string_view pieces[16];
    while (const std::size_t count = queue_.gather(pieces)) {
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count; ++i) into += pieces[i], taken += pieces[i].size();
      queue_.consume(taken);
    }
    scheduled_ = false;
  }
  std::string take() {
    std::string bytes;
    take(bytes);
    return bytes;
  }
  void give(std::span<char> bytes) { events_->on_bytes(bytes); }
  bool read() const { return events_ != nullptr; }

 private:
  void schedule_flush() override { scheduled_ = true; }

  net::StreamEvents* events_ = nullptr;
};

// Connections by hand: both ends of those between servers, one end of a client's.
class HandNetwork final : public net::Network {
 public:
  struct Cable {
    HandStream *dialler, *listener;
  };

  explicit HandNetwork(net::Loop& loop) : loop_(loop) {}

  Result<std::unique_ptr<net::Listener>> listen(const net::Address& address,
                                                OnAccept on_accept) override {
    const int port = address.port != 0 ? address.port : next_port_++;
    ports_[port] = std::move(on_accept);
    return std::unique_ptr<net::Listener>(std::make_unique<Port>(port));
  }
  std::unique_ptr<net::Connecting> connect(const net::Address& address, net::Duration,
                                           OnConnect on_connect) override {
    auto callback = std::make_shared<OnConnect>(std::move(on_connect));
    loop_.post([this, port = address.port, callback] {
      auto own = std::make_unique<HandStream>();
      HandStream* const dialler = own.get();
      cables.push_back({dialler, &accept(port)});
      (*callback)(std::unique_ptr<net::Stream>(std::move(own)));
    });
    return std::make_unique<net::Connecting>();
  }
  Result<std::unique_ptr<net::DatagramSocket>> open_datagrams(const net::Address&,
                                                              net::OnDatagram) override {
    return Error(1, "no datagrams here");
  }

  // Somebody connects to that port: the end of the server.
  HandStream& accept(int port) {
    auto stream = std::make_unique<HandStream>();
    HandStream& made = *stream;
    ports_.at(port)(std::move(stream));
    return made;
  }

  std::vector<Cable> cables;  // between servers

 private:
  struct Port final : net::Listener {
    explicit Port(int number) : number(number) {}
    net::Address address() const override { return {"127.0.0.1", number}; }
    int number;
  };

  net::Loop& loop_;
  std::map<int, OnAccept> ports_;
  int next_port_ = 40'000;
};

// A loop that turns when it is told, and a clock that stands still.
class HandHost {
 public:
  net::Host& host() { return host_; }
  cluster::MemoryLoop& loop() { return loop_; }
  HandNetwork& network() { return network_; }

  // Runs what waits and carries bytes between servers until nothing moves.
  void settle() {
    bool moved = true;
    while (moved) {
      loop_.settle();
      moved = false;
      for (const auto& [dialler, listener] : std::vector(network_.cables)) {
        moved = carry(*dialler, *listener) || moved;
        moved = carry(*listener, *dialler) || moved;
      }
    }
  }

 private:
  static bool carry(HandStream& from, HandStream& to) {
    if (!to.read()) return false;
    std::string bytes = from.take();
    if (!bytes.empty()) to.give(bytes);
    return !bytes.empty();
  }

  net::UvHost real_;  // for what has no double
  cluster::MemoryLoop loop_;
  HandNetwork network_{loop_};
  net::Host host_{loop_, network_, real_.host().processes, real_.host().files, real_.host().random};
};

}  // namespace shaddock::micro
