#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// STOP: servers are told to stop, each when it is back since the last time, and nothing else goes
// wrong. Then nobody waits for more than there is to wait for:
//
//   a server has ended when its limit is over, whatever hangs in it
//   a gate names no server that stops, as soon as it can know of that
//   whose frontend stops is answered what has begun to run, before its connection ends
//   and while only backends stop, a request ends with 523 after a second, not before, and only when
//   nobody has come back in that second
//
// Whoever comes back to its session may do so elsewhere, and is not cut off. Whoever logs out waits
// for nobody.
class PlannedStops final : public Guarantee {
 public:
  PlannedStops(Findings& findings, bool only_backends)
      : Guarantee(findings), only_backends_(only_backends) {}

  void told_to_stop(Life life, std::string_view server) override;
  void died(Life life) override;
  void named(std::string_view server) override;
  void may_come_back(Visit visit) override { may_come_back_.insert(visit); }
  void came_back(Visit visit) override;
  void asked(Visit visit, Number number) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;
  void answered(Visit visit, Number number, int code) override;
  void logging_out(Visit visit) override { logs_out_.insert(visit); }
  void ended(Visit visit, std::string_view why) override;
  void settled(const std::vector<std::pair<Life, LinkNumber>>& links) override;

 private:
  struct Stop {
    std::string server;
    sim::Instant told;
  };
  struct Request {
    sim::Instant asked;
    bool started = false, away = false;  // away: its answer may have waited for who asked
  };
  void look_at_end(Life life, const Stop& stop);
  void look_at_wait(const std::string& who, const Request& request);

  const bool only_backends_;
  std::map<Life, Stop> stopping_;
  sim::Instant last_end_{0};  // of one that stopped
  std::map<Visit, std::map<Number, Request>> waiting_;
  std::set<Visit> may_come_back_, logs_out_;
};

}  // namespace shaddock::game
