#include "server/kept_requests.h"

#include <algorithm>
#include <utility>

namespace shaddock::server {

std::uint64_t KeptRequests::keep(Request request, std::string_view body) {
  if (requests_.empty()) {
    requests_.resize(kRequests);
    bytes_.resize(kBytes);
  }
  if (credit_ < kMostCredit) ++credit_;
  Kept& kept = requests_[count_++ % kRequests];
  kept.request = std::move(request);
  kept.body_size = body.size();
  if (kept.request.id == 0 || body.size() > kLongestBody) {
    kept.request.again = true;  // as good as: it will not be sent another time
    return count_;
  }
  const std::size_t place = end_ % kBytes;
  if (place + body.size() > kBytes) end_ += kBytes - place;  // a body lies in one piece
  kept.body_at = end_;
  std::copy(body.begin(), body.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(end_ % kBytes));
  end_ += body.size();
  return count_;
}

bool KeptRequests::may_repeat_shed() {
  if (credit_ < kPrice) return false;
  credit_ -= kPrice;
  return true;
}

std::optional<KeptRequests::Found> KeptRequests::find(std::uint64_t number) const {
  if (number == 0 || count_ - number >= kRequests) return {};
  const Kept& kept = requests_[(number - 1) % kRequests];
  if (kept.request.again || end_ - kept.body_at > kBytes || is_followed(kept, number)) return {};
  return Found{kept.request, {bytes_.data() + kept.body_at % kBytes, kept.body_size}};
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
