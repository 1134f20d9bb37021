#pragma once

#include <array>
#include <memory>
#include <mutex>

#include "net/loop_door.h"
#include "net/output_queue.h"

namespace shaddock::net {

class LocalStream;

// What the two ends of a connection inside the process share. Each side (0 or 1) is used by one
// loop's thread; the other side may be on another. Bytes are copied in and wait for the reader:
//
//   side 0: queue --send()--> [ arriving, at most kWindow ] --receive()--> side 1: events
//
// Whatever the other side should look at makes one call of LocalStream::turn() on its loop, however
// much comes until that turn.
class LocalPipe : public std::enable_shared_from_this<LocalPipe> {
 public:
  static constexpr std::size_t kWindow = 256 * 1024;

  using Doors = std::array<std::shared_ptr<LoopDoor>, 2>;
  explicit LocalPipe(Doors doors) : doors_(std::move(doors)) {}

  // Moves what fits from the front of the queue. False when nobody will ever read it.
  bool send(int side, OutputQueue& queue);
  // Nothing more is sent by this side.
  void finish(int side);
  // This side neither sends nor reads any more. May be called again.
  void abandon(int side) noexcept;

  struct News {
    bool ended = false;  // no bytes come any more, after those that were given
    bool gone = false;   // nor is anything read
  };
  // Swaps all that has arrived into `bytes`, which is empty.
  News receive(int side, Buffer& bytes);
  // The same for a side that does not read.
  News look(int side);
  // Has the side look again on a later turn, if there is something for it.
  void look_later(int side);

  // Of the side's own thread only: who is told; null when there is none.
  LocalStream* stream(int side) const { return streams_[static_cast<std::size_t>(side)]; }
  void set_stream(int side, LocalStream* stream) {
    streams_[static_cast<std::size_t>(side)] = stream;
  }

 private:
  struct Side {
    Buffer arriving;
    bool finished = false;   // sends no more
    bool abandoned = false;  // reads no more
    bool waits = false;      // for room in the other's window
    bool called = false;     // its turn is on the way
  };

  Side& at(int side) { return sides_[static_cast<std::size_t>(side)]; }
  // Under the mutex: whether the caller has to call() the side.
  static bool wants_call(Side& side);
  void call(int side);
  News news_for(int side);

  const Doors doors_;
  std::array<LocalStream*, 2> streams_{};
  std::mutex mutex_;
  std::array<Side, 2> sides_;  // guarded by mutex_
};

// One side of a pipe, for whoever may use it: when it is dropped, the other side sees its end, also
// when that happens inside of work that no loop will run any more.
class LocalEnd {
 public:
  LocalEnd(std::shared_ptr<LocalPipe> pipe, int side) : pipe_(std::move(pipe)), side_(side) {}
  ~LocalEnd() {
    if (pipe_) pipe_->abandon(side_);
  }
  LocalEnd(LocalEnd&&) noexcept = default;
  LocalEnd& operator=(LocalEnd&&) = delete;

  const std::shared_ptr<LocalPipe>& pipe() const { return pipe_; }
  int side() const { return side_; }

 private:
  std::shared_ptr<LocalPipe> pipe_;
  int side_;
};

}  // namespace shaddock::net
