#include "run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

namespace shaddock::load {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kLook{5};

Clock::time_point after(Clock::time_point begin, double seconds) {
  return begin + std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
}
double since(Clock::time_point begin) { return Seconds(Clock::now() - begin).count(); }

const char* counted_by(ScriptName script) {
  constexpr const char* kWords[] = {"answers", "pushes delivered", "logins", "connections held"};
  return kWords[static_cast<std::size_t>(script)];
}

std::string route_of(const Options& options) {
  switch (options.script) {
    case ScriptName::request:
      return options.call.route;
    case ScriptName::room:
      return options.push;
    case ScriptName::storm:
      return options.logins.empty() ? options.query.route : options.logins.back().route;
    case ScriptName::idle:
      break;
  }
  return {};
}

LoadResult described(const Options& options, std::size_t threads) {
  LoadResult result;
  result.script = to_string(options.script);
  result.route = route_of(options);
  result.counted = counted_by(options.script);
  result.urls = options.urls;
  if (options.gate_url) result.urls.insert(result.urls.begin(), *options.gate_url);
  result.clients = options.clients;
  result.threads = static_cast<int>(threads);
  result.awake = options.awake;
  const bool asks = options.script == ScriptName::request || options.script == ScriptName::room;
  if (asks && !options.open_loop()) result.inflight = options.inflight;
  if (asks) result.rate = options.rate;
  if (options.script == ScriptName::room) {
    result.rooms = options.rooms;
    result.senders = options.senders_per_room();
  }
  return result;
}

}  // namespace

Run::Run(const Options& options, Listener listener)
    : options_(options),
      listener_(std::move(listener)),
      shares_(deal_clients(options_)),
      result_(described(options_, shares_.size())) {}

LoadResult Run::run() {
  at_rest_ = sample_processes(options_.pids);
  for (const Share& share : shares_) workers_.push_back(std::make_unique<Worker>(options_, share));
  if (connect()) {
    begin();
    count();
    drain();
  }
  keep_faults(take());
  workers_.clear();
  return std::move(result_);
}

bool Run::connect() {
  call_all(&Script::connect);
  const auto settled = [](const Script& script) -> std::int64_t { return script.settled(); };
  auto tell = Clock::now();
  for (std::int64_t done; (done = sum(settled)) < options_.clients;) {
    if (Clock::now() >= tell) {
      listener_.note("connecting: " + std::to_string(done) + " of " +
                     std::to_string(options_.clients));
      tell += std::chrono::seconds(1);
    }
    std::this_thread::sleep_for(kLook);
  }
  return sum([](const Script& script) -> std::int64_t { return script.ready(); }) > 0;
}

void Run::begin() {
  call_all(&Script::begin);
  if (options_.warmup > 0) listener_.note("warming up");
  std::this_thread::sleep_for(Seconds(options_.warmup));
}

void Run::count() {
  keep_faults(take());
  const Reading before = read();
  const auto begin = Clock::now();
  for (double t = 0; t < options_.seconds;) {
    const double next = std::min(options_.seconds, std::max(t + 1, std::floor(since(begin)) + 1));
    std::this_thread::sleep_until(after(begin, next));
    const double now = since(begin);
    take_second(now, now - t);
    t = now;
  }
  result_.seconds = since(begin);
  tell_uses(before, read());
}

void Run::take_second(double t, double length) {
  Counters counted = take();
  if (options_.script == ScriptName::idle) {
    const auto ready = [](const Script& script) -> std::int64_t { return script.ready(); };
    counted.count = static_cast<std::uint64_t>(sum(ready));
    result_.total.count = 0;
  }
  const auto in_flight = sum([](const Script& script) { return script.in_flight(); });
  result_.series.push_back(make_second(
      t, length, static_cast<std::uint64_t>(std::max<std::int64_t>(0, in_flight)), counted));
  result_.total.merge(counted);
  listener_.second(result_.series.back());
}

void Run::drain() {
  call_all(&Script::stop_asking);
  const auto end = after(Clock::now(), options_.drain);
  const auto in_flight = [](const Script& script) { return script.in_flight(); };
  while (sum(in_flight) > 0 && Clock::now() < end) std::this_thread::sleep_for(kLook);
  call_all(&Script::finish);
}

// What came outside of the window: nothing of it is counted, but what was wrong.
void Run::keep_faults(const Counters& counted) {
  Counters faults;
  faults.merge(counted);
  faults.count = faults.messages_sent = faults.messages_received = faults.writes = faults.reads = 0;
  faults.bytes_sent = faults.bytes_received = 0;
  // A request of an open loop that was due in the window belongs to it, however late its answer.
  const bool late = options_.open_loop() && !result_.series.empty();
  if (!late) faults.latency.clear();
  result_.total.merge(faults);
}

Counters Run::take() {
  Counters all;
  for (auto& worker : workers_) {
    all.merge(worker->ask(
        [](Script&, Place& place) { return std::exchange(place.counters, Counters()); }));
  }
  return all;
}

Run::Reading Run::read() const {
  return {sample_processes(options_.pids), cpu_use(options_.cpus),
          process_seconds(::getpid()).value_or(0)};
}

void Run::tell_uses(const Reading& before, const Reading& after) {
  result_.servers = server_uses(options_.pids, before.processes, after.processes);
  result_.load_cpu_seconds = after.self - before.self;
  if (options_.script == ScriptName::idle)
    set_bytes_per_connection(result_.servers, at_rest_, result_.total.count);
  if (options_.cpus.empty()) return;
  result_.stolen = worst_stolen(before.cpus, after.cpus, result_.seconds);
  result_.cpu_busy = after.cpus[0].busy - before.cpus[0].busy;
}

void Run::call_all(void (Script::*call)()) {
  for (auto& worker : workers_) {
    worker->ask([call](Script& script, Place&) {
      (script.*call)();
      return 0;
    });
  }
}

std::int64_t Run::sum(std::int64_t (*of)(const Script&)) {
  std::int64_t sum = 0;
  for (auto& worker : workers_)
    sum += worker->ask([of](Script& script, Place&) { return of(script); });
  return sum;
}

}  // namespace shaddock::load
