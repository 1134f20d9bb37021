#include "sim/world.h"

#include <cassert>
#include <csignal>
#include <utility>

#include "sim/inhabitants.h"
#include "sim/memory_files.h"
#include "sim/sim_network.h"
#include "sim/trace_hash.h"

namespace shaddock::sim {

namespace {

// Of what is not a process; those count from 0.
constexpr std::uint64_t kNetworkNumber = ~std::uint64_t{0};

}  // namespace

struct World::Parts {
  explicit Parts(std::uint64_t seed)
      : network(schedule, SimRandom::seed_of(seed, kNetworkNumber), trace),
        inhabitants({schedule, trace, network, files}, seed) {
    trace.add(schedule.now(), seed, "seed");
  }

  Inhabitant& get(const net::ProcessId& id) {
    Inhabitant* one = inhabitants.search(id);
    assert(one != nullptr);
    return *one;
  }
  Inhabitant& between_events(const net::ProcessId& id) {
    assert(!running);
    return get(id);
  }
  bool step(Instant limit) {
    assert(!running);
    running = true;
    const bool stepped = schedule.step(limit);
    running = false;
    return stepped;
  }
  // What tests did inside of processes meanwhile, or will do now, has the right time.
  void refresh() {
    for (Inhabitant* one : inhabitants.living()) one->process.loop().refresh();
  }
  Instant after(net::Duration time) const { return schedule.now() + time; }

  Schedule schedule;
  TraceHash trace;
  MemoryFiles files;
  SimNetwork network;
  Inhabitants inhabitants;
  bool running = false;
};

World::World(std::uint64_t seed) : parts_(std::make_unique<Parts>(seed)) {
  parts_->network.set_tracer(
      [&all = parts_->inhabitants](const Process& who, std::string_view what) {
        all.note(*all.search(who.id()), what);
      });
}

World::~World() {
  parts_->network.set_tracer(nullptr);
  set_tracer(nullptr);
  parts_->inhabitants.end_all();
  parts_->schedule.clear();
}

Instant World::now() const { return parts_->schedule.now(); }
net::TimePoint World::time() const { return parts_->schedule.time(); }
std::uint64_t World::steps() const { return parts_->schedule.steps(); }

void World::run_for(net::Duration time) {
  const Instant end = parts_->after(time);
  parts_->refresh();
  while (parts_->step(end)) {
  }
  parts_->refresh();
}

bool World::run_until(const std::function<bool()>& condition, net::Duration limit) {
  const Instant end = parts_->after(limit);
  parts_->refresh();
  bool holds = condition();
  for (bool more = true; more && !holds; holds = condition()) more = parts_->step(end);
  parts_->refresh();
  return holds;
}

net::ProcessId World::start(const std::string& machine, const net::Command& command,
                            const net::Main& main) {
  assert(!parts_->running);
  return parts_->inhabitants.start(machine, command, main).process.id();
}

void World::set_placement(std::function<Placement(const net::Command&)> place) {
  parts_->inhabitants.set_placement(std::move(place));
}

net::Host& World::host(const net::ProcessId& process) { return parts_->get(process).host; }

const net::Command& World::command(const net::ProcessId& process) const {
  return parts_->get(process).command;
}

const std::string& World::machine(const net::ProcessId& process) const {
  return parts_->get(process).process.machine();
}

net::Program* World::program(const net::ProcessId& process) {
  return parts_->get(process).program.get();
}

bool World::alive(const net::ProcessId& process) const {
  return !parts_->get(process).process.dead();
}

bool World::frozen(const net::ProcessId& process) const {
  return parts_->get(process).process.state() == Process::State::frozen;
}

std::vector<net::ProcessId> World::processes() const {
  std::vector<net::ProcessId> result;
  for (const Inhabitant* one : parts_->inhabitants.living()) result.push_back(one->process.id());
  return result;
}

void World::kill(const net::ProcessId& process) {
  parts_->inhabitants.end(parts_->between_events(process), {0, SIGKILL});
}

void World::freeze(const net::ProcessId& process) {
  Inhabitant& one = parts_->between_events(process);
  if (one.process.state() != Process::State::running) return;
  parts_->inhabitants.note(one, "is frozen");
  one.process.freeze();
}

void World::thaw(const net::ProcessId& process) {
  Inhabitant& one = parts_->between_events(process);
  if (one.process.state() != Process::State::frozen) return;
  parts_->inhabitants.note(one, "is thawed");
  one.process.thaw();
}

void World::raise(const net::ProcessId& process, int signal) {
  Inhabitant& one = parts_->between_events(process);
  if (one.process.dead()) return;
  parts_->inhabitants.note(one, "gets signal " + std::to_string(signal));
  one.processes.raise(signal);
}

void World::set_path(const std::string& from, const std::string& to, const Path& path) {
  parts_->inhabitants.note(from, "has another path to " + to);
  parts_->network.set_path(from, to, path);
}

void World::cut(const std::string& from, const std::string& to) {
  parts_->inhabitants.note(from, "is cut from " + to);
  parts_->network.cut(from, to);
}

void World::mend(const std::string& from, const std::string& to) {
  parts_->inhabitants.note(from, "reaches again " + to);
  parts_->network.mend(from, to);
}

void World::reset(const std::string& one, const std::string& other) {
  parts_->inhabitants.note(one, "loses its connections with " + other);
  parts_->network.reset(one, other);
}

MemoryFiles& World::files() { return parts_->files; }
std::uint64_t World::trace_hash() const { return parts_->trace.value(); }

void World::set_tracer(Tracer tracer) { parts_->inhabitants.set_tracer(std::move(tracer)); }

}  // namespace shaddock::sim
