#include "answers.h"

#include <shaddock/error.h>

namespace shaddock::game {

namespace {

bool never_ran(int code) {
  switch (code) {
    case code::kBadMessage:
    case code::kExpired:
    case code::kTooLarge:
    case code::kTooMany:
    case code::kShed:
    case code::kNoServer:
    case code::kDraining:
    case code::kCircuitOpen:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Answers::asked(Visit visit, Number number) { waiting_[visit].insert(number); }

void Answers::answered(Visit visit, Number number, int code) {
  const auto at = waiting_.find(visit);
  if (at == waiting_.end() || at->second.erase(number) == 0)
    findings_.add("G2", name(visit, number), "an answer that nobody waits for");
  Message& message = messages_[visit][number];
  message.not_run = never_ran(code);
  if (message.not_run && message.starts != 0)
    findings_.add("G2", name(visit, number),
                  "answered " + std::to_string(code) + " (not run), but its handler started");
  if (code == code::kOk && message.starts == 0)
    findings_.add("G2", name(visit, number), "answered 200, but no handler started");
}

void Answers::echoed(Visit visit, Number number, Visit said_visit, Number said_number) {
  if (visit == said_visit && number == said_number) return;
  findings_.add("G2", name(visit, number), "got the answer of " + name(said_visit, said_number));
}

// The client itself finds answers to what it never asked.
void Answers::ended(Visit visit, std::string_view why) {
  waiting_.erase(visit);
  if (why.starts_with("the server "))
    findings_.add("G2", name(visit), "the client gave up: " + std::string(why));
}

void Answers::started(Life life, SessionId, Visit visit, Number number) {
  Message& message = messages_[visit][number];
  if (++message.starts > 1)
    findings_.add("G2", name(visit, number),
                  "started again, in life " + std::to_string(life) + ": it runs at most once");
  if (message.not_run)
    findings_.add("G2", name(visit, number), "started after an answer that said: not run");
}

void Answers::executed(std::uint64_t call) {
  if (!calls_.insert(call).second)
    findings_.add("G2", "call " + std::to_string(call), "executed again: it runs at most once");
}

void Answers::settled(const std::vector<std::pair<Life, LinkNumber>>&) {
  for (const auto& [visit, numbers] : waiting_)
    for (const Number number : numbers)
      findings_.add("G2", name(visit, number), "no answer, and the connection is open");
}

}  // namespace shaddock::game
