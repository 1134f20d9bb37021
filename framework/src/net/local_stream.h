#pragma once

#include <memory>

#include "net/local_pipe.h"
#include "net/stream.h"

namespace shaddock::net {

// One end of a connection inside the process. For its user it is a socket: what was written in one
// turn is sent at its end and arrives, copied, on a later turn of the other loop; what the other
// side does not read fills a window of LocalPipe::kWindow bytes, and the rest stays queued.
//
//   open --close()--> closing: flush --> shut: wait for the peer's end --> ended
//     \------------- end of the peer ------------------------------------> ended
class LocalStream final : public Stream {
 public:
  // On the loop of that side, which the pipe's door leads to.
  LocalStream(Loop& loop, LocalEnd end, Address peer);
  ~LocalStream() override;
  LocalStream(const LocalStream&) = delete;
  LocalStream& operator=(const LocalStream&) = delete;

  void set_events(StreamEvents& events) override;
  void close(Duration limit) override;
  Address peer() const override { return peer_; }

  // The loop's turn has come to look at what the other side did.
  static void turn(const std::shared_ptr<LocalPipe>& pipe, int side);

 private:
  void schedule_flush() override;
  void flush();
  void all_written();
  void start_reading();
  void hand_over(Buffer& bytes);
  void keep(Buffer bytes);
  void peer_ended(bool gone);
  void end();
  void tell_end();

  Loop& loop_;
  LocalEnd end_;
  const Address peer_;
  StreamEvents* events_ = nullptr;
  std::unique_ptr<Timer> close_limit_;
  Buffer spare_;  // memory for what arrives next
  bool reading_ = false;
  bool waiting_ = false;  // for room in the window; scheduled_ stays set
  bool closing_ = false;
  bool shut_ = false;
  bool ended_ = false;
  bool told_end_ = false;
};

}  // namespace shaddock::net
