#include "sim/sim_stream.h"

#include <utility>

namespace shaddock::sim {

namespace {

constexpr net::Duration kLastWords{2000};
constexpr std::size_t kMemoryKept = 16 * 1024;  // of an empty queue

}  // namespace

SimStream::SimStream(std::shared_ptr<Connection> connection, int side)
    : connection_(std::move(connection)), side_(side) {
  connection_->set_stream(side_, this);
}

SimStream::~SimStream() {
  if (open_) connection_->close(side_, !queue_.empty());
  connection_->set_stream(side_, nullptr);
}

void SimStream::set_events(net::StreamEvents& events) {
  events_ = &events;
  if (open_) {
    start_reading();
  } else if (!told_end_ && !scheduled_) {
    schedule_flush();
  }
}

void SimStream::start_reading() {
  if (!std::exchange(reading_, true)) connection_->read_on(side_);
}

void SimStream::received(std::span<char> bytes) {
  if (!closing_) events_->on_bytes(bytes);
}

void SimStream::peer_ended() {
  peer_ended_ = true;
  // It may have ended only its own direction, and still read what it asked for.
  if (!closing_ && !queue_.empty()) return close(kLastWords);
  if (!closing_ || shut_) end();
}

void SimStream::broken() {
  peer_ended_ = true;
  end();
}

void SimStream::schedule_flush() {
  scheduled_ = true;
  if (!abandoned_) connection_->owner(side_)->flush_later(connection_, side_);
}

void SimStream::flush() {
  scheduled_ = false;
  if (!open_ || shut_) {
    queue_.clear();
    if (!open_) tell_end();
    return;
  }
  if (connection_->was_reset(side_)) return end();
  if (!queue_.empty()) connection_->write(side_, queue_);
  if (queue_.empty()) return all_written();
  scheduled_ = true;
  waiting_ = true;
  connection_->wait_for_room(side_);
}

void SimStream::room() {
  if (waiting_) flush();
}

void SimStream::all_written() {
  if (queue_.buffer().capacity() > kMemoryKept) queue_.reclaim();
  const bool waited = std::exchange(waiting_, false);
  if (!closing_) {
    if (waited && events_ != nullptr) events_->on_drained();
    return;
  }
  if (peer_ended_) return end();
  // What the peer still sends would turn our close into a reset: so say that no more is coming, and
  // wait for the peer to do the same.
  shut_ = true;
  connection_->end_output(side_);
}

void SimStream::close(net::Duration limit) {
  if (!open_ || std::exchange(closing_, true)) return;
  close_limit_ = std::make_unique<net::Timer>(connection_->owner(side_)->process().loop().timers(),
                                              [this] { end(); });
  close_limit_->start(limit);
  start_reading();
  if (!scheduled_) schedule_flush();
}

void SimStream::end() {
  if (!std::exchange(open_, false)) return;
  connection_->close(side_, !queue_.empty());
  queue_.clear();
  if (std::exchange(waiting_, false)) scheduled_ = false;
  if (close_limit_) close_limit_->stop();
  tell_end();
}

void SimStream::tell_end() {
  if (events_ != nullptr && !std::exchange(told_end_, true)) events_->on_end();
}

void SimStream::abandon() {
  open_ = false;
  abandoned_ = true;
  told_end_ = true;
  scheduled_ = true;  // so that nothing is asked for ever again
  close_limit_.reset();
}

}  // namespace shaddock::sim
