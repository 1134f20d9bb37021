#include <utility>

#include "net/uv_files.h"
#include "sim/memory_files.h"
#include "sim/world.h"
#include "testing/places.h"
#include "testing/process_view.h"
#include "testing/stage.h"

namespace shaddock::testing {
namespace {

// The machines of a cluster, and of its visitors; a server's number is its place in servers.json.
std::string server_machine(std::size_t number) {
  return "10.0." + std::to_string(number / 250) + '.' + std::to_string(number % 250 + 1);
}
std::string visitor_machine(std::size_t number) {
  return "10.1." + std::to_string(number / 250) + '.' + std::to_string(number % 250 + 1);
}

class SimulatedVisitor final : public Visitor {
 public:
  SimulatedVisitor(sim::World& world, net::ProcessId process, std::unique_ptr<ProcessView> view)
      : world_(world), process_(process), view_(std::move(view)) {}
  ~SimulatedVisitor() override { world_.kill(process_); }

  net::Host& host() override { return view_->host; }
  bool cut() override {
    world_.cut(world_.machine(process_), "*");
    world_.cut("*", world_.machine(process_));
    return true;
  }

 private:
  sim::World& world_;
  net::ProcessId process_;
  std::unique_ptr<ProcessView> view_;
};

class SimulatedStage final : public Stage, Faults {
 public:
  explicit SimulatedStage(StagePlan plan) : plan_(std::move(plan)), world_(plan_.seed) {
    const admin::MasterEntry& master = plan_.configuration.master;
    place(master.id, {master.host, "127.0.0.1"});
    for (const ServerInfo& server : plan_.configuration.servers)
      place(server.id, {server.host, server.host_for_clients()});
    for (const auto& [path, text] : plan_.files) world_.files().put(path, text, 0600);
    world_.set_placement([this](const net::Command& command) {
      const std::string id = id_of(command);
      return sim::World::Placement{machines_.at(id), main_of(id)};
    });
    // Of connections, with their made-up addresses, the logs tell by names.
    world_.set_tracer([this](sim::Instant, std::string_view who, std::string_view what) {
      const bool has_address = what.find(':') != std::string_view::npos;
      if (!has_address && machines_.find(who) != machines_.end()) plan_.tell(who, what);
    });
  }

  std::chrono::microseconds now() const override { return world_.now(); }
  void run_for(net::Duration time) override { world_.run_for(time); }
  bool run_until(const std::function<bool()>& condition, net::Duration limit) override {
    return world_.run_until(condition, limit);
  }

  void start(const net::Command& command) override {
    const std::string& id = plan_.configuration.master.id;
    processes_[id] = world_.start(machines_.at(id), command, main_of(id));
  }
  bool alive(const std::string& id) const override {
    const auto known = processes_.find(id);
    return known != processes_.end() && world_.alive(known->second);
  }
  void kill(const std::string& id) override { world_.kill(processes_.at(id)); }

  std::unique_ptr<Visitor> invite(const std::string& name) override {
    const std::string machine = visitor_machine(visitors_++);
    const net::Command command{"client", {"id=" + name}, {}, false};
    const net::ProcessId process = world_.start(machine, command, {});
    return std::make_unique<SimulatedVisitor>(world_, process,
                                              view_of(world_.host(process), machine));
  }

  Faults* faults() override { return this; }
  void freeze(const std::string& id) override { world_.freeze(processes_.at(id)); }
  void thaw(const std::string& id) override { world_.thaw(processes_.at(id)); }
  void cut(const std::string& one, const std::string& other) override {
    world_.cut(machines_.at(one), machines_.at(other));
    world_.cut(machines_.at(other), machines_.at(one));
  }
  void mend(const std::string& one, const std::string& other) override {
    world_.mend(machines_.at(one), machines_.at(other));
    world_.mend(machines_.at(other), machines_.at(one));
  }

 private:
  void place(const std::string& id, std::vector<std::string> names) {
    machines_[id] = server_machine(machines_.size());
    places_.add(machines_.at(id), std::move(names));
  }
  std::unique_ptr<ProcessView> view_of(net::Host& host, const std::string& machine) {
    return std::make_unique<ProcessView>(
        host, std::make_unique<PlacedNetwork>(host.network, places_, machine), host.files, disk_,
        plan_.folders);
  }
  net::Main main_of(const std::string& id) {
    return [this, id, main = plan_.main_of(id)](net::Host& host, const net::Command& command,
                                                Function<void(int)> on_end) {
      processes_[id] = host.processes.self();
      return std::make_unique<ViewedProgram>(view_of(host, machines_.at(id)), main, command,
                                             std::move(on_end));
    };
  }

  StagePlan plan_;
  std::map<std::string, std::string, std::less<>> machines_;  // by id
  std::map<std::string, net::ProcessId> processes_;           // the last one of each id
  std::size_t visitors_ = 0;
  Places places_;
  net::UvFiles disk_;
  sim::World world_;
};

}  // namespace

std::unique_ptr<Stage> make_simulated_stage(StagePlan plan) {
  return std::make_unique<SimulatedStage>(std::move(plan));
}

}  // namespace shaddock::testing
