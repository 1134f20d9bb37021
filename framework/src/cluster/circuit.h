#pragma once

#include <array>
#include <cstdint>

#include "cluster/wire.h"
#include "net/timer_wheel.h"

namespace shaddock::cluster {

// Whether a peer is worth asking. A call has failed when nothing came back in its time (504): what
// a handler throws is an answer like any other, so no request can cut off its server. When half of
// the last 5 seconds' calls failed, and they were 20 at least, the circuit opens: calls end with
// 524 at once. After a while one call is let through; its answer closes the circuit. If it is not
// answered either, there is another one after the same time.
//
//   closed --half failed--> open --time--> probing --a call is sent--> open ...
//      ^---------------------- the answer to that call ------------------'
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
    ++answered_;
    return call == probe_ && close();
  }
  // A tick has passed, and `failed` calls have failed so far. True when the state is another now.
  bool tick(std::uint64_t failed);

 private:
  enum class State { closed, open, probing };
  static constexpr net::Duration kWindow{5000};
  static constexpr std::uint32_t kFewest = 20;
  struct Counts {
    std::uint32_t answered = 0, failed = 0;
  };

  bool close();
  void count_tick(std::uint64_t failed);

  const int open_ticks_;  // 0: never
  const std::size_t window_ticks_;
  State state_ = State::closed;
  int ticks_left_ = 0;  // of being open
  CallId probe_ = 0;    // no call has this id
  std::uint32_t answered_ = 0;
  std::uint64_t failed_before_ = 0;
  std::array<Counts, 32> window_{};  // the last ticks, as many as it uses
  std::size_t next_ = 0;
  Counts sum_;
};

}  // namespace shaddock::cluster
