#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G2: each request is answered exactly once, or its connection ends; an answer is to what was
// asked, and says what the handler of that very message said. What the code says of the handler is
// true: one of the class "not run" never started it, 200 did. And nothing is run twice by the
// framework: no message, no call between servers.
class Answers final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void asked(Visit visit, Number number) override;
  void answered(Visit visit, Number number, int code) override;
  void echoed(Visit visit, Number number, Visit said_visit, Number said_number) override;
  void ended(Visit visit, std::string_view why) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;
  void executed(std::uint64_t call) override;
  void settled(const std::vector<std::pair<Life, LinkNumber>>& links) override;

 private:
  struct Message {
    int starts = 0;
    bool not_run = false;  // said its answer
  };
  std::map<Visit, std::set<Number>> waiting_;  // of open visits
  std::unordered_map<Visit, std::unordered_map<Number, Message>> messages_;
  std::set<std::uint64_t> calls_;
};

}  // namespace shaddock::game
