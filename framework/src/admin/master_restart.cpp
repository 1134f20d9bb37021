#include <algorithm>
#include <csignal>

#include "admin/master_starting.h"
#include "admin/master_stopping.h"
#include "admin/phrases.h"

// How the master starts single servers anew, and kills them, for the console.
namespace shaddock::admin {

// Nothing when there is such a server, and it may be touched.
std::string Master::why_not_touch(const std::string& id) const {
  const Registry::Member* member = registry_->find(id);
  if (member == nullptr) return "there is no server " + id;
  if (member->by_hand) return id + " was joined by hand: only `join` starts it";
  if (stopping_) return "the cluster is being stopped";
  if (std::string why = why_stray(id); !why.empty()) return why;
  if (!complete_) return "the cluster is not ready yet";
  return member->stopped && member->pid != 0 ? id + " is being stopped" : "";
}

// Unlike stopped ones these stay in the view, each in its place.
void Master::restart_servers(const ServersMessage& message, cluster::IncomingCall call) {
  std::vector<StopTarget> targets;
  for (const std::string& id : message.ids) {
    if (const std::string why = why_not_touch(id); !why.empty())
      return call.fail(Error(code::kFailed, why));
    if (supervisor_.process(id)) targets.push_back(stop_target(*registry_->find(id)));
  }
  take_entries();
  for (const std::string& id : message.ids) supervisor_.retire(id);
  StopActions& actions = *this;
  stops_.push_back(std::make_unique<Stopping>(host_, std::move(targets), actions, nullptr,
                                              settings_.stop_limits));
  Stopping& stop = *stops_.back();
  stop.waiting.emplace(std::move(call));
  stop.then = [this, ids = message.ids](cluster::IncomingCall waiting) {
    start_again(ids, std::move(waiting));
  };
  stop.sequence.start();
  forget_done_stops();
}

// Each of them, whatever becomes of the others; another command may have started some already.
void Master::start_again(const std::vector<std::string>& ids, cluster::IncomingCall call) {
  if (stopping_) return call.fail(Error(code::kFailed, "the cluster is being stopped"));
  std::vector<std::string> awaited, failures;
  for (const std::string& id : ids) {
    if (auto started = supervisor_.revive(id); !started)
      failures.push_back(id + ": " + started.error().text);
    else if (!registry_->find(id)->ready)
      awaited.push_back(id);
  }
  view_changed();
  if (!failures.empty()) return call.fail(Error(code::kFailed, join(failures)));
  if (awaited.empty()) return call.answer();
  wait_until_ready(awaited, std::move(call));
}

void Master::kill_servers(const ServersMessage& message, cluster::IncomingCall call) {
  if (!complete_) return call.fail(Error(code::kFailed, "the cluster is not ready yet"));
  for (const std::string& id : message.ids)
    if (!supervisor_.process(id) && !signal(id, 0))
      return call.fail(Error(code::kFailed, !registry_->find(id) ? "there is no server " + id
                                            : by_hand(id) ? id + " is no process of this machine"
                                                          : id + " does not run"));
  for (const std::string& id : message.ids) signal(id, SIGKILL);
  call.answer();
}

}  // namespace shaddock::admin
