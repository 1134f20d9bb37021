#include "ground.h"

#include <algorithm>
#include <stdexcept>

namespace shaddock::failures {

namespace {

constexpr net::Duration kBefore{1000};
// What has not ended after the deadline of requests (10 s) never will.
constexpr net::Duration kSettleLimit{11000};

Json server(const std::string& id, int port, int client_port) {
  Json entry{{"id", id}, {"host", "127.0.0.1"}};
  if (port != 0) entry.set("port", port);
  if (client_port != 0) entry.set("clientPort", client_port).set("frontend", true);
  return entry;
}

double p99_of(std::vector<double>& times) {
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[times.size() * 99 / 100];
}

}  // namespace

double milliseconds(net::TimePoint from, net::TimePoint to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

system_test::ChatCluster::Program Ground::program(const Settings& settings) {
  Json rooms = Json::array();
  for (int number = 1; number <= settings.rooms; ++number)
    rooms.push_back(server("room-" + std::to_string(number), kRoomPorts + number, 0));
  Json types{{"gate", Json::array().push_back(server("gate-1", 0, 3014))},
             {"connector", Json::array()
                               .push_back(server("connector-1", 4001, 3001))
                               .push_back(server("connector-2", 4002, 3002))}};
  types.set("room", std::move(rooms));
  const Json master{{"id", "master"}, {"host", "127.0.0.1"}, {"port", 3005}};
  return {WORKSHOP_PROGRAM, Json{{"production", types}}, Json{{"production", master}}};
}

Ground::Ground(const Settings& settings)
    : cluster_("production", program(settings), net::Isolation::process) {
  Json servers = parse_json(cluster_.read(cluster_.config("servers.json"))).value();
  for (auto& [environment, types] : servers.as_object())
    for (auto& [type, entries] : types.as_object())
      if (type == "room")
        for (Json& entry : entries.as_array()) entry.set("dies", dying_file());
  cluster_.write(cluster_.config("servers.json"), servers.dump());
  cluster_.start();
  load_ = std::make_unique<Load>(
      cluster_.host(),
      std::vector{cluster_.client_address("connector-1"), cluster_.client_address("connector-2")},
      settings.ballast);
  if (!cluster_.until([this] { return load_->all_in(); }))
    throw std::runtime_error("not everybody was let in");
}

net::TimePoint Ground::begin() {
  wait(net::Duration(200));
  load_->forget();
  wait(kBefore);
  return now();
}

void Ground::settle() {
  load_->pause();
  cluster_.until([this] { return load_->unanswered() == 0; }, kSettleLimit);
}

net::ProcessId Ground::process(const std::string& id) {
  const auto known = cluster_.record(id);
  if (!known) throw std::runtime_error("no process of " + id);
  return known->process;
}

std::uint64_t Ground::life(const std::string& id) {
  const auto known = cluster_.record(id);
  return known ? known->incarnation : 0;
}

bool Ground::signal(const std::string& id, int number) {
  return cluster_.host().processes.signal(process(id), number);
}

double Ground::last_failure(net::TimePoint from) {
  double last = 0;
  std::for_each(begin_of_samples(), end_of_samples(), [&](const Sample& one) {
    if (one.code && !one.fine()) last = std::max(last, milliseconds(from, one.ended));
  });
  return last;
}

double Ground::served_by(net::TimePoint from, const std::string& server, std::uint64_t life_after) {
  double first = -1;
  std::for_each(begin_of_samples(), end_of_samples(), [&](const Sample& one) {
    if (!one.fine() || one.server != server || one.ended < from) return;
    if (static_cast<std::uint64_t>(one.life) <= life_after) return;
    const double when = milliseconds(from, one.ended);
    if (first < 0 || when < first) first = when;
  });
  return first;
}

double Ground::longest_wait() {
  double longest = 0;
  std::for_each(begin_of_samples(), end_of_samples(), [&](const Sample& one) {
    longest = std::max(longest, one.code ? one.milliseconds() : milliseconds(one.asked, now()));
  });
  return longest;
}

double Ground::p99() {
  std::vector<double> times;
  std::for_each(begin_of_samples(), end_of_samples(), [&](const Sample& one) {
    if (one.fine()) times.push_back(one.milliseconds());
  });
  return p99_of(times);
}

double Ground::count(int code) {
  return static_cast<double>(std::count_if(
      begin_of_samples(), end_of_samples(),
      [&](const Sample& one) { return code == -1 ? !one.code : one.code && *one.code == code; }));
}

double Ground::failed() {
  return static_cast<double>(std::count_if(begin_of_samples(), end_of_samples(),
                                           [](const Sample& one) { return !one.fine(); }));
}

std::string Ground::codes() {
  std::map<int, int> counts;
  std::for_each(begin_of_samples(), end_of_samples(),
                [&](const Sample& one) { ++counts[one.code.value_or(-1)]; });
  std::string text;
  for (const auto& [code, count] : counts)
    text += (text.empty() ? "" : " ") + std::to_string(code) + "x" + std::to_string(count);
  return text;
}

double Ground::slowdown(net::TimePoint from, const std::string& struck) {
  std::vector<double> before, after;
  std::for_each(begin_of_samples(), end_of_samples(), [&](const Sample& one) {
    if (!one.fine() || one.server == struck) return;
    (one.asked < from ? before : after).push_back(one.milliseconds());
  });
  const double usual = p99_of(before);
  return usual == 0 ? 0 : p99_of(after) / usual;
}

}  // namespace shaddock::failures
