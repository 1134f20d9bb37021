#pragma once

#include <memory>

#include "net/stream.h"
#include "sim/connection.h"

namespace shaddock::sim {

// One end of a simulated connection, as its program holds it. It keeps the rules of a TCP stream:
//
//   open --close()--> closing: flush --> shut: wait for the peer's end --> ended
//     \------------- end of the peer, reset ------------------------------> ended
//
// When its process has ended it does nothing any more.
class SimStream final : public net::Stream {
 public:
  SimStream(std::shared_ptr<Connection> connection, int side);
  ~SimStream() override;
  SimStream(const SimStream&) = delete;
  SimStream& operator=(const SimStream&) = delete;

  void set_events(net::StreamEvents& events) override;
  void close(net::Duration limit) override;
  net::Address peer() const override { return connection_->peer(side_); }

  // Calls of the connection. Each but the first and the last is a turn of the process.
  bool reading() const { return reading_; }
  void flush();
  void received(std::span<char> bytes);
  void peer_ended();
  void broken();
  void room();
  void abandon();

 private:
  void schedule_flush() override;
  void all_written();
  void start_reading();
  void end();
  void tell_end();

  const std::shared_ptr<Connection> connection_;
  const int side_;
  net::StreamEvents* events_ = nullptr;
  std::unique_ptr<net::Timer> close_limit_;
  bool open_ = true;
  bool abandoned_ = false;
  bool reading_ = false;
  bool waiting_ = false;  // for room; scheduled_ stays set
  bool closing_ = false;
  bool shut_ = false;
  bool peer_ended_ = false;
  bool told_end_ = false;
};

}  // namespace shaddock::sim
