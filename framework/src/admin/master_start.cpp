#include <algorithm>

#include "admin/master_starting.h"
#include "admin/master_topology.h"
#include "admin/phrases.h"
#include "admin/verbs.h"

// How the master starts single servers again, for the console.
namespace shaddock::admin {

// Nothing when it may be started.
std::string Master::why_not_start(const std::string& id) const {
  if (id == settings_.id) return id + " runs already";
  const Registry::Member* member = registry_->find(id);
  if (member == nullptr) return "there is no server " + id;
  if (member->by_hand) return id + " was joined by hand: only `join` starts it";
  if (stopping_) return "the cluster is being stopped";
  if (std::string why = why_stray(id); !why.empty()) return why;
  if (member->pid == 0) return {};
  return id + (member->stopped ? " is being stopped" : " runs already");
}

void Master::start_servers(const StartMessage& message, cluster::IncomingCall call) {
  log_.info("console starts", {{"console", call.caller().id}, {"ids", message.ids.size()}});
  for (const std::string& id : message.ids)
    if (const std::string why = why_not_start(id); !why.empty())
      return call.fail(Error(code::kFailed, why));
  take_entries();
  for (const std::string& id : message.ids)
    if (auto started = supervisor_.start(id); !started)
      return call.fail(Error(code::kFailed, id + ": " + started.error().text));
  view_changed();
  wait_until_ready(message.ids, std::move(call));
}

void Master::wait_until_ready(const std::vector<std::string>& ids, cluster::IncomingCall call) {
  starts_.push_back(std::make_unique<Starting>(host_.loop.timers(), ids, std::move(call),
                                               [this] { end_late_starts(); }));
  starts_.back()->limit.start(settings_.ready_limit);
}

void Master::end_late_starts() {
  std::erase_if(starts_, [](const std::unique_ptr<Starting>& start) {
    if (start->limit.active()) return false;
    start->call.fail(Error(code::kTimeout, "not ready in time: " + join(start->ids)));
    return true;
  });
}

void Master::start_is_ready(const std::string& id) {
  if (topology_ && topology_->awaited.erase(id) != 0) nobody_awaited();
  std::erase_if(starts_, [&](const std::unique_ptr<Starting>& start) {
    if (start->ids.erase(id) == 0 || !start->ids.empty()) return false;
    start->call.answer();
    return true;
  });
}

void Master::start_has_ended(const std::string& id, const ServerEnd& end) {
  if (topology_ && topology_->awaited.erase(id) != 0) {
    topology_->failures.push_back(id + ' ' + note_of(id, end));
    nobody_awaited();
  }
  std::erase_if(starts_, [&](const std::unique_ptr<Starting>& start) {
    if (!start->ids.contains(id)) return false;
    start->call.fail(Error(code::kFailed, id + ' ' + note_of(id, end)));
    return true;
  });
}

}  // namespace shaddock::admin
