#include "server/lost_frontends.h"

#include <utility>

#include "net/refusal.h"

namespace shaddock::server {

struct LostFrontends::Search {
  cluster::Identity who;
  net::Address address;
  std::unique_ptr<net::Connecting> connecting;
};

LostFrontends::LostFrontends(net::Host& host, std::string own_host,
                             Function<void(const cluster::Identity&)> on_gone)
    : host_(host), own_host_(std::move(own_host)), on_gone_(std::move(on_gone)) {}

LostFrontends::~LostFrontends() = default;

void LostFrontends::look_for(const cluster::Identity& lost, const net::Address& address) {
  if (address.port == 0) return;
  const Place place = searches_.insert(searches_.end(), std::make_unique<Search>());
  (*place)->who = lost;
  (*place)->address = address;
  (*place)->connecting = host_.network.connect(
      address, kConnectLimit, [this, place](Result<std::unique_ptr<net::Stream>> stream) {
        heard(place,
              !stream.ok() && net::nobody_listens(stream.error(), (*place)->address, own_host_));
      });
}

void LostFrontends::heard(Place place, bool gone) {
  const std::shared_ptr<Search> search = std::move(*place);
  searches_.erase(place);
  host_.loop.defer([search] {});  // its connecting object is on the stack of this call
  if (gone) on_gone_(search->who);
}

}  // namespace shaddock::server
