#pragma once

#include <memory>

#include "arena.h"

namespace shaddock::game {

// What all handlers of the game have: their server's life, and the habit of telling the checker.
class Desk {
 public:
  explicit Desk(Server& server) : life_(ArenaOfThisThread::get().life_of(server)) {}

 protected:
  ServerLife& life() { return *life_; }
  Server& server() { return life_->server(); }
  Checker& checker() { return life_->checker(); }

  // A handler begins with this message, and sees this session.
  template <class Message>
  void begin(const Session& session, const Message& message) {
    checker().tell(&Guarantee::started, life_->number(), session.id(), message.visit,
                   message.number);
    checker().tell(&Guarantee::saw, message.visit, message.number, seen(session));
  }

  // As long as it lives, something runs.
  class Running {
   public:
    explicit Running(std::shared_ptr<ServerLife> life) : life_(std::move(life)) {
      ++life_->running_handlers;
    }
    ~Running() { --life_->running_handlers; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    std::shared_ptr<ServerLife> life_;
  };
  std::shared_ptr<ServerLife> keep_life() const { return life_; }
  template <class Message>
  static Done done(const Message& message) {
    return {message.visit, message.number};
  }
  static Member member_of(const Session& session) {
    return {session.uid(), session.frontend(), session.id()};
  }
  // Pushes to the session, answers and pushes again, after the time that the message says.
  template <class Session>
  void answer_between(const Session& session, const Ask& ask, Reply<Done> reply);

 private:
  static Seen seen(const Session& session);

  std::shared_ptr<ServerLife> life_;
};

template <class Session>
void Desk::answer_between(const Session& session, const Ask& ask, Reply<Done> reply) {
  server()
      .sleep(std::chrono::milliseconds(ask.value.value_or(0)))
      .then([life = keep_life(), running = std::make_unique<Running>(keep_life()),
             member = member_of(session), visit = ask.visit, number = ask.number,
             reply = std::move(reply)](Result<void> slept) mutable {
        if (!slept.ok()) return;
        life->checker().tell(&Guarantee::framed, visit, number, life->coming_push(1),
                             life->coming_push(2));
        life->push_to_session(member, visit);
        reply(Done{visit, number});
        life->push_to_session(member, visit);
      });
}

inline constexpr const char* kPapers[] = {"left", "right"};
inline constexpr const char* kCopies[] = {"left2", "right2"};  // written with them, in one push
constexpr std::int64_t kTorn = -1;                             // the two are not the same

inline Seen Desk::seen(const Session& session) {
  Seen seen;
  if (const Json* visit = session.find("visit"))
    seen.visit = static_cast<Visit>(visit->as_integer());
  seen.uid = session.uid();
  for (std::size_t i = 0; i < std::size(kPapers); ++i) {
    const Json* const value = session.find(kPapers[i]);
    const Json* const copy = session.find(kCopies[i]);
    if (value == nullptr && copy == nullptr) continue;
    const bool whole = value != nullptr && copy != nullptr && *value == *copy;
    seen.papers[kPapers[i]] = whole ? value->as_integer() : kTorn;
  }
  return seen;
}

}  // namespace shaddock::game
