#include "strikes.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace shaddock::simulator {

using Kind = Fault::Kind;

namespace {

constexpr sim::Instant kStutter{60'000};  // frozen for so long, then running for so long

}  // namespace

std::optional<net::ProcessId> process_of(const sim::World& world, const std::string& node) {
  for (const net::ProcessId& process : world.processes()) {
    const auto& words = world.command(process).arguments;
    if (std::find(words.begin(), words.end(), "id=" + node) != words.end()) return process;
  }
  return std::nullopt;
}

Strikes::Strikes(sim::World& world, sim::Path calm, std::function<void()> start_master)
    : world_(world), calm_(calm), start_master_(std::move(start_master)) {
  world_.set_path("*", "*", calm_);
}

// A stutter is many steps.
std::vector<Strikes::Step> Strikes::steps_of(const Plan& plan, sim::Instant time) {
  std::vector<Step> steps;
  for (const Fault& fault : plan) {
    const sim::Instant last = std::min(time, fault.at + fault.length);
    if (fault.kind == Kind::stutter) {
      for (sim::Instant at = fault.at; at < last; at += 2 * kStutter) {
        steps.push_back({at, &fault, true});
        steps.push_back({at + kStutter, &fault, false});
      }
    } else {
      steps.push_back({fault.at, &fault, true});
      if (fault.length.count() != 0) steps.push_back({last, &fault, false});
    }
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& one, const Step& other) { return one.at < other.at; });
  return steps;
}

void Strikes::run(const Plan& plan, sim::Instant time) {
  const sim::Instant begin_of_run = world_.now();
  for (const Step& step : steps_of(plan, time)) {
    run_until(begin_of_run + std::min(step.at, time));
    if (step.begins)
      begin(*step.fault);
    else
      end(*step.fault);
  }
  run_until(begin_of_run + time);
}

void Strikes::run_until(sim::Instant when) {
  const auto left = std::chrono::floor<net::Duration>(when - world_.now());
  if (left.count() > 0) world_.run_for(left);
}

void Strikes::begin(const Fault& fault) {
  const std::string one = machine_of(fault.one);
  const std::string other = fault.other.empty() ? "" : machine_of(fault.other);
  switch (fault.kind) {
    case Kind::kill:
    case Kind::away:
      if (const auto victim = process_of(world_, fault.one)) world_.kill(*victim);
      return;
    case Kind::stop:
      if (const auto victim = process_of(world_, fault.one)) {
        if (on_stop_) on_stop_(fault.one);
        world_.raise(*victim, SIGTERM);
      }
      return;
    case Kind::freeze:
    case Kind::stutter: {
      const auto victim = process_of(world_, fault.one);
      if (!victim || world_.frozen(*victim)) return;
      frozen_[&fault] = victim;
      return world_.freeze(*victim);
    }
    case Kind::cut:
      world_.cut(other, one);
      [[fallthrough]];
    case Kind::one_way:
      return world_.cut(one, other);
    case Kind::slow:
      world_.set_path(other, one, fault.path);
      return world_.set_path(one, other, fault.path);
    case Kind::reset:
      return world_.reset(one, other);
  }
}

void Strikes::end(const Fault& fault) {
  const std::string one = machine_of(fault.one);
  const std::string other = fault.other.empty() ? "" : machine_of(fault.other);
  switch (fault.kind) {
    case Kind::freeze:
    case Kind::stutter:
      if (const auto victim = std::exchange(frozen_[&fault], std::nullopt))
        if (world_.frozen(*victim)) world_.thaw(*victim);
      return;
    case Kind::cut:
      world_.mend(other, one);
      [[fallthrough]];
    case Kind::one_way:
      return world_.mend(one, other);
    case Kind::slow:
      world_.set_path(other, one, calm_);
      return world_.set_path(one, other, calm_);
    case Kind::away:
      if (!process_of(world_, fault.one)) start_master_();
      return;
    case Kind::kill:
    case Kind::stop:
    case Kind::reset:
      return;
  }
}

void Strikes::heal() {
  for (const net::ProcessId& process : world_.processes())
    if (world_.frozen(process)) world_.thaw(process);
  world_.mend("*", "*");
  world_.set_path("*", "*", calm_);
  frozen_.clear();
}

}  // namespace shaddock::simulator
