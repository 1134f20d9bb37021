#pragma once

#include <shaddock/function.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/records.h"
#include "admin/stop_sequence.h"

namespace shaddock::admin {

// Ends the processes of records when no master can be asked to: SIGTERM, after 12 s SIGKILL,
// frontends first. Only the very processes of the records are ever signalled.
class StopByPid final : StopActions {
 public:
  // `done` comes once, on a later turn, with the ids that could not be ended.
  StopByPid(net::Host& host, std::vector<Record> records,
            std::function<void(std::string_view)> print,
            Function<void(std::vector<std::string>)> done, net::Duration give_up_after = kGiveUp);

  void start();

  static constexpr net::Duration kLookAgain{20}, kGiveUp{45000};
  // They finish what they have in hand, and nobody can ask whether they do.
  static constexpr net::Duration kKillAfter{12000};

 private:
  void look();
  void finish();
  void signal(const std::string& id, int number);

  void ask(const std::string& id) override;
  void terminate(const std::string&) override {}
  void kill(const std::string& id) override;

  net::Host& host_;
  std::vector<Record> records_;  // of processes that may live
  std::function<void(std::string_view)> print_;
  Function<void(std::vector<std::string>)> done_;
  net::Duration give_up_after_;
  net::TimePoint give_up_{};
  net::Timer look_;
  StopSequence sequence_;
};

}  // namespace shaddock::admin
