#include <algorithm>
#include <utility>

#include "admin/master_stopping.h"
#include "admin/master_topology.h"
#include "admin/phrases.h"

// How the master makes of the servers that run those of servers.json.
namespace shaddock::admin {
namespace {

bool shares_port(const ServerInfo& one, const ServerInfo& other) {
  const auto has = [&](int port) {
    return port != 0 && (port == other.port || port == other.client_port);
  };
  return has(one.port) || has(one.client_port);
}

}  // namespace

// A server that needs the port of one that goes comes after it.
void Master::apply(TopologyPlan plan) {
  std::vector<std::string> ids, early, late;
  for (const ServerInfo& server : settings_.servers) ids.push_back(server.id);
  std::vector<ServerInfo> going;
  for (const auto* group : {&plan.stopped, &plan.restarted})
    for (const std::string& id : *group) going.push_back(registry_->find(id)->info);
  for (const std::string& id : plan.started) {
    const ServerInfo& entry = *entry_of(id);
    registry_->add(entry);
    const bool waits = std::any_of(going.begin(), going.end(),
                                   [&](const ServerInfo& one) { return shares_port(entry, one); });
    (waits ? late : early).push_back(id);
  }
  registry_->arrange(ids);
  view_changed();
  if (plan.empty()) return end_change(nullptr);

  for (const std::string& line : lines_of(plan)) {
    log_.info("servers.json", {{"plan", line}});
    settings_.print("servers.json: " + line);
  }
  if (topology_->current->by_file()) {
    topology_->order = AuditLog::Order{"master", "", "-", "apply", "by=file"};
    for (const std::string& line : lines_of(plan)) topology_->order->arguments += ", " + line;
    audit_.begins(*topology_->order);
  }
  std::stable_partition(plan.restarted.begin(), plan.restarted.end(),
                        [this](const auto& id) { return !registry_->find(id)->info.frontend; });
  topology_->changed = std::move(plan.restarted);
  start_and_await(early, [this, late, stopped = std::move(plan.stopped)] {
    take_out(stopped, [this, late] { start_and_await(late, [this] { restart_changed(); }); });
  });
}

// Until each of them is ready, or has ended once: it is started again then as any other. One whose
// earlier process still lives comes when that has ended.
void Master::start_and_await(const std::vector<std::string>& ids, Function<void()> next) {
  std::vector<std::string> free;
  for (const std::string& id : ids) {
    if (std::string why = why_stray(id); !why.empty())
      topology_->failures.push_back(std::move(why));
    else
      free.push_back(id);
  }
  topology_->awaited.insert(free.begin(), free.end());
  topology_->next = std::move(next);
  topology_->limit.start(settings_.ready_limit);
  for (const std::string& id : free) static_cast<void>(supervisor_.revive(id));
  nobody_awaited();
}

void Master::nobody_awaited() {
  if (!topology_->awaited.empty() || !topology_->next) return;
  topology_->limit.stop();
  // Not from inside what has told of the last one.
  host_.loop.defer([this, next = std::exchange(topology_->next, nullptr),
                    here = std::weak_ptr<bool>(here_)]() mutable {
    if (!here.expired() && topology_) next();
  });
}

// Out of the lists at once, so that its keys belong to others while it finishes what it has.
void Master::take_out(const std::vector<std::string>& ids, Function<void()> next) {
  if (ids.empty()) return next();
  std::vector<StopTarget> targets;
  for (const std::string& id : ids) {
    registry_->stopped(id);
    supervisor_.retire(id);
    if (supervisor_.process(id)) targets.push_back(stop_target(*registry_->find(id)));
  }
  view_changed();
  StopActions& actions = *this;
  stops_.push_back(std::make_unique<Stopping>(host_, std::move(targets), actions, nullptr,
                                              settings_.stop_limits));
  stops_.back()->after = [this, ids, next = std::move(next)]() mutable {
    for (const std::string& id : ids) {
      registry_->remove(id);
      in_force_.erase(id);
      hang_watch_.calm(id);
      const std::string why = why_stray(id);
      settings_.print(why.empty() ? id + " is gone" : why);
    }
    if (topology_) next();
  };
  stops_.back()->sequence.start();
  forget_done_stops();
}

// One after the other, up to the first that does not come back.
void Master::restart_changed() {
  if (topology_->changed.empty()) return end_change(nullptr);
  if (!topology_->failures.empty()) {
    topology_->failures.push_back("not restarted: " + join(topology_->changed));
    return end_change(nullptr);
  }
  const std::string id = topology_->changed.front();
  topology_->changed.erase(topology_->changed.begin());
  supervisor_.retire(id);
  std::vector<StopTarget> targets;
  if (supervisor_.process(id)) targets.push_back(stop_target(*registry_->find(id)));
  StopActions& actions = *this;
  stops_.push_back(std::make_unique<Stopping>(host_, std::move(targets), actions, nullptr,
                                              settings_.stop_limits));
  stops_.back()->after = [this, id] {
    if (topology_) start_and_await({id}, [this] { restart_changed(); });
  };
  stops_.back()->sequence.start();
  forget_done_stops();
}

// With a problem nothing was done; failures are of what was.
void Master::end_change(const Error* problem) {
  Topology& topology = *topology_;
  auto change = std::exchange(topology.current, std::nullopt);
  std::string text = problem != nullptr ? problem->text : join(topology.failures);
  const int failed = problem != nullptr ? problem->code
                     : topology.late    ? code::kTimeout
                                        : code::kFailed;
  topology.failures.clear();
  topology.changed.clear();
  topology.late = false;
  if (change->call) {
    text.empty() ? change->call->answer() : change->call->fail(Error(failed, text));
  } else if (!text.empty()) {
    log_.warn("servers.json", {{"problem", text}});
    settings_.print((problem != nullptr
                         ? "servers.json was changed, but is wrong; all servers go on as "
                           "they are:\n"
                         : "servers.json: ") +
                    text);
  }
  if (topology.order) audit_.ended(*topology.order, text);
  topology.order.reset();
  host_.loop.defer([this, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && topology_) begin_change();
  });
}

}  // namespace shaddock::admin
