#pragma once

#include <array>
#include <cstdint>

#include "cluster/wire.h"
#include "net/timer_wheel.h"

namespace shaddock::cluster {

// Whether a peer is worth asking. A call has failed when nothing came back in its time (504): what
// a handler throws is an answer like any other. When half of the last 5 seconds' calls failed, and
// they were those of 20 sessions at least, so that no player alone can cut off a server with what
// it is slow at, the circuit opens: calls end with 524 at once. After a while one call is let
// through; when it is not answered at once, there is another one after the same time. The answer to
// any of the last ones closes the circuit.
//
//   closed --half failed--> open --time--> probing --a call is sent--> open ...
//      ^---------------------- the answer to such a call ----------------'
//
// Costs an addition for each answer; all else happens on ticks, which its owner counts.
class Circuit {
 public:
  // 0: it never opens.
  Circuit(net::Duration tick, net::Duration open_time);

  bool open() const { return state_ == State::open; }
  // The next call is the one that tries: it is to be told to note_probe().
  bool probing() const { return state_ == State::probing; }
  void note_probe(CallId call);
  // True when this closes the circuit.
  bool note_answer(CallId call) {
    ++now_.answered;
    return state_ != State::closed && is_probe(call) && close();
  }
  // A call of that session, or of whoever else calls, has failed.
  void note_failure(std::uint64_t source);
  // A tick has passed. True when the state is another now.
  bool tick();

 private:
  enum class State { closed, open, probing };
  static constexpr net::Duration kWindow{5000};
  static constexpr std::size_t kFewestSources = 20;
  struct Counts {
    std::uint32_t answered = 0, failed = 0;
  };
  struct Source {
    std::uint64_t id = 0, tick = 0;  // of its last failure
  };

  bool close();
  bool is_probe(CallId call) const;
  bool many_failed() const;
  void count_tick();

  const int open_ticks_;  // 0: never
  const std::size_t window_ticks_;
  State state_ = State::closed;
  int ticks_left_ = 0;               // of being open
  std::array<CallId, 16> probes_{};  // the last ones; no call has id 0
  std::size_t next_probe_ = 0;
  Counts now_;                                    // in this tick
  std::array<Source, kFewestSources> sources_{};  // of failures, those of late
  std::uint64_t ticks_ = 0;                       // so far, and a window more
  std::array<Counts, 32> window_{};               // the last ticks, as many as it uses
  std::size_t next_ = 0;
  Counts sum_;
};

}  // namespace shaddock::cluster
