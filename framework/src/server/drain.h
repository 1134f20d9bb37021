#pragma once

#include <shaddock/function.h>
#include <shaddock/settings.h>

#include <cstddef>

#include "cluster/endpoint.h"
#include "net/timer_wheel.h"
#include "server/connector.h"

namespace shaddock::server {

// How a server that is told to stop comes to its end without losing anything:
//
//   announced   every other server is told, and says on the same ordered link that nothing new
//      |        comes; what was on the way is still served
//   clients     a frontend closes its ports and sends its clients away, spread over time, each when
//      |        its requests are answered
//   work        until all in hand has ended: handlers, replies that are held, calls to others
//      |
//   links       written to the end, then closed
//
// A step is over as soon as nothing is left to wait for. When the limit has passed, the rest is cut
// off: the clients at once, what is in hand with the links. The limit is met by half a second.
class Drain {
 public:
  struct Parts {
    net::TimerWheel& timers;
    cluster::Endpoint& endpoint;
    Function<std::size_t()> in_hand;
    Function<std::size_t()> links;  // of all kinds
    Function<void()> on_leaving;    // before the links are closed
  };
  explicit Drain(Parts parts);

  bool started() const { return on_done_ || done_; }
  // `connector` is nullptr on a backend. `on_done` may destroy this object.
  void start(const Settings::Stop& settings, Connector* connector, Function<void()> on_done);
  // As if the limit had passed: what is not done is cut off, and told so.
  void cut();
  // A link came up meanwhile.
  void on_link(cluster::Link& link);
  // Something that was waited for may have happened: it is looked at soon, not only at the next
  // look.
  void hurry();

 private:
  enum class Step { announced, clients, work, links };

  void look();
  void proceed();
  bool waits_for_peers();
  bool done_with_clients();
  void leave();

  Parts parts_;
  Connector* connector_ = nullptr;
  Function<void()> on_done_;
  std::chrono::milliseconds spread_{0};
  net::TimePoint limit_;
  Step step_ = Step::announced;
  bool cut_ = false;  // the limit has passed
  bool done_ = false;
  net::Timer timer_;
};

}  // namespace shaddock::server
