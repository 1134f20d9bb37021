#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "figures.h"
#include "guarantee.h"

namespace shaddock::game {

// Writes down what it is told, the moment it is told, for a checker of another process: a line an
// event, "<nanoseconds of the steady clock> <event> <word>...", appended with one system call, so
// that kill -9 takes back nothing. All processes of one machine have the same clock, so the lines
// of all of them in the order of their times are what happened (chronicle.h).
class Scribe final : public Guarantee {
 public:
  // Throws std::runtime_error when the file cannot be opened.
  Scribe(Findings& findings, const std::string& path);
  ~Scribe() override;
  Scribe(const Scribe&) = delete;
  Scribe& operator=(const Scribe&) = delete;

  void opened(Visit visit, std::string_view uid, std::string_view frontend) override;
  void will_think(Visit visit, Number number, sim::Instant time) override;
  void will_wait(Visit visit, Number number, sim::Instant time) override;
  void may_come_back(Visit visit) override;
  void came_back(Visit visit) override;
  void turned_to(Visit visit, std::string_view frontend) override;
  void asked(Visit visit, Number number) override;
  void notified(Visit visit, Number number) override;
  void answered(Visit visit, Number number, int code) override;
  void echoed(Visit visit, Number number, Visit said_visit, Number said_number) override;
  void heard(Visit visit, PushId push) override;
  void heard_for(Visit visit, PushId push, const Member& whom) override;
  void wrote(Visit visit, Number number, std::string_view paper, std::int64_t value) override;
  void kicked(Visit visit, std::string_view reason) override;
  void logging_out(Visit visit) override;
  void logged_out(Visit visit) override;
  void ended(Visit visit, std::string_view why) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;
  void saw(Visit visit, Number number, const Seen& seen) override;
  void pushed(PushId push, const std::vector<Target>& targets) override;
  void pushed_to_uid(PushId push, const Member& member, LinkNumber link) override;
  void pushed_to_all(PushId push, const std::vector<Way>& ways) override;
  void claimed(Life life, Visit visit, std::string_view login) override;
  void bound(Life life, std::string_view frontend, std::string_view uid, Visit visit) override;
  void unbound(Life life, std::string_view uid, Visit visit) override;
  void missed(Life life, SessionId session, Visit visit, std::string_view room) override;
  void lingered(Life life, SessionId session, Visit visit, std::string_view room) override;
  void stays(Life life, Visit visit, std::string_view club) override;
  void attended(Life life, std::string_view channel, const std::vector<Member>& members) override;
  void framed(Visit visit, Number number, PushId before, PushId after) override;
  void joined(Life life, SessionId session, Visit visit) override;
  void closed(Life life, SessionId session) override;
  void moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
             Visit visit) override;
  void kick_done(Life life, SessionId session) override;
  void executed(std::uint64_t call) override;
  void call_failed(std::uint64_t call, int code) override;
  void named(std::string_view server) override;
  void told_to_stop(Life life, std::string_view server) override;
  void died(Life life) override;
  void healed() override;

  // Of one life, whenever it has changed: its links that live, and what it counts.
  void links(Life life, const std::vector<LinkNumber>& living);
  void figures(const Figures& figures);

 private:
  template <class... Words>
  void write(std::string_view event, const Words&... words);

  int file_;
  std::string line_;
};

}  // namespace shaddock::game
