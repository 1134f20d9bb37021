#include "cluster/link_dialer.h"

#include <algorithm>
#include <utility>

namespace shaddock::cluster {

namespace {

constexpr net::Duration kConnectLimit{2000};

}  // namespace

LinkDialer::LinkDialer(net::Host& host, const Logger& log, std::string peer_id,
                       net::Address address, const RedialSettings& settings, OnStream on_stream)
    : host_(host),
      log_(log),
      peer_id_(std::move(peer_id)),
      address_(std::move(address)),
      settings_(settings),
      wait_(settings.first),
      on_stream_(std::move(on_stream)),
      retry_(host.loop.timers(), [this] { dial(); }) {}

void LinkDialer::dial() {
  retry_.stop();
  if (connecting_ != nullptr) return;
  connecting_ = host_.network.connect(
      address_, kConnectLimit,
      [this](Result<std::unique_ptr<net::Stream>> stream) { on_connect(std::move(stream)); });
}

void LinkDialer::dial_later() {
  const auto half = static_cast<std::uint64_t>(std::max<std::int64_t>(wait_.count() / 2, 1));
  retry_.start(net::Duration(static_cast<std::int64_t>(half + host_.random.next() % (half + 1))));
  wait_ = std::min(wait_ * 2, settings_.most);
}

void LinkDialer::hasten() {
  wait_ = settings_.first;
  if (retry_.active()) dial();
}

void LinkDialer::rest() {
  retry_.stop();
  connecting_.reset();
  wait_ = settings_.first;
  told_ = false;
}

void LinkDialer::on_connect(Result<std::unique_ptr<net::Stream>> stream) {
  // The connecting object is on the stack of this call.
  host_.loop.defer([done = std::shared_ptr<net::Connecting>(std::move(connecting_))] {});
  if (stream.ok()) return on_stream_(std::move(stream).value());
  if (!std::exchange(told_, true))
    log_.debug("cannot reach the peer yet", {{"peer", peer_id_}, {"reason", stream.error().text}});
  dial_later();
}

}  // namespace shaddock::cluster
