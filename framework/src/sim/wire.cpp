#include "sim/wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace shaddock::sim {

namespace {

constexpr Instant kRetransmission{200'000};  // at most, until a mended path is used again
constexpr Instant kSoon{1'000};
constexpr std::size_t kSmallestBurst = 1460;

std::string take_from(net::OutputQueue& queue, std::size_t count) {
  std::array<std::string_view, 8> pieces;
  std::string bytes;
  bytes.reserve(count);
  while (bytes.size() < count) {
    const std::size_t before = bytes.size();
    const std::size_t filled = queue.gather(pieces);
    for (std::size_t i = 0; i < filled; ++i) {
      bytes.append(pieces[i].substr(0, count - bytes.size()));
    }
    queue.consume(bytes.size() - before);
  }
  return bytes;
}

}  // namespace

void Wire::take(net::OutputQueue& queue) {
  std::size_t count = std::min(queue.size(), room());
  cut_short_ = count > 1 && dice_.happens(there_->path.short_write);
  if (cut_short_) count = 1 + dice_.below(count - 1);
  if (count == 0) return;
  unread_ += count;
  // What is slow arrives bit by bit, not in one lump at the end.
  const std::uint64_t pace = there_->path.bytes_per_second;
  const std::size_t burst = pace == 0 ? count : std::max<std::size_t>(kSmallestBurst, pace / 100);
  for (; count > burst; count -= burst) launch(take_from(queue, burst));
  launch(take_from(queue, count));
}

void Wire::launch(std::string bytes) {
  int cuts = bytes.size() > 1 && dice_.happens(there_->path.split) ? 1 + int(dice_.below(3)) : 0;
  for (; cuts > 0 && bytes.size() > 1; --cuts) {
    const std::size_t size = 1 + dice_.below(bytes.size() - 1);
    push(Kind::bytes, bytes.substr(0, size), arrival(size));
    bytes.erase(0, size);
    last_ += Instant(1) + dice_.up_to(kSoon);
  }
  const Instant when = arrival(bytes.size());
  push(Kind::bytes, std::move(bytes), when);
}

void Wire::push(Kind kind, std::string bytes, Instant when) {
  flight_.push_back({when, kind, std::move(bytes)});
}

Instant Wire::arrival(std::size_t size) {
  const Path& path = there_->path;
  Instant leaves = schedule_.now();
  if (path.bytes_per_second != 0) {
    const auto takes = static_cast<Instant::rep>(size * 1'000'000 / path.bytes_per_second);
    busy_until_ = std::max(busy_until_, leaves) + Instant(takes);
    leaves = busy_until_;
  }
  last_ = std::max(last_, leaves + travel(path, dice_));
  return last_;
}

void Wire::send(Kind kind) {
  if (kind == Kind::end) ended_ = true;
  push(kind, {}, arrival(0));
}

void Wire::send_reset() {
  ended_ = true;
  if (!reset_) reset_ = schedule_.now() + travel(there_->path, dice_);
}

std::optional<Instant> Wire::next_arrival() const {
  if (there_->cut || (flight_.empty() && !reset_)) return std::nullopt;
  if (flight_.empty()) return *reset_;
  return reset_ ? std::min(*reset_, flight_.front().when) : flight_.front().when;
}

std::optional<Wire::Parcel> Wire::arrived() {
  const auto next = next_arrival();
  if (!next || *next > schedule_.now()) return std::nullopt;
  if (!flight_.empty() && flight_.front().when == *next) {
    Parcel parcel = std::move(flight_.front());
    flight_.pop_front();
    return parcel;
  }
  drop();
  return Parcel{*next, Kind::reset, {}};
}

void Wire::read(std::size_t count) {
  last_news_ = std::max(last_news_, schedule_.now() + travel(back_->path, dice_));
  if (!news_.empty() && news_.back().when == last_news_)
    news_.back().count += count;
  else
    news_.push_back({last_news_, count});
}

void Wire::hear_news() {
  const Instant now = schedule_.now();
  const Instant until = back_->cut ? std::min(now, back_->cut_since) : now;
  for (; !news_.empty() && news_.front().when <= until; news_.pop_front()) {
    unread_ -= news_.front().count;
  }
}

std::size_t Wire::room() {
  hear_news();
  const std::size_t buffer = there_->path.buffer;
  return buffer > unread_ ? buffer - unread_ : 0;
}

std::optional<Instant> Wire::next_room() {
  if (std::exchange(cut_short_, false)) {
    return schedule_.now() + Instant(1) + dice_.up_to(kSoon);
  }
  if (news_.empty()) return std::nullopt;
  const Instant when = news_.front().when;
  if (back_->cut && when > back_->cut_since) return std::nullopt;
  return when;
}

bool Wire::look_again() {
  bool goes_on = false;
  if (std::exchange(mended_there_, there_->mended) != there_->mended) {
    const Instant again = schedule_.now() + dice_.up_to(kRetransmission);
    for (Parcel& parcel : flight_) parcel.when = std::max(parcel.when, again);
    if (reset_) reset_ = std::max(*reset_, again);
    last_ = std::max(last_, again);
    goes_on = true;
  }
  if (std::exchange(mended_back_, back_->mended) != back_->mended) {
    const Instant again = schedule_.now() + dice_.up_to(kRetransmission);
    for (News& news : news_) {
      if (news.when > back_->cut_since) news.when = std::max(news.when, again);
    }
    last_news_ = std::max(last_news_, again);
    goes_on = true;
  }
  return goes_on;
}

void Wire::drop() {
  flight_.clear();
  news_.clear();
  reset_.reset();
}

}  // namespace shaddock::sim
