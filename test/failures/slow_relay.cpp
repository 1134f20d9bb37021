#include "slow_relay.h"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>
#include <utility>

namespace shaddock::failures {

namespace {

constexpr int kLeast = 30, kSpread = 41;  // milliseconds

}  // namespace

// What one side has said and the other has not heard yet.
class SlowRelay::Way final : public net::StreamEvents {
 public:
  explicit Way(SlowRelay& relay)
      : relay_(relay), timer_(relay.host_.host().loop.timers(), [this] { arrive(); }) {}

  void lead(net::Stream& from, net::Stream& to) {
    to_ = &to;
    from.set_events(*this);
  }
  void on_bytes(std::span<char> bytes) override { send(std::string(bytes.data(), bytes.size())); }
  void on_end() override { send(std::string()); }

 private:
  net::TimePoint now() const { return relay_.host_.host().loop.now(); }

  void send(std::string piece) {
    const auto late = kLeast + static_cast<int>(relay_.random_() % kSpread);
    last_ = std::max(last_, now() + net::Duration(late));
    pieces_.emplace_back(last_, std::move(piece));
    if (pieces_.size() == 1) timer_.start(last_ - now());
  }
  void arrive() {
    while (!pieces_.empty() && pieces_.front().first <= now()) {
      const std::string& piece = pieces_.front().second;
      piece.empty() ? to_->close() : to_->write(piece);
      pieces_.pop_front();
    }
    if (!pieces_.empty()) timer_.start(pieces_.front().first - now());
  }

  SlowRelay& relay_;
  net::Stream* to_ = nullptr;
  net::TimePoint last_{};
  std::deque<std::pair<net::TimePoint, std::string>> pieces_;  // an empty one: the end
  net::Timer timer_;
};

struct SlowRelay::Pair {
  explicit Pair(SlowRelay& relay) : there(relay), back(relay) {}

  Way there, back;
  std::unique_ptr<net::Stream> near, far;
  std::unique_ptr<net::Connecting> connecting;
};

SlowRelay::SlowRelay(int to) : to_(to) {
  auto opened = host_.host().network.listen(
      {"127.0.0.1", 0}, [this](std::unique_ptr<net::Stream> from) { accept(std::move(from)); });
  if (!opened) throw std::runtime_error(opened.error().text);
  listener_ = std::move(*opened);
  port_ = listener_->address().port;
  thread_ = std::thread([this] { host_.host().loop.run(); });
}

SlowRelay::~SlowRelay() {
  host_.host().loop.post([this] { host_.host().loop.stop(); });
  thread_.join();
}

void SlowRelay::accept(std::unique_ptr<net::Stream> from) {
  Pair& pair = pairs_.emplace_back(*this);
  pair.near = std::move(from);
  pair.connecting = host_.connect_from(kSource, {"127.0.0.1", to_}, std::chrono::seconds(10),
                                       [&pair](Result<std::unique_ptr<net::Stream>> made) {
                                         if (!made) return pair.near->close();
                                         pair.far = std::move(*made);
                                         pair.back.lead(*pair.far, *pair.near);
                                         pair.there.lead(*pair.near, *pair.far);
                                       });
}

}  // namespace shaddock::failures
