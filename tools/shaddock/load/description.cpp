#include "description.h"

#include <array>
#include <utility>

#include "human_units.h"

namespace shaddock::load {

namespace {

std::string describe_pace(const LoadResult& result) {
  const std::string what = result.script == "room" ? "message" : "request";
  if (result.rate.value_or(0) > 0)
    return ", " + significant(*result.rate) + " " + what + "s a second";
  if (!result.inflight) return "";
  return ", " + counted_noun(*result.inflight, what) + " in flight each";
}

}  // namespace

std::string describe_load(const LoadResult& result) {
  std::string text = counted_noun(result.clients, "client");
  if (result.script == "storm") return text + " logging in over and over";
  if (result.script == "idle") return text + " connected, only answering heartbeats";
  if (result.rooms) text += " in " + counted_noun(*result.rooms, "room");
  if (result.senders) text += ", " + counted_noun(*result.senders, "sender") + " in each";
  return text + describe_pace(result);
}

std::string describe_verdict(const LoadResult& result) {
  if (result.good()) return "all good";
  const Counters& total = result.total;
  const std::string errors = total.errors == 1 ? "error" : "errors";
  const std::array<std::pair<std::uint64_t, std::string>, 5> parts{
      {{total.errors, errors},
       {total.wrong, "wrong"},
       {total.unanswered, "unanswered"},
       {total.lost, "lost"},
       {total.doubled, "doubled"}}};
  std::string text;
  for (const auto& [times, what] : parts) {
    if (times == 0) continue;
    text += (text.empty() ? "" : ", ") + grouped(times) + " " + what;
  }
  return text.empty() ? "nothing was counted" : text;
}

std::vector<std::string> describe_doubts(const LoadResult& result) {
  constexpr double kBusy = 0.9;
  constexpr double kMuchStolen = 0.1;
  constexpr double kEnough = 0.95;
  std::vector<std::string> doubts;
  const double window = result.seconds * result.threads;
  if (!result.awake && window > 0 && result.load_cpu_seconds > kBusy * window) {
    doubts.push_back("The load itself used " + percent(result.load_cpu_seconds / window) +
                     " of its time: more --threads, or it measures itself.");
  }
  if (result.stolen.value_or(0) > kMuchStolen) {
    doubts.push_back("The hypervisor took " + percent(*result.stolen) +
                     " of a core away: measure again.");
  }
  const double wanted = result.script == "request" ? result.rate.value_or(0) : 0;
  if (result.per_second() < kEnough * wanted) {
    doubts.push_back("Of " + significant(wanted) + " requests a second only " +
                     significant(result.per_second()) + " were answered: it was too many.");
  }
  for (const ServerUse& server : result.servers) {
    if (!server.gone) continue;
    doubts.push_back(server.name + " (" + std::to_string(server.pid) +
                     ") was not there: what it used is not in the sums.");
  }
  return doubts;
}

}  // namespace shaddock::load
