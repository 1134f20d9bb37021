#include "net/output_queue.h"

#include <algorithm>
#include <utility>

namespace shaddock::net {

std::string_view OutputQueue::Segment::rest() const {
  return shared ? std::string_view(*shared).substr(offset) : own.view();
}

void OutputQueue::link(Segment segment) {
  if (!segments_) segments_ = std::make_unique<std::deque<Segment>>();
  linked_ += segment.rest().size();
  segments_->push_back(std::move(segment));
}

void OutputQueue::append(const SharedBytes& bytes) {
  if (bytes->size() < kShareFrom) {
    tail_.append(*bytes);
    return;
  }
  pin();
  link({{}, bytes, 0});
}

void OutputQueue::pin() {
  if (!tail_.empty()) link({std::move(tail_), nullptr, 0});
}

std::size_t OutputQueue::gather(std::span<std::string_view> pieces) const {
  std::size_t filled = 0;
  if (segments_) {
    for (const Segment& segment : *segments_) {
      if (filled == pieces.size()) return filled;
      pieces[filled++] = segment.rest();
    }
  }
  if (!tail_.empty() && filled < pieces.size()) pieces[filled++] = tail_.view();
  return filled;
}

void OutputQueue::consume(std::size_t n) {
  consumed_ += n;
  while (n != 0 && segments_) {
    Segment& front = segments_->front();
    const std::size_t taken = std::min(n, front.rest().size());
    n -= taken;
    linked_ -= taken;
    if (front.shared) {
      front.offset += taken;
    } else {
      front.own.consume(taken);
    }
    if (!front.rest().empty()) return;
    segments_->pop_front();
    if (segments_->empty()) segments_.reset();
  }
  tail_.consume(n);
}

void OutputQueue::clear() {
  segments_.reset();
  linked_ = 0;
  tail_.clear();
}

}  // namespace shaddock::net
