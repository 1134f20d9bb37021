#include <algorithm>
#include <csignal>

#include "admin/master_stopping.h"
#include "admin/phrases.h"

// How the master begins, with or without servers that live already, and what it does about those
// that live but do not answer.
namespace shaddock::admin {
namespace {

// From the end of the link of a silent server; it was silent for 3 s by then.
constexpr net::Duration kKillAfterSilence{1500};

}  // namespace

void Master::begin() {
  Survivors found =
      sort_survivors(std::exchange(survivors_, {}), before_, settings_.servers,
                     settings_.fingerprints, {settings_.address.host, endpoint_->address().port});
  adopting_ = !found.kept.empty();
  if (adopting_) add_newcomers();
  if (const auto text = servers_text(); settings_.load && text) keep_applied(text->text);
  if (adopting_) supervisor_.restart_what_ends();
  for (const Record& record : found.kept) take_over(record);
  expect_joined();
  settings_.print("starting " + std::to_string(settings_.servers.size() - adopted_) +
                  " servers of " + settings_.environment +
                  (adopting_ ? ", taking over " + std::to_string(adopted_) : "") +
                  ", their logs are in " + settings_.folders.logs);
  if (!found.stopped.empty()) {
    end_strays(std::move(found.stopped));
  } else {
    spawn_missing();
  }
}

// It dials us by itself, as soon as it notices that we are here.
void Master::take_over(const Record& record) {
  if (auto adopted = supervisor_.adopt(record.id, record.process); !adopted) {
    // It has just ended.
    log_.warn("not taken over", {{"server", record.id}, {"reason", adopted.error().text}});
    return;
  }
  ++adopted_;
  outputs_.go_on(record.id);
  in_force_[record.id] = record.fingerprint;
  registry_->adopted(record.id, record.incarnation, record.process.pid);
  hang_watch_.expect(record.id, settings_.ready_limit);
  log_.info("taken over", {{"server", record.id}, {"pid", record.process.pid}});
}

// What must not run on ends before anything is spawned that may want its place.
void Master::end_strays(std::vector<Survivors::Stopped> strays) {
  for (Survivors::Stopped& stray : strays) {
    settings_.print(stray.record.id + " (pid " + std::to_string(stray.record.process.pid) + ") " +
                    stray.why + ": it is stopped");
    strays_.push_back(std::move(stray.record));
  }
  const auto done = [this](const std::vector<std::string>& left) { strays_ended(left); };
  stop_strays_ =
      std::make_unique<StopByPid>(host_, strays_, settings_.print, done, settings_.stray_limit);
  stop_strays_->start();
}

// There are never two processes of one id: what could not be ended keeps its record and its id.
void Master::strays_ended(const std::vector<std::string>& left) {
  std::erase_if(strays_, [&](const Record& record) {
    if (std::find(left.begin(), left.end(), record.id) != left.end()) return false;
    records_.remove(record.id, record.incarnation);
    return true;
  });
  if (!strays_.empty()) {
    settings_.print("could not be stopped: " + join(left) +
                    "; they are started when their processes have ended");
    adopting_ = true;  // the others are not to be stopped for that
    supervisor_.restart_what_ends();
  }
  for (const Record& record : std::vector<Record>(strays_)) wait_for_stray(record);
  if (!stopping_) spawn_missing();
}

void Master::wait_for_stray(const Record& stray) {
  log_.error("could not be stopped", {{"server", stray.id}, {"pid", stray.process.pid}});
  registry_->ended(stray.id, false,
                   "process " + std::to_string(stray.process.pid) + " could not be stopped");
  // One that cannot be watched is looked at by the next `start`.
  static_cast<void>(host_.processes.watch(stray.process,
                                          [this, id = stray.id, here = std::weak_ptr<bool>(here_)] {
                                            if (!here.expired()) stray_ended(id);
                                          }));
}

void Master::stray_ended(const std::string& id) {
  std::erase_if(strays_, [&](const Record& record) {
    if (record.id != id) return false;
    records_.remove(id, record.incarnation);
    return true;
  });
  log_.info("has ended at last", {{"server", id}});
  const Registry::Member* member = registry_->find(id);
  if (stopping_ || member == nullptr || member->stopped) return;
  static_cast<void>(supervisor_.revive(id));
  view_changed();
}

// Nothing when no earlier process of that server is in the way.
const Record* Master::stray(const std::string& id) const {
  const auto found = std::find_if(strays_.begin(), strays_.end(),
                                  [&](const Record& record) { return record.id == id; });
  return found != strays_.end() && host_.processes.alive(found->process) ? &*found : nullptr;
}

std::string Master::why_stray(const std::string& id) const {
  const Record* const before = stray(id);
  return before == nullptr ? ""
                           : id + " still runs, as process " + std::to_string(before->process.pid);
}

void Master::spawn_missing() {
  if (!complete_) ready_limit_.start(settings_.ready_limit);
  for (const ServerInfo& server : settings_.servers) {
    if (stray(server.id) != nullptr) continue;
    const auto started = adopting_ ? supervisor_.revive(server.id) : supervisor_.start(server.id);
    if (!started && !adopting_) return fail(exit_code::kOther, started.error().text);
  }
  check_complete();
}

// Where servers ran before, they run on, whatever becomes of the others.
void Master::not_ready_in_time() {
  if (adopting_) return complete();
  fail(exit_code::kNotReady, "not ready in time: " + join(registry_->missing()));
}

// A silent server does nothing, though its process lives. If it does not come back, it is killed:
// other signals wait in a process that is stopped.
void Master::on_link_down(cluster::Link& link) {
  if (!joined(link)) return;
  const std::string& id = link.peer().id;
  if (by_hand(id)) return joined_server_lost(link);
  if (link.suspected() && signalled_.contains(id))
    for (const auto& stop : stops_) stop->sequence.hangs(id);
  if (stopping_ || !supervisor_.process(id)) return;
  if (!link.suspected()) return hang_watch_.expect(id, settings_.ready_limit);
  log_.warn("does not answer", {{"server", id}});
  settings_.print(id + " does not answer");
  registry_->hangs(id);
  view_changed();
  hang_watch_.expect(id, kKillAfterSilence);
}

void Master::kill_hung(const std::string& id) {
  log_.warn("killed, it was not heard of", {{"server", id}});
  settings_.print(id + " was not heard of for too long and is killed");
  supervisor_.signal(id, SIGKILL);
}

}  // namespace shaddock::admin
