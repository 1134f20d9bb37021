#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// Each session has papers (settings), each written by one backend only, numbers that grow.
// G10: who writes one of them undoes none of the others.
// G11: what a client asks after its write was acknowledged sees that write, or a later one.
// A write that ended without acknowledgement may take effect at any time, or never.
// And a handler sees its own session: the visit and the uid of who sent the message.
class Papers final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void opened(Visit visit, std::string_view uid, std::string_view frontend) override;
  void asked(Visit visit, Number number) override;
  void notified(Visit visit, Number number) override;
  void wrote(Visit visit, Number number, std::string_view paper, std::int64_t value) override;
  void answered(Visit visit, Number number, int code) override;
  void logged_out(Visit visit) override { visitors_.erase(visit); }
  void logging_out(Visit visit) override;
  void unbound(Life life, std::string_view uid, Visit visit) override;
  void ended(Visit visit, std::string_view why) override;
  void saw(Visit visit, Number number, const Seen& seen) override;

 private:
  struct Paper {
    std::int64_t done = 0;                  // acknowledged; 0: nothing was
    std::map<std::int64_t, Number> unsure;  // asked for and not acknowledged, by which message
  };
  using Values = std::map<std::string, std::int64_t, std::less<>>;
  struct Visitor {
    std::string uid;
    std::map<std::string, Paper, std::less<>> papers;
    std::map<Number, Values> expected;  // what was done when the message was sent
    Number login = 0;                   // its first message
    Number last = 0, unbound = 0;       // that was sent; before its uid was given back
    bool logging_out = false;
  };
  void remember(Visit visit, Number number);
  void compare(const std::string& who, const Visitor& visitor, Number number, const Seen& seen);

  std::map<Visit, Visitor> visitors_;
};

}  // namespace shaddock::game
