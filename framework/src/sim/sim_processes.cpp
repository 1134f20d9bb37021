#include "sim/sim_processes.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace shaddock::sim {

SimProcesses::SimProcesses(Process& process, Population& population, const net::Command& command,
                           SimProcesses* parent)
    : process_(process), population_(population), command_(command), parent_(parent) {}

Result<net::ProcessId> SimProcesses::spawn(const net::Command& command,
                                           Function<void(net::Exit)> on_exit) {
  if (process_.dead()) return Error(code::kFailed, "cannot start " + command.program);
  auto child = population_.spawn(*this, command);
  if (!child) return child.error();
  children_.push_back({*child, std::move(on_exit)});
  return (*child)->self();
}

bool SimProcesses::alive(const net::ProcessId& id) const {
  SimProcesses* other = population_.find(id);
  return other != nullptr && !other->process_.dead();
}

Result<void> SimProcesses::watch(const net::ProcessId& id, Function<void()> on_end) {
  if (process_.dead() || !alive(id))
    return Error(code::kFailed, "cannot watch process " + std::to_string(id.pid));
  population_.find(id)->watchers_.push_back({this, on_ended_.size()});
  on_ended_.push_back(std::move(on_end));
  return {};
}

void SimProcesses::watched_ended(std::size_t number) {
  if (auto call = std::exchange(on_ended_[number], nullptr)) call();
}

bool SimProcesses::signal(const net::ProcessId& id, int number) {
  if (process_.dead() || !alive(id)) return false;
  if (number != 0) population_.find(id)->raise(number);
  return true;
}

void SimProcesses::raise(int number) {
  if (number == SIGKILL) return population_.end_soon(*this, {0, SIGKILL});
  process_.deliver_at(process_.schedule().now() + kSignalDelay, [this, number] { handle(number); });
}

void SimProcesses::handle(int number) {
  bool handled = false;
  // By index: a handler may add others.
  for (std::size_t i = 0; i < handlers_.size(); ++i) {
    if (handlers_[i].number != number) continue;
    handled = true;
    handlers_[i].callback();
  }
  if (!handled) population_.end_soon(*this, {0, number});
}

void SimProcesses::on_signal(int number, Function<void()> callback) {
  if (!process_.dead()) handlers_.push_back({number, std::move(callback)});
}

bool SimProcesses::watch_lifeline(Function<void()> on_end) {
  if (process_.dead() || !command_.lifeline || parent_ == nullptr || watching_) return false;
  watching_ = true;
  on_parent_end_ = std::move(on_end);
  if (parent_->process_.dead()) tell_of_parent();
  return true;
}

void SimProcesses::tell_of_parent() {
  process_.deliver_at(process_.schedule().now() + kSignalDelay, [this] {
    if (auto call = std::exchange(on_parent_end_, nullptr)) call();
  });
}

void SimProcesses::ended(net::Exit exit) {
  if (parent_ != nullptr) {
    parent_->process_.deliver_at(
        process_.schedule().now() + kSignalDelay,
        [parent = parent_, this, exit] { parent->child_ended(this, exit); });
  }
  for (const Child& child : children_)
    if (child.process->watching_) child.process->tell_of_parent();
  for (const Watcher& watcher : std::exchange(watchers_, {}))
    watcher.who->process_.deliver_at(
        process_.schedule().now() + kSignalDelay,
        [who = watcher.who, number = watcher.number] { who->watched_ended(number); });
  // What these hold may belong to the program, which is destroyed after this.
  const auto children = std::exchange(children_, {});
  const auto handlers = std::exchange(handlers_, {});
  const auto watch = std::exchange(on_parent_end_, nullptr);
  for (auto& on_ended : on_ended_) const auto forgotten = std::exchange(on_ended, nullptr);
}

void SimProcesses::child_ended(SimProcesses* child, net::Exit exit) {
  const auto known = std::find_if(children_.begin(), children_.end(),
                                  [child](const Child& one) { return one.process == child; });
  if (known == children_.end()) return;
  auto call = std::move(known->on_exit);
  children_.erase(known);
  if (call) call(exit);
}

}  // namespace shaddock::sim
