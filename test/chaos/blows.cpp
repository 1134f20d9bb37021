#include "blows.h"

#include <algorithm>
#include <csignal>

namespace shaddock::chaos {

namespace {

using system_test::Cuts;

constexpr net::Duration kHealLimit{60000};

Cuts::What what_of(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::cut_half:
      return Cuts::What::half;
    case Fault::Kind::reset:
      return Cuts::What::reset;
    case Fault::Kind::lose:
      return Cuts::What::lose;
    default:
      return Cuts::What::all;
  }
}

}  // namespace

Blows::Blows(Fleet& cluster, Cuts& cuts, Say say)
    : cluster_(cluster), cuts_(cuts), say_(std::move(say)) {}

void Blows::strike(const std::vector<Fault>& plan, net::Duration time) {
  net::Loop& loop = cluster_.host().loop;
  const net::TimePoint begin = loop.now();
  auto next = plan.begin();
  cluster_.until(
      [&] {
        return loop.now() >= begin + time || (next != plan.end() && loop.now() >= begin + next->at);
      },
      time);
  while (loop.now() < begin + time) {
    for (; next != plan.end() && loop.now() >= begin + next->at; ++next) strike(*next);
    relieve(loop.now());
    const auto due = [&] {
      const net::TimePoint now = loop.now();
      return now >= begin + time || (next != plan.end() && now >= begin + next->at) ||
             std::ranges::any_of(reliefs_, [&](const Relief& one) { return one.at <= now; });
    };
    cluster_.until(due, time);
  }
}

void Blows::strike(const Fault& fault) {
  say_(to_string(fault));
  if (fault.on_network())
    strike_network(fault);
  else
    strike_process(fault);
}

void Blows::strike_process(const Fault& fault) {
  if (fault.kind == Fault::Kind::restart) {
    commands_.push_back(cluster_.begin({"restart", fault.victim}));
    return;
  }
  const auto record = cluster_.record(fault.victim);
  if (!record) return;
  net::Processes& processes = cluster_.host().processes;
  const net::ProcessId process = record->process;
  switch (fault.kind) {
    case Fault::Kind::freeze:
      processes.signal(process, SIGSTOP);
      return later(fault.time, [&processes, process] { processes.signal(process, SIGCONT); });
    case Fault::Kind::terminate:
      processes.signal(process, SIGTERM);
      return;
    default:
      processes.signal(process, SIGKILL);
      if (fault.victim == "master") later(fault.time, [this] { start_master(); });
  }
}

void Blows::strike_network(const Fault& fault) {
  const int port = cluster_.server_port(fault.victim);
  if (port == 0 || !cuts_.possible()) return;
  const Cuts::What what = what_of(fault.kind);
  cuts_.begin(what, port);
  later(fault.time, [this, what, port] { cuts_.end(what, port); });
}

void Blows::later(net::Duration after, std::function<void()> end) {
  reliefs_.push_back({cluster_.host().loop.now() + after, std::move(end)});
}

void Blows::relieve(net::TimePoint until) {
  for (std::size_t i = 0; i < reliefs_.size();) {
    if (reliefs_[i].at > until) {
      ++i;
      continue;
    }
    const auto end = std::move(reliefs_[i].end);
    reliefs_.erase(reliefs_.begin() + static_cast<std::ptrdiff_t>(i));
    end();
  }
}

void Blows::start_master() { commands_.push_back(cluster_.begin({"start", "--daemon"})); }

bool Blows::heal() {
  relieve(net::TimePoint::max());
  cuts_.end_all();
  const auto ended = [this] {
    return std::ranges::all_of(commands_, [](const auto& one) { return one->exit.has_value(); });
  };
  if (!cluster_.until(ended, kHealLimit)) return false;
  const auto master = cluster_.record("master");
  if (master && cluster_.host().processes.alive(master->process)) return true;
  start_master();
  return cluster_.until(ended, kHealLimit);
}

}  // namespace shaddock::chaos
