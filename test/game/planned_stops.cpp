#include "planned_stops.h"

#include <shaddock/error.h>

namespace shaddock::game {

namespace {

constexpr sim::Instant kLimit{10'600'000};  // Settings::stop.limit, and what is cut off is told so
constexpr sim::Instant kNews{200'000};      // until the others know who stops
constexpr sim::Instant kPatience{998'000};  // a second, as two clocks of milliseconds see it
constexpr sim::Instant kBack{600'000};      // from the end of a life until the next one serves

std::string seconds(sim::Instant time) {
  return std::to_string(std::chrono::duration<double>(time).count()) + " s";
}

}  // namespace

void PlannedStops::told_to_stop(Life life, std::string_view server) {
  stopping_[life] = {std::string(server), findings_.now()};
}

void PlannedStops::died(Life life) {
  const auto stop = stopping_.find(life);
  if (stop == stopping_.end()) return;
  look_at_end(life, stop->second);
  stopping_.erase(stop);
  last_end_ = findings_.now();
}

void PlannedStops::look_at_end(Life life, const Stop& stop) {
  const sim::Instant time = findings_.now() - stop.told;
  if (time > kLimit)
    findings_.add("STOP", stop.server + " in life " + std::to_string(life),
                  "was told to stop " + seconds(time) + " ago: its limit is long over");
}

void PlannedStops::named(std::string_view server) {
  for (const auto& [life, stop] : stopping_)
    if (stop.server == server && findings_.now() - stop.told > kNews)
      findings_.add("STOP", stop.server,
                    "was named by a gate, " + seconds(findings_.now() - stop.told) +
                        " after it was told to stop");
}

void PlannedStops::asked(Visit visit, Number number) {
  waiting_[visit][number] = {findings_.now()};
}

void PlannedStops::came_back(Visit visit) {
  for (auto& [number, request] : waiting_[visit]) request.away = true;
}

void PlannedStops::started(Life, SessionId, Visit visit, Number number) {
  const auto numbers = waiting_.find(visit);
  if (numbers == waiting_.end()) return;
  if (const auto at = numbers->second.find(number); at != numbers->second.end())
    at->second.started = true;
}

void PlannedStops::answered(Visit visit, Number number, int code) {
  const auto request = waiting_[visit].extract(number);
  const bool waited = only_backends_ && code == code::kDraining && !logs_out_.contains(visit);
  if (!request.empty() && waited) look_at_wait(name(visit, number), request.mapped());
}

void PlannedStops::look_at_wait(const std::string& who, const Request& request) {
  const sim::Instant waited = findings_.now() - request.asked;
  if (waited < kPatience)
    findings_.add("STOP", who, "answered 523 after " + seconds(waited) + " and no more");
  else if (stopping_.empty() && !request.away && findings_.now() - last_end_ > kBack)
    findings_.add("STOP", who, "answered 523, and whoever had stopped was back");
}

void PlannedStops::ended(Visit visit, std::string_view why) {
  const auto requests = waiting_.extract(visit);
  if (requests.empty() || why != "closed by the server" || may_come_back_.contains(visit)) return;
  for (const auto& [number, request] : requests.mapped())
    if (request.started)
      findings_.add("STOP", name(visit, number),
                    "has run, and its connection ended before its answer");
}

void PlannedStops::settled(const std::vector<std::pair<Life, LinkNumber>>&) {
  for (const auto& [life, stop] : stopping_) look_at_end(life, stop);
}

}  // namespace shaddock::game
