#include "server/kept_requests.h"

#include <algorithm>

namespace shaddock::server {

void KeptRequests::keep(const Request& request, std::string_view body) {
  if (requests_.empty()) {
    requests_.resize(kRequests);
    bytes_.resize(kBytes);
  }
  Kept& kept = requests_[count_++ % kRequests];
  kept.request = request;
  kept.body_size = body.size();
  if (request.id == 0 || body.size() > kLongestBody) {
    kept.request.again = true;  // as good as: it will not be sent another time
    return;
  }
  const std::size_t place = end_ % kBytes;
  if (place + body.size() > kBytes) end_ += kBytes - place;  // a body lies in one piece
  kept.body_at = end_;
  std::copy(body.begin(), body.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(end_ % kBytes));
  end_ += body.size();
}

std::optional<KeptRequests::Found> KeptRequests::find(SessionId session, std::uint32_t id) const {
  const std::uint64_t oldest = count_ - std::min<std::uint64_t>(count_, kRequests);
  for (std::uint64_t at = count_; at > oldest; --at) {
    const Kept& kept = requests_[(at - 1) % kRequests];
    if (kept.request.session != session || kept.request.id != id) continue;
    if (kept.request.again || end_ - kept.body_at > kBytes || is_followed(kept, at)) return {};
    return Found{kept.request, {bytes_.data() + kept.body_at % kBytes, kept.body_size}};
  }
  return {};
}

bool KeptRequests::is_followed(const Kept& kept, std::uint64_t from) const {
  const std::string_view type = kept.request.route->parts->server_type;
  for (std::uint64_t at = from; at < count_; ++at) {
    const Request& later = requests_[at % kRequests].request;
    if (later.session == kept.request.session && later.route->parts->server_type == type)
      return true;
  }
  return false;
}

}  // namespace shaddock::server
