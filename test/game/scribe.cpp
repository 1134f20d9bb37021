#include "scribe.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "words.h"

namespace shaddock::game {

Scribe::Scribe(Findings& findings, const std::string& path)
    : Guarantee(findings),
      file_(::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw std::runtime_error("cannot write " + path);
}
Scribe::~Scribe() { ::close(file_); }

// Whoever finds no room for it has no run to check: the line's loss is seen as a broken promise.
template <class... Words>
void Scribe::write(std::string_view event, const Words&... words) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  line_ = std::to_string(std::chrono::nanoseconds(now).count());
  WordWriter writer(line_);
  writer.put(event);
  (writer.put(words), ...);
  line_ += '\n';
  [[maybe_unused]] const ssize_t written = ::write(file_, line_.data(), line_.size());
}

void Scribe::opened(Visit visit, std::string_view uid, std::string_view frontend) {
  write("opened", visit, uid, frontend);
}
void Scribe::will_think(Visit visit, Number number, sim::Instant time) {
  write("will_think", visit, number, time);
}
void Scribe::will_wait(Visit visit, Number number, sim::Instant time) {
  write("will_wait", visit, number, time);
}
void Scribe::may_come_back(Visit visit) { write("may_come_back", visit); }
void Scribe::came_back(Visit visit) { write("came_back", visit); }
void Scribe::turned_to(Visit visit, std::string_view frontend) {
  write("turned_to", visit, frontend);
}
void Scribe::asked(Visit visit, Number number) { write("asked", visit, number); }
void Scribe::notified(Visit visit, Number number) { write("notified", visit, number); }
void Scribe::answered(Visit visit, Number number, int code) {
  write("answered", visit, number, code);
}
void Scribe::echoed(Visit visit, Number number, Visit said_visit, Number said_number) {
  write("echoed", visit, number, said_visit, said_number);
}
void Scribe::heard(Visit visit, PushId push) { write("heard", visit, push); }
void Scribe::heard_for(Visit visit, PushId push, const Member& whom) {
  write("heard_for", visit, push, whom);
}
void Scribe::wrote(Visit visit, Number number, std::string_view paper, std::int64_t value) {
  write("wrote", visit, number, paper, value);
}
void Scribe::kicked(Visit visit, std::string_view reason) { write("kicked", visit, reason); }
void Scribe::logging_out(Visit visit) { write("logging_out", visit); }
void Scribe::logged_out(Visit visit) { write("logged_out", visit); }
void Scribe::ended(Visit visit, std::string_view why) { write("ended", visit, why); }
void Scribe::started(Life life, SessionId session, Visit visit, Number number) {
  write("started", life, session, visit, number);
}
void Scribe::saw(Visit visit, Number number, const Seen& seen) {
  write("saw", visit, number, seen);
}
void Scribe::pushed(PushId push, const std::vector<Target>& targets) {
  write("pushed", push, targets);
}
void Scribe::pushed_to_uid(PushId push, const Member& member, LinkNumber link) {
  write("pushed_to_uid", push, member, link);
}
void Scribe::pushed_to_all(PushId push, const std::vector<Way>& ways) {
  write("pushed_to_all", push, ways);
}
void Scribe::claimed(Life life, Visit visit, std::string_view login) {
  write("claimed", life, visit, login);
}
void Scribe::bound(Life life, std::string_view frontend, std::string_view uid, Visit visit) {
  write("bound", life, frontend, uid, visit);
}
void Scribe::unbound(Life life, std::string_view uid, Visit visit) {
  write("unbound", life, uid, visit);
}
void Scribe::missed(Life life, SessionId session, Visit visit, std::string_view room) {
  write("missed", life, session, visit, room);
}
void Scribe::lingered(Life life, SessionId session, Visit visit, std::string_view room) {
  write("lingered", life, session, visit, room);
}
void Scribe::stays(Life life, Visit visit, std::string_view club) {
  write("stays", life, visit, club);
}
void Scribe::attended(Life life, std::string_view channel, const std::vector<Member>& members) {
  write("attended", life, channel, members);
}
void Scribe::framed(Visit visit, Number number, PushId before, PushId after) {
  write("framed", visit, number, before, after);
}
void Scribe::joined(Life life, SessionId session, Visit visit) {
  write("joined", life, session, visit);
}
void Scribe::closed(Life life, SessionId session) { write("closed", life, session); }
void Scribe::moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
                   Visit visit) {
  write("moved", life, frontend, uid, session, visit);
}
void Scribe::kick_done(Life life, SessionId session) { write("kick_done", life, session); }
void Scribe::executed(std::uint64_t call) { write("executed", call); }
void Scribe::call_failed(std::uint64_t call, int code) { write("call_failed", call, code); }
void Scribe::named(std::string_view server) { write("named", server); }
void Scribe::told_to_stop(Life life, std::string_view server) {
  write("told_to_stop", life, server);
}
void Scribe::died(Life life) { write("died", life); }
void Scribe::healed() { write("healed"); }
void Scribe::links(Life life, const std::vector<LinkNumber>& living) {
  write("links", life, living);
}
void Scribe::figures(const Figures& figures) { write("figures", figures); }

}  // namespace shaddock::game
