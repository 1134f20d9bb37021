#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/timer_wheel.h"

namespace shaddock::session {

// For how long this frontend may serve what it owns, by holder.
//
//   owner    ---- renew ---->  holder        kOwnerLease from the moment that renew was sent;
//            <--- renewed ---                the holder counts kHolderLease from when it came
//
// A holder that has not heard our claims cannot give away what we own, however long it takes; from
// the moment that it may have heard them it can, 9 s after our last sign of life. So we stop 7 s
// after the last one that it has answered: 2 s before, for a turn of the loop that takes long. A
// server that hangs is killed by its master after 5 s, which is sooner than either. Pure.
class LoginLeases {
 public:
  static constexpr net::Duration kOwnerLease{7000};

  // The last of our claims is about to be sent. A lease that runs is not longer for that: only what
  // the holder answers counts.
  void claimed(const std::string& holder, net::TimePoint sent) {
    Lease& lease = leases_[holder];
    if (!lease.runs) lease = {sent + kOwnerLease, true, false, false};
    reckon();
  }
  // It has them, for the list that we have now, or has renewed what we asked for then.
  void renewed(const std::string& holder, net::TimePoint sent) {
    const auto at = leases_.find(holder);
    if (at == leases_.end() || !at->second.runs) return;
    at->second.end = std::max(at->second.end, sent + kOwnerLease);
    at->second.over = at->second.old = false;
    reckon();
  }
  // The list is another. Until a holder has heard that, it may give away what it held before.
  void outdate() {
    for (auto& [holder, lease] : leases_) lease.old = true;
  }
  // Some have not heard it.
  bool outdated() const {
    return std::any_of(leases_.begin(), leases_.end(), [](const auto& one) {
      return one.second.runs && one.second.old && !one.second.over;
    });
  }
  // That life of it is dead: the next one must hear us before it gives anything away.
  void forget(std::string_view holder) {
    if (const auto at = leases_.find(holder); at != leases_.end()) leases_.erase(at);
    reckon();
  }

  // Until when everything that is owned may be served: to be asked before each request.
  net::TimePoint end() const { return end_; }
  // Those whose lease ended by now; what they hold must not be served. Each is told once.
  std::vector<std::string> take_over(net::TimePoint now) {
    std::vector<std::string> over;
    for (auto& [holder, lease] : leases_) {
      if (!lease.runs || lease.over || now < lease.end) continue;
      lease.over = true;
      lease.runs = !lease.old;  // under the new list it has not heard us yet
      over.push_back(holder);
    }
    reckon();
    return over;
  }
  // It may give away what we own, some time.
  bool waits(std::string_view holder) const {
    const auto at = leases_.find(holder);
    return at != leases_.end() && at->second.runs && !at->second.over;
  }
  // It has heard us, and what it grants may be served.
  bool runs(std::string_view holder) const {
    const auto at = leases_.find(holder);
    return at != leases_.end() && at->second.runs && !at->second.over && !at->second.old;
  }

 private:
  struct Lease {
    net::TimePoint end{};
    bool runs = false, over = false, old = false;
  };
  void reckon() {
    end_ = net::TimePoint::max();
    for (const auto& [holder, lease] : leases_)
      if (lease.runs && !lease.over) end_ = std::min(end_, lease.end);
  }

  std::map<std::string, Lease, std::less<>> leases_;
  net::TimePoint end_ = net::TimePoint::max();
};

}  // namespace shaddock::session
