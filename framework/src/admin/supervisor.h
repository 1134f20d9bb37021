#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/restart_policy.h"
#include "net/host.h"

namespace shaddock::admin {

// How a process ended, or why there was none.
struct ServerEnd {
  net::Exit exit;
  std::string not_made;  // empty: it was made
};

// What the supervisor asks of, and tells, its owner.
class SupervisorEvents {
 public:
  // How to start the next process of that server; with an incarnation that it alone has.
  virtual Result<net::Command> command_for(const std::string& id) = 0;
  virtual void on_started(const std::string& id, const net::ProcessId& process) = 0;
  // `plan` is when it is started again; nothing when it is not.
  virtual void on_ended(const std::string& id, const ServerEnd& end,
                        std::optional<RestartPolicy::Plan> plan) = 0;

 protected:
  ~SupervisorEvents() = default;
};

// Starts one process per server, or takes over one that runs, and starts again what ended unasked.
// It tells no process to stop: retire() only says that the next end is wanted. Processes outlive
// it.
class Supervisor {
 public:
  Supervisor(net::Host& host, SupervisorEvents& events);
  ~Supervisor();

  // The first start, or one that is asked for later: at once, and earlier ends are forgiven. The
  // error says why no process could be made; what was going to be started again by itself still is.
  Result<void> start(const std::string& id);
  // The same, but when no process can be made that is an end like others: it is tried again.
  Result<void> revive(const std::string& id);
  // A process of that server runs already, started by an earlier owner. How it ends is not known.
  // The error: it has ended, or cannot be watched.
  Result<void> adopt(const std::string& id, const net::ProcessId& process);
  // From now on servers that end are started again. Before that (the cluster has never been
  // complete) an end is final.
  void restart_what_ends() { restarts_ = true; }
  // No process of that server is wanted any more, or of none.
  void retire(const std::string& id);
  void retire_all();

  std::optional<net::ProcessId> process(const std::string& id) const;
  std::vector<std::string> running() const;
  bool signal(const std::string& id, int number);  // false: nobody is there

 private:
  struct Child;
  Child& child(const std::string& id);
  Result<void> spawn(Child& child);
  void spawn_again(Child& child);
  void ended(Child& child, const ServerEnd& end);

  net::Host& host_;
  SupervisorEvents& events_;
  bool restarts_ = false;
  std::map<std::string, std::unique_ptr<Child>> children_;
  // Ends of processes may be reported after the supervisor has gone.
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::admin
