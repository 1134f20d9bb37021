#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/process_files.h"
#include "sim/sim_network.h"
#include "sim/sim_processes.h"
#include "sim/world.h"

namespace shaddock::sim {

// What all processes of a world share.
struct Ground {
  Schedule& schedule;
  TraceHash& trace;
  SimNetwork& network;
  MemoryFiles& files;
};

// A process of the world with all its parts, and what runs in it.
struct Inhabitant {
  Inhabitant(const Ground& ground, Population& population, const std::string& machine,
             net::ProcessId id, std::uint64_t seed, const net::Command& command, net::Main main,
             SimProcesses* parent);
  Inhabitant(const Inhabitant&) = delete;
  Inhabitant& operator=(const Inhabitant&) = delete;

  const net::Command command;
  const net::Main main;
  const std::string name;  // for readers of a trace
  Process process;
  std::unique_ptr<net::Network> network;
  SimProcesses processes;
  ProcessFiles files;
  net::Host host;
  std::unique_ptr<net::Program> program;
};

// All processes of a world. The dead ones stay, as empty shells: others may still point to them.
class Inhabitants final : public Population {
 public:
  Inhabitants(const Ground& ground, std::uint64_t seed) : ground_(ground), seed_(seed) {}
  Inhabitants(const Inhabitants&) = delete;
  Inhabitants& operator=(const Inhabitants&) = delete;

  Inhabitant& start(const std::string& machine, const net::Command& command, const net::Main& main,
                    SimProcesses* parent = nullptr);
  // Not from inside a turn: at once, without a word, and its program is destroyed on a dead host.
  void end(Inhabitant& one, net::Exit exit);
  void end_all();                                // the youngest first
  Inhabitant* search(const net::ProcessId& id);  // nullptr: there was none
  // In the order of their start.
  const std::vector<Inhabitant*>& living() const { return living_; }
  void set_placement(std::function<World::Placement(const net::Command&)> place) {
    place_ = std::move(place);
  }

  // Into the trace hash, and to the tracer.
  void note(const Inhabitant& one, std::string_view what);
  void note(std::string_view who, std::string_view what);
  void set_tracer(World::Tracer tracer) { tracer_ = std::move(tracer); }

  Result<SimProcesses*> spawn(SimProcesses& parent, const net::Command& command) override;
  SimProcesses* find(const net::ProcessId& id) override;
  void end_soon(SimProcesses& process, net::Exit exit) override;

  static constexpr int kFirstPid = 1000;
  static constexpr Instant kStartTime{1000};  // from the start of a process to its main()

 private:
  void begin(Inhabitant& one);

  const Ground ground_;
  const std::uint64_t seed_;
  std::function<World::Placement(const net::Command&)> place_;
  World::Tracer tracer_;
  std::vector<std::unique_ptr<Inhabitant>> all_;  // by pid
  std::vector<Inhabitant*> living_;
};

}  // namespace shaddock::sim
