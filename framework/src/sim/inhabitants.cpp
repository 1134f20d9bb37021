#include "sim/inhabitants.h"

#include <csignal>
#include <utility>

namespace shaddock::sim {

namespace {

std::string name_of(const net::Command& command, const std::string& machine) {
  constexpr std::string_view kId = "id=";
  for (const std::string& argument : command.arguments)
    if (argument.starts_with(kId) && argument.size() > kId.size())
      return argument.substr(kId.size());
  return machine;
}

// Clock ticks since the machine's start, of which there are 100 in a second.
std::uint64_t ticks(net::TimePoint time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count()) / 10;
}

std::string text_of(net::Exit exit) {
  if (exit.signal == SIGKILL) return "is killed";
  if (exit.signal != 0) return "is ended by signal " + std::to_string(exit.signal);
  return "ends with code " + std::to_string(exit.status);
}

}  // namespace

Inhabitant::Inhabitant(const Ground& ground, Population& population, const std::string& machine,
                       net::ProcessId id, std::uint64_t seed, const net::Command& its_command,
                       net::Main its_main, SimProcesses* parent)
    : command(its_command),
      main(std::move(its_main)),
      name(name_of(command, machine)),
      process(ground.schedule, machine, id, seed, &ground.trace),
      network(ground.network.attach(process)),
      processes(process, population, command, parent),
      files(process, ground.files),
      host{process.loop(), *network, processes, files, process.random()} {}

Inhabitant& Inhabitants::start(const std::string& machine, const net::Command& command,
                               const net::Main& main, SimProcesses* parent) {
  const std::size_t number = all_.size();
  const net::ProcessId id{kFirstPid + static_cast<int>(number), ticks(ground_.schedule.time())};
  all_.push_back(std::make_unique<Inhabitant>(
      ground_, *this, machine, id, SimRandom::seed_of(seed_, number), command, main, parent));
  Inhabitant& one = *all_.back();
  living_.push_back(&one);
  note(one, "starts");
  if (one.main)
    one.process.deliver_at(ground_.schedule.now() + kStartTime, [this, &one] { begin(one); });
  return one;
}

void Inhabitants::begin(Inhabitant& one) {
  one.program = one.main(one.host, one.command, [this, &one](int status) {
    end_soon(one.processes, {status, 0});
  });
}

void Inhabitants::end(Inhabitant& one, net::Exit exit) {
  if (one.process.dead()) return;
  note(one, text_of(exit));
  std::erase(living_, &one);
  one.process.die();
  ground_.network.process_ended(one.process);
  one.files.release_locks();
  one.processes.ended(exit);
  one.program.reset();
}

void Inhabitants::end_all() {
  while (!living_.empty()) end(*living_.back(), {0, SIGKILL});
}

void Inhabitants::end_soon(SimProcesses& process, net::Exit exit) {
  Inhabitant& one = *search(process.self());
  if (one.process.dead()) return;
  ground_.schedule.after(Instant(0), [this, &one, exit] { end(one, exit); });
}

Inhabitant* Inhabitants::search(const net::ProcessId& id) {
  const auto index = static_cast<std::size_t>(id.pid - kFirstPid);
  if (id.pid < kFirstPid || index >= all_.size()) return nullptr;
  Inhabitant* one = all_[index].get();
  return one->process.id() == id ? one : nullptr;
}

SimProcesses* Inhabitants::find(const net::ProcessId& id) {
  Inhabitant* one = search(id);
  return one != nullptr ? &one->processes : nullptr;
}

Result<SimProcesses*> Inhabitants::spawn(SimProcesses& parent, const net::Command& command) {
  if (!command.output_file.empty()) {
    if (auto opened = ground_.files.append(command.output_file, {}, 0600); !opened)
      return Error(code::kFailed, "cannot start " + command.program + ": " + opened.error().text);
  }
  const Inhabitant& from = *search(parent.self());
  World::Placement place{from.process.machine(), from.main};
  if (place_) place = place_(command);
  if (place.machine.empty()) place.machine = from.process.machine();
  return &start(place.machine, command, place.main, &parent).processes;
}

void Inhabitants::note(const Inhabitant& one, std::string_view what) {
  ground_.trace.add(ground_.schedule.now(), static_cast<std::uint64_t>(one.process.id().pid), what);
  if (tracer_) tracer_(ground_.schedule.now(), one.name, what);
}

void Inhabitants::note(std::string_view who, std::string_view what) {
  ground_.trace.add(ground_.schedule.now(), 0, who);
  ground_.trace.add(ground_.schedule.now(), 0, what);
  if (tracer_) tracer_(ground_.schedule.now(), who, what);
}

}  // namespace shaddock::sim
