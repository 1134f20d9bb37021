#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/identity.h"
#include "cluster/view.h"
#include "net/timer_wheel.h"

namespace shaddock::server {

// Who has said that it is about to stop, and the work that waits for its next life: a planned
// restart takes less time than anybody notices. Each piece waits for a second at most, or until its
// own deadline, and is then given up; all are tried again, in the order in which they came,
// whenever somebody may be back. Nothing waits for a server that the view has no longer: an
// operator stopped it.
class Restarts {
 public:
  enum class Now { try_again, give_up };
  using Work = Function<void(Now)>;

  // So much may wait for all servers of one type.
  Restarts(net::TimerWheel& timers, const cluster::Directory& directory, std::size_t most,
           std::size_t most_bytes);

  void drains(const cluster::Identity& server);
  void lost(const cluster::Identity& server);    // its link
  void linked(const cluster::Identity& server);  // perhaps another life
  // It stands in the list since just now, and is as good as one that comes back.
  void arrives(const ServerInfo& server);

  bool expects(const ServerInfo& server) const;
  // One of that type; nullptr: nobody.
  const ServerInfo* expected(std::string_view type) const;

  // Of one who looked for a server of a type: perhaps that one helps.
  static bool is_nobody(const Error& error) {
    return error.code == code::kNoServer || error.code == code::kDraining;
  }

  // Until when what comes now may wait.
  net::TimePoint patience(net::TimePoint deadline) const {
    return std::min(deadline, timers_.now() + kPatience);
  }
  // False when too much waits: in all, or of one owner, who may have a sixteenth of it (0: nobody
  // in particular). The work must not call back from inside; it may hold itself again, with the
  // same time.
  bool hold(std::string_view type, std::uint64_t owner, std::size_t bytes, net::TimePoint until,
            Work work);
  void retry() { run(Now::try_again); }
  void give_up() { run(Now::give_up); }
  std::size_t held() const { return held_.size(); }

  static constexpr net::Duration kPatience{1000};

 private:
  struct Leaver {
    std::uint64_t incarnation = 0;
    std::optional<net::TimePoint> lost_at;
  };
  struct Held {
    std::string type;
    std::uint64_t owner;
    std::size_t bytes;
    net::TimePoint until;
    Work work;
  };
  struct Load {
    std::size_t count = 0, bytes = 0;
    bool fits(std::size_t more, std::size_t most, std::size_t most_bytes) const {
      return count < most && bytes + more <= most_bytes;
    }
  };

  void run(Now now);
  void end(Held held, Now now);
  static void put_down(Load& load, std::size_t bytes);
  void on_time();
  void arm();

  net::TimerWheel& timers_;
  const cluster::Directory& directory_;
  const std::size_t most_, most_bytes_;
  std::map<std::string, Leaver, std::less<>> leavers_;
  std::deque<Held> held_;
  std::map<std::string, Load, std::less<>> loads_;  // by type
  std::map<std::uint64_t, Load> shares_;            // by owner
  net::Timer timer_;
};

}  // namespace shaddock::server
