#include "server/turned_away.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/buffer.h"
#include "net/http.h"
#include "net/sniff.h"
#include "protocol/package.h"

namespace shaddock::server {

namespace {

constexpr int kNoRoom = 503;
constexpr std::size_t kMostSniffed = 16;  // longer than any verb

}  // namespace

class TurnedAway::Guest final : net::StreamEvents {
 public:
  Guest(TurnedAway& house, std::unique_ptr<net::Stream> stream)
      : until(house.loop_.now() + kPatience), house_(house), stream_(std::move(stream)) {
    stream_->set_events(*this);
  }

  const net::TimePoint until;

 private:
  void on_bytes(std::span<char> bytes) override {
    if (told_) return;
    first_.append(bytes.data(), std::min(bytes.size(), kMostSniffed - first_.size()));
    switch (net::sniff(first_)) {
      case net::Speech::more:
        if (first_.size() < kMostSniffed) return;
        return house_.forget(*this);
      case net::Speech::http:
        return tell_http();
      case net::Speech::package:
        (void)protocol::append_package(stream_->output(), protocol::PackageType::handshake,
                                       R"({"code":503})");
        return end();
      case net::Speech::tls:
      case net::Speech::unknown:
        return house_.forget(*this);
    }
  }
  void on_end() override { house_.forget(*this); }

  void tell_http() {
    const net::HttpAnswer answer = net::http_error(kNoRoom);
    stream_->write(std::string_view(answer.head));
    if (answer.body) stream_->write(std::string_view(*answer.body));
    end();
  }
  void end() {
    told_ = true;
    stream_->close(kPatience);
  }

  TurnedAway& house_;
  std::unique_ptr<net::Stream> stream_;
  std::string first_;
  bool told_ = false;
};

TurnedAway::TurnedAway(net::Loop& loop, std::size_t connections)
    : loop_(loop),
      most_(connections == 0 ? kMost : std::clamp(connections / 8, kLeast, kMost)),
      patience_(loop.timers(), [this] { on_time(); }) {}

TurnedAway::~TurnedAway() = default;

void TurnedAway::add(std::unique_ptr<net::Stream> stream) {
  if (guests_.size() >= most_) guests_.pop_front();
  guests_.push_back(std::make_unique<Guest>(*this, std::move(stream)));
  if (!patience_.active()) patience_.start(kPatience);
}

void TurnedAway::on_time() {
  while (!guests_.empty() && guests_.front()->until <= loop_.now()) guests_.pop_front();
  if (!guests_.empty()) patience_.start(guests_.front()->until - loop_.now());
}

// From within a call of its stream, which may end with it.
void TurnedAway::forget(Guest& guest) {
  guests_.remove_if([&](const auto& one) { return one.get() == &guest; });
}

}  // namespace shaddock::server
