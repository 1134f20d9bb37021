#include "admin/supervisor.h"

namespace shaddock::admin {

struct Supervisor::Child {
  Child(std::string name, net::TimerWheel& timers, Function<void()> on_time)
      : id(std::move(name)), restart(timers, std::move(on_time)) {}

  std::string id;
  bool wanted = true;
  std::optional<net::ProcessId> process;
  RestartPolicy policy;
  net::Timer restart;
};

Supervisor::Supervisor(net::Host& host, SupervisorEvents& events) : host_(host), events_(events) {}

Supervisor::~Supervisor() = default;

Supervisor::Child& Supervisor::child(const std::string& id) {
  std::unique_ptr<Child>& child = children_[id];
  if (!child)
    child = std::make_unique<Child>(id, host_.loop.timers(),
                                    [this, id] { spawn_again(*children_.at(id)); });
  return *child;
}

Result<void> Supervisor::start(const std::string& id) {
  Child& started = child(id);
  if (started.process) return {};
  started.wanted = true;
  started.policy = RestartPolicy();
  auto spawned = spawn(started);
  if (spawned) started.restart.stop();
  return spawned;
}

Result<void> Supervisor::revive(const std::string& id) {
  auto started = start(id);
  if (!started) ended(child(id), {net::Exit{1, 0}, started.error().text});
  return started;
}

Result<void> Supervisor::adopt(const std::string& id, const net::ProcessId& process) {
  Child& adopted = child(id);
  auto watched =
      host_.processes.watch(process, [this, &adopted, here = std::weak_ptr<bool>(here_)] {
        if (!here.expired()) ended(adopted, {net::Exit{0, 0, false}, {}});
      });
  if (!watched) return watched;
  adopted.process = process;
  adopted.policy.started(host_.loop.now());
  return {};
}

Result<void> Supervisor::spawn(Child& child) {
  child.policy.started(host_.loop.now());
  auto command = events_.command_for(child.id);
  if (!command) return command.error();
  auto process = host_.processes.spawn(
      *command, [this, &child, here = std::weak_ptr<bool>(here_)](net::Exit exit) {
        if (!here.expired()) ended(child, {exit, {}});
      });
  if (!process) return process.error();
  child.process = *process;
  events_.on_started(child.id, *process);
  return {};
}

// A process that cannot be made counts like one that ended at once.
void Supervisor::spawn_again(Child& child) {
  if (!child.wanted || child.process) return;
  if (auto spawned = spawn(child); !spawned) ended(child, {net::Exit{1, 0}, spawned.error().text});
}

void Supervisor::ended(Child& child, const ServerEnd& end) {
  child.process.reset();
  std::optional<RestartPolicy::Plan> plan;
  if (restarts_ && child.wanted) {
    const net::Exit& exit = end.exit;
    const bool cleanly = exit.known && exit.status == 0 && exit.signal == 0;
    plan = child.policy.ended(host_.loop.now(), host_.random.next(), cleanly);
    child.restart.start(plan->delay);
  }
  events_.on_ended(child.id, end, plan);
}

void Supervisor::retire(const std::string& id) {
  const auto found = children_.find(id);
  if (found == children_.end()) return;
  found->second->wanted = false;
  found->second->restart.stop();
}

void Supervisor::retire_all() {
  for (auto& [id, child] : children_) retire(id);
}

std::optional<net::ProcessId> Supervisor::process(const std::string& id) const {
  const auto found = children_.find(id);
  return found == children_.end() ? std::nullopt : found->second->process;
}

std::vector<std::string> Supervisor::running() const {
  std::vector<std::string> ids;
  for (const auto& [id, child] : children_)
    if (child->process) ids.push_back(id);
  return ids;
}

bool Supervisor::signal(const std::string& id, int number) {
  const auto known = process(id);
  return known && host_.processes.signal(*known, number);
}

}  // namespace shaddock::admin
