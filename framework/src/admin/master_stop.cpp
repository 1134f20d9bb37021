#include <algorithm>
#include <csignal>
#include <iterator>

#include "admin/master_stopping.h"
#include "admin/verbs.h"

// How the master stops its servers: all of them, or some for the console.
namespace shaddock::admin {

void Master::stop() {
  if (stopping_) return;
  stopping_ = true;
  ready_limit_.stop();
  supervisor_.retire_all();
  hang_watch_.calm_all();
  absent_.calm_all();
  end_topology();
  std::vector<StopTarget> targets;
  for (const std::string& id : supervisor_.running())
    targets.push_back(stop_target(*registry_->find(id)));
  for (const Registry::Member& member : registry_->members())
    if (member.by_hand && member.pid != 0) targets.push_back(stop_target(member));
  log_.info("stopping", {{"servers", targets.size()}});
  settings_.print("stopping " + std::to_string(targets.size()) + " servers");
  StopActions& actions = *this;
  const auto done = [this] {
    host_.loop.defer([this, here = std::weak_ptr<bool>(here_)] {
      if (!here.expired()) finish();
    });
  };
  stops_.push_back(
      std::make_unique<Stopping>(host_, std::move(targets), actions, done, settings_.stop_limits));
  stops_.back()->sequence.start();
}

StopTarget Master::stop_target(const Registry::Member& member) const {
  const auto drain = static_cast<net::Duration::rep>(member.stop_limit);
  return {member.info.id, wave_of_server(member.info.frontend), net::Duration(drain)};
}

void Master::finish() {
  if (!on_end_) return;
  endpoint_.reset();
  records_.remove(settings_.id);
  lock_.reset();
  log_.info("stopped");
  settings_.print("stopped");
  auto on_end = std::move(on_end_);
  on_end(complete_ ? end_code_ : std::max(end_code_, exit_code::kOther));
}

void Master::stop_some(std::vector<StopTarget> targets, cluster::IncomingCall call) {
  for (const StopTarget& target : targets) {
    registry_->stopped(target.id);
    supervisor_.retire(target.id);
  }
  view_changed();
  std::erase_if(targets, [this](const StopTarget& target) {
    if (by_hand(target.id)) return registry_->find(target.id)->pid == 0;
    return !supervisor_.process(target.id).has_value();
  });
  StopActions& actions = *this;
  stops_.push_back(std::make_unique<Stopping>(host_, std::move(targets), actions, nullptr,
                                              settings_.stop_limits));
  stops_.back()->waiting.emplace(std::move(call));
  stops_.back()->sequence.start();
  forget_done_stops();
}

// Not from inside a sequence: it may be the one that is done. What comes then may end here again.
void Master::forget_done_stops() {
  const auto lasts = [](const auto& stop) {
    return (!stop->waiting && !stop->after) || !stop->sequence.done();
  };
  const auto first = std::stable_partition(stops_.begin(), stops_.end(), lasts);
  std::vector<std::unique_ptr<Stopping>> done(std::make_move_iterator(first),
                                              std::make_move_iterator(stops_.end()));
  stops_.erase(first, stops_.end());
  for (const auto& stop : done) {
    if (stop->after)
      stop->after();
    else
      stop->then ? stop->then(std::move(*stop->waiting)) : stop->waiting->answer();
  }
  check_complete();
}

void Master::ask(const std::string& id) {
  cluster::Link* link = endpoint_ ? endpoint_->find(id) : nullptr;
  if (link == nullptr || !joined(*link)) return tell_by_signal(id);
  const Nothing nothing;
  rpc_.call(link, verb::kStop, type_of<Nothing>(), &nothing, {net::Duration(1000)},
            [this, id, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
              if (here.expired()) return;
              if (!answer) return tell_by_signal(id);
              for (const auto& stop : stops_) stop->sequence.answered(id);
            });
}

// A second SIGTERM would end it at once, with all that it has in hand.
void Master::tell_by_signal(const std::string& id) {
  const Registry::Member* member = registry_->find(id);
  if (member == nullptr) return;  // removed meanwhile
  if (member->hangs) return terminate(id);
  if (!signalled_.contains(id) && !signal(id, SIGTERM)) return;
  signalled_.insert(id);
  for (const auto& stop : stops_) stop->sequence.answered(id);
}

void Master::terminate(const std::string& id) { signal(id, SIGTERM); }

void Master::kill(const std::string& id) {
  const bool possible = settings_.isolation != net::Isolation::thread;
  log_.warn("killed, it did not stop in time", {{"server", id}});
  settings_.print(
      id + " did not stop in time and was " +
      (possible ? "killed" : "given up; if its thread hangs, it ends with the process"));
  signal(id, SIGKILL);
  if (by_hand(id)) give_up_joined(id);
}

}  // namespace shaddock::admin
