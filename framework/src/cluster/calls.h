#pragma once

#include <shaddock/function.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "cluster/wire.h"
#include "net/timer_wheel.h"

namespace shaddock::cluster {

// How a call ended. status is code::kOk with the answer's bytes, or another code of error.h: then
// body may hold an encoded error (when the peer answered) or be empty (when the call ended here:
// 504, 522).
struct CallEnd {
  int status;
  std::string_view body;
  bool from_peer;
};

// Who waits for calls. Tags are whatever the owner needs to know which one ended.
struct CallTag {
  std::uint64_t a = 0, b = 0, c = 0;
};
class CallOwner {
 public:
  virtual void on_call_end(CallTag tag, const CallEnd& end) noexcept = 0;

 protected:
  ~CallOwner() = default;
};

// The calls that wait for an answer on one link. Slots are reused; an id is slot and generation, so
// a late answer finds nobody. Invariant: each opened call ends exactly once, by answer, deadline or
// fail_all(), unless it is taken back. Ending a call may open new ones, whose fate fail_all()
// leaves alone.
//
// Most calls end long before their deadline, so a deadline is a number in the slot, and one timer
// wakes whoever looks through all slots: never later than the first deadline of those that wait,
// and not more often than once in a limit as long as calls are answered.
class Calls {
 public:
  // `on_late` hears of each call that ends with 504, after its owner, if it was made in this era
  // and with a limit of at least a second: it may say something about the peer.
  explicit Calls(net::TimerWheel& timers, Function<void(CallTag)> on_late = {});
  ~Calls();  // fails what is left with code::kServerLost

  // Never 0. The owner must outlive the call. It ends with 504 when the limit has passed.
  CallId open(CallOwner& owner, CallTag tag, net::Duration limit);
  // False when nobody waits for it any more.
  bool end(CallId id, const CallEnd& end);
  // For a call that was not sent after all: its owner is not told.
  void take_back(CallId id);
  void fail_all(int status);
  std::size_t pending() const { return pending_; }
  // What was made before says nothing about the peer as it is now.
  void start_era() { ++era_; }

 private:
  struct Slot {
    CallOwner* owner = nullptr;  // nullptr: the slot is free
    CallTag tag;
    net::TimePoint deadline;
    std::uint32_t generation = 0;  // never 0 in an id
    std::uint32_t era = 0;         // in which it was made; 0: it had no fair chance
  };

  std::uint32_t free_slot();
  CallId id_of(const Slot& slot) const;
  Slot* find(CallId id);
  CallOwner* release(Slot& slot);
  void end_late();

  net::TimerWheel& timers_;
  net::Timer alarm_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;  // room for all slots
  std::size_t pending_ = 0;
  std::uint32_t era_ = 1;
  Function<void(CallTag)> on_late_;
};

}  // namespace shaddock::cluster
