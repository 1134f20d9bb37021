#include "net/local_stream.h"

#include <utility>

namespace shaddock::net {

namespace {

constexpr Duration kLastWords{2000};
constexpr std::size_t kKeptMost = 4 * 1024;  // memory of an idle stream

}  // namespace

LocalStream::LocalStream(Loop& loop, LocalEnd end, Address peer)
    : loop_(loop), end_(std::move(end)), peer_(std::move(peer)) {
  end_.pipe()->set_stream(end_.side(), this);
}

LocalStream::~LocalStream() { end_.pipe()->set_stream(end_.side(), nullptr); }

void LocalStream::set_events(StreamEvents& events) {
  events_ = &events;
  if (!ended_) {
    start_reading();
  } else if (!told_end_ && !scheduled_) {
    schedule_flush();
  }
}

void LocalStream::start_reading() {
  if (!std::exchange(reading_, true)) end_.pipe()->look_later(end_.side());
}

void LocalStream::turn(const std::shared_ptr<LocalPipe>& pipe, int side) {
  LocalStream* const self = pipe->stream(side);
  const auto here = [&] { return self != nullptr && pipe->stream(side) == self && !self->ended_; };
  const bool reads = here() && self->reading_;
  Buffer bytes = reads ? std::move(self->spare_) : Buffer();
  const LocalPipe::News news = reads ? pipe->receive(side, bytes) : pipe->look(side);
  if (here() && self->waiting_) self->flush();
  if (here() && !bytes.empty()) self->hand_over(bytes);
  if (here() && reads) self->keep(std::move(bytes));
  if (here() && reads && news.ended) self->peer_ended(news.gone);
}

void LocalStream::hand_over(Buffer& bytes) {
  if (!closing_) events_->on_bytes({bytes.data(), bytes.size()});
}

void LocalStream::keep(Buffer bytes) {
  bytes.clear();
  if (bytes.capacity() <= kKeptMost) spare_ = std::move(bytes);
}

void LocalStream::peer_ended(bool gone) {
  // It may have ended only its own direction, and still read what it asked for.
  if (!gone && !closing_ && !queue_.empty()) return close(kLastWords);
  if (gone || !closing_ || shut_) end();
}

void LocalStream::schedule_flush() {
  scheduled_ = true;
  loop_.defer([pipe = end_.pipe(), side = end_.side()] {
    if (LocalStream* const self = pipe->stream(side)) self->flush();
  });
}

void LocalStream::flush() {
  scheduled_ = false;
  if (ended_ || shut_) {
    queue_.clear();
    if (ended_) tell_end();
    return;
  }
  if (!end_.pipe()->send(end_.side(), queue_)) {
    // Its end comes by reading, after the bytes that it has sent before.
    queue_.clear();
    waiting_ = false;
    return;
  }
  if (queue_.empty()) return all_written();
  waiting_ = scheduled_ = true;
}

void LocalStream::all_written() {
  if (queue_.buffer().capacity() > kKeptMost) queue_.reclaim();
  const bool waited = std::exchange(waiting_, false);
  if (!closing_) {
    if (waited && events_ != nullptr) events_->on_drained();
    return;
  }
  shut_ = true;
  end_.pipe()->finish(end_.side());
}

void LocalStream::close(Duration limit) {
  if (ended_ || std::exchange(closing_, true)) return;
  close_limit_ = std::make_unique<Timer>(loop_.timers(), [this] { end(); });
  close_limit_->start(limit);
  start_reading();
  if (!scheduled_) schedule_flush();
}

void LocalStream::end() {
  if (std::exchange(ended_, true)) return;
  end_.pipe()->abandon(end_.side());
  queue_.clear();
  if (std::exchange(waiting_, false)) scheduled_ = false;
  if (close_limit_) close_limit_->stop();
  tell_end();
}

void LocalStream::tell_end() {
  if (events_ != nullptr && !std::exchange(told_end_, true)) events_->on_end();
}

}  // namespace shaddock::net
