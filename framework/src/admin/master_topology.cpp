#include "admin/master_topology.h"

#include <algorithm>

#include "admin/phrases.h"
#include "admin/verbs.h"

// How the master learns that servers.json is another one, and what it does when it is asked to
// write it. What is done about it: master_changes.cpp.
namespace shaddock::admin {
namespace {

constexpr unsigned kPrivateFile = 0600;

std::string lines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems)
    if (!problem.warning) text += (text.empty() ? "" : "\n") + to_string(problem);
  return text;
}

bool same(const MasterEntry& one, const MasterEntry& other) {
  return one.id == other.id && one.host == other.host && one.port == other.port &&
         one.secret_file == other.secret_file && one.isolation == other.isolation;
}

}  // namespace

const ServerInfo* Master::entry_of(const std::string& id) const {
  const auto found = std::find_if(settings_.servers.begin(), settings_.servers.end(),
                                  [&](const ServerInfo& one) { return one.id == id; });
  return found == settings_.servers.end() ? nullptr : &*found;
}

std::uint32_t Master::fingerprint_of(const std::string& id) const {
  const auto known = settings_.fingerprints.find(id);
  if (known != settings_.fingerprints.end()) return known->second;
  const ServerInfo* entry = entry_of(id);
  return entry == nullptr ? 0 : fingerprint(*entry);
}

void Master::begin_topology() {
  if (!settings_.load) return;
  auto files = settings_.servers_files;
  files.push_back(settings_.master_file);
  topology_ = std::make_unique<Topology>(
      host_, std::move(files),
      [this] {
        topology_->waiting.emplace_back();
        begin_change();
      },
      [this] {
        topology_->late = true;
        for (const std::string& id : topology_->awaited)
          topology_->failures.push_back(id + " was not ready in time");
        topology_->awaited.clear();
        nobody_awaited();
      });
  if (settings_.watch) topology_->watch.start();
}

// The servers themselves are stopped with all others.
void Master::end_topology() {
  if (!topology_) return;
  const auto ended = std::move(topology_);
  const Error stopping(code::kFailed, "the cluster is being stopped");
  if (ended->current && ended->current->call) ended->current->call->fail(stopping);
  for (Topology::Change& change : ended->waiting)
    if (change.call) change.call->fail(stopping);
}

// What servers are started by: a server that crashes while servers.json is half written, or wrong,
// comes back by the last one that was right.
void Master::keep_applied(const std::string& text) {
  if (auto kept = host_.files.replace(applied_file(settings_.folders), text, kPrivateFile); !kept)
    log_.error("servers.json is not kept", {{"reason", kept.error().text}});
}

// Of a master that takes over: servers that the one before did not know. Nobody waits for them.
void Master::add_newcomers() {
  if (!settings_.load) return;
  const auto before = host_.files.read(applied_file(settings_.folders));
  if (!before || !*before) return;
  const auto known = settings_.load(**before).configuration.servers;
  std::vector<std::string> ids;
  for (const ServerInfo& server : settings_.servers) {
    ids.push_back(server.id);
    const bool there = std::any_of(known.begin(), known.end(),
                                   [&](const ServerInfo& one) { return one.id == server.id; });
    if (there) continue;
    registry_->remove(server.id);
    registry_->add(server);
  }
  registry_->arrange(ids);
}

Result<ServersText> Master::servers_text() const {
  for (const std::string& path : settings_.servers_files) {
    auto text = host_.files.read(path);
    if (!text) return text.error();
    if (*text) return ServersText{path, std::move(**text), settings_.environment};
  }
  const auto& files = settings_.servers_files;
  return Error(code::kBadMessage,
               (files.empty() ? "servers.json" : files.front()) + ": there is no such file");
}

Result<Master::Wanted> Master::wanted_from(ServersText file) const {
  auto loaded = settings_.load(file.text);
  std::string wrong = loaded.ok() ? "" : lines(loaded.problems);
  for (const ServerInfo& server : loaded.configuration.servers) {
    const Registry::Member* member = registry_->find(server.id);
    if (member != nullptr && member->by_hand)
      wrong += (wrong.empty() ? "" : "\n") + file.file + ": " + server.id +
               " runs already, it was joined by hand";
  }
  if (!wrong.empty()) return Error(code::kBadMessage, std::move(wrong));
  return Wanted{std::move(file), std::move(loaded.configuration)};
}

TopologyPlan Master::plan_of(const Configuration& configuration) const {
  std::vector<PresentServer> present;
  for (const Registry::Member& member : registry_->members()) {
    if (member.by_hand) continue;
    const auto force = in_force_.find(member.info.id);
    present.push_back({member.info.id, member.info.type,
                       force == in_force_.end() || member.stopped ? 0 : force->second});
  }
  return plan_topology(present, configuration.servers, configuration.fingerprints);
}

