#pragma once

#include <shaddock/log.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/calls.h"
#include "cluster/wire.h"
#include "net/host.h"

namespace shaddock::cluster {

enum class Role : std::uint8_t { server, master, console };

// What a side says of itself in HELLO, after both have proved that they know the cluster secret.
struct Identity {
  Role role = Role::server;
  std::string id;
  std::uint64_t incarnation = 0;
  std::string build;                  // for the eyes of operators
  std::vector<std::string> handlers;  // the code of a route is its index in the receiver's list
  std::vector<std::string> remotes;
};

class Link;

// Receives what comes over links. Called on the loop's thread; views die with the call. A call may close the link.
class Receiver {
 public:
  virtual void on_link_up(Link& link) = 0;
  // After this the link is destroyed. Its pending calls have ended already.
  virtual void on_link_down(Link& link) = 0;
  virtual void on_request(Link& link, const Frame& frame) = 0;  // request or notify
  virtual void on_call(Link& link, const Frame& frame) = 0;
  virtual void on_push(Link& link, const Frame& frame) = 0;
  virtual void on_session_closed(Link& link, SessionId session) = 0;

 protected:
  ~Receiver() = default;
};

// The one connection between two servers, proved and introduced: strictly ordered, both ways, written once per loop
// turn. A Link object exists only between on_link_up and on_link_down.
class Link {
 public:
  const Identity& peer() const;
  // Code of a route in the peer's list; nothing when the peer does not have it.
  std::optional<RouteCode> handler_code(std::string_view route) const;
  std::optional<RouteCode> remote_code(std::string_view route) const;

  Calls& calls();
  // Where frames go, see FrameWriter. Only one frame may be under construction.
  Buffer& output();
  std::size_t queued() const;

  // Beyond 10,000 waiting calls or 16 MiB queued: new calls end with 503, pushes are shed. Answers always go out.
  bool overloaded() const;
  void count_shed_push();

  // Closes the connection; on_link_down follows on a later turn.
  void close(std::string_view why);
};

}  // namespace shaddock::cluster