void Master::show_plan(const Nothing&, cluster::IncomingCall call) {
  if (!settings_.load) return call.fail(Error(code::kFailed, "this master has no servers.json"));
  PlanMessage message;
  auto text = servers_text();
  const auto wanted = text ? wanted_from(std::move(*text)) : Result<Wanted>(text.error());
  if (!wanted) {
    message.problems.push_back(wanted.error().text);
    return answer(call, message);
  }
  TopologyPlan plan = plan_of(wanted->configuration);
  std::vector<std::string> by_hand;
  for (const Registry::Member& member : registry_->members())
    if (member.by_hand) by_hand.push_back(member.info.id);
  message.before = to_message(registry_->view());
  message.after = to_message(view_after(registry_->view(), wanted->configuration.servers, by_hand));
  message.started = std::move(plan.started);
  message.stopped = std::move(plan.stopped);
  message.restarted = std::move(plan.restarted);
  message.reordered = std::move(plan.reordered);
  if (!same(wanted->configuration.master, settings_.entry))
    message.notes.push_back(
        "master.json says something else of the master: that counts when it is "
        "started again");
  if (!settings_.watch)
    message.notes.push_back(
        "servers.json is not watched: this is done with the next add or remove");
  answer(call, message);
}

void Master::add_server(const EntryMessage& message, cluster::IncomingCall call) {
  if (!topology_) return call.fail(Error(code::kFailed, "the cluster is not ready yet"));
  topology_->waiting.emplace_back();
  topology_->waiting.back().added = message.words;
  topology_->waiting.back().call.emplace(std::move(call));
  begin_change();
}

void Master::remove_servers(const ServersMessage& message, cluster::IncomingCall call) {
  if (!topology_) return call.fail(Error(code::kFailed, "the cluster is not ready yet"));
  topology_->waiting.emplace_back();
  topology_->waiting.back().removed = message.ids;
  topology_->waiting.back().call.emplace(std::move(call));
  begin_change();
}

// Whoever edits an entry and restarts its server at once means the new one. What comes or goes is
// left to a change of its own.
void Master::take_entries() {
  if (!topology_ || topology_->current) return;
  auto text = servers_text();
  auto wanted = text ? wanted_from(std::move(*text)) : Result<Wanted>(text.error());
  if (!wanted || !plan_of(wanted->configuration).stopped.empty()) return;
  settings_.servers = std::move(wanted->configuration.servers);
  settings_.fingerprints = std::move(wanted->configuration.fingerprints);
  keep_applied(wanted->file.text);
}

// The file with the change in it, judged as a whole before it is written.
Result<Master::Wanted> Master::accept_change() {
  const Topology::Change& change = *topology_->current;
  auto text = servers_text();
  if (!text) return text.error();
  const std::string before = text->text;
  if (!change.added.empty()) {
    auto edited = with_new_entry(*text, change.added);
    if (!edited) return edited.error();
    text->text = std::move(*edited);
  }
  for (const std::string& id : change.removed) {
    if (const auto* member = registry_->find(id); member != nullptr && member->by_hand)
      return Error(code::kFailed, id + " was joined by hand and is in no servers.json: stop it");
    auto edited = without_entry(*text, id);
    if (!edited) return edited.error();
    text->text = std::move(*edited);
  }
  auto wanted = wanted_from(std::move(*text));
  if (!wanted || wanted->file.text == before) return wanted;
  const auto status = host_.files.status(wanted->file.file);
  const unsigned mode = status && *status ? (*status)->mode : kPrivateFile;
  if (auto written = host_.files.replace(wanted->file.file, wanted->file.text, mode); !written)
    return written.error();
  topology_->watch.accept();
  return wanted;
}

void Master::begin_change() {
  if (topology_->current || topology_->waiting.empty()) return;
  topology_->current.emplace(std::move(topology_->waiting.front()));
  topology_->waiting.pop_front();
  auto wanted = accept_change();
  if (!wanted) return end_change(&wanted.error());
  TopologyPlan plan = plan_of(wanted->configuration);
  if (topology_->current->by_file() && !same(wanted->configuration.master, settings_.entry)) {
    settings_.entry = wanted->configuration.master;
    settings_.print(
        "master.json says something else of the master: that counts when it is started "
        "again");
  }
  settings_.servers = std::move(wanted->configuration.servers);
  settings_.fingerprints = std::move(wanted->configuration.fingerprints);
  keep_applied(wanted->file.text);
  apply(std::move(plan));
}

}  // namespace shaddock::admin
