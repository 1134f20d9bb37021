#include "net/local_pipe.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "net/local_stream.h"

namespace shaddock::net {

namespace {

void move_bytes(OutputQueue& from, Buffer& to, std::size_t most) {
  std::array<std::string_view, 16> pieces;
  while (most != 0 && !from.empty()) {
    std::size_t moved = 0;
    const std::size_t count = from.gather(pieces);
    for (std::size_t i = 0; i < count && moved < most; ++i) {
      const std::string_view piece = pieces[i].substr(0, most - moved);
      to.append(piece);
      moved += piece.size();
    }
    from.consume(moved);
    most -= moved;
  }
}

}  // namespace

bool LocalPipe::wants_call(Side& side) {
  return !side.abandoned && !std::exchange(side.called, true);
}

void LocalPipe::call(int side) {
  doors_[static_cast<std::size_t>(side)]->post(
      [self = shared_from_this(), side] { LocalStream::turn(self, side); });
}

bool LocalPipe::send(int side, OutputQueue& queue) {
  bool calls = false;
  {
    const std::lock_guard lock(mutex_);
    Side& to = at(1 - side);
    if (to.abandoned) return false;
    const std::size_t before = to.arriving.size();
    move_bytes(queue, to.arriving, kWindow - before);
    at(side).waits = !queue.empty();
    calls = to.arriving.size() != before && wants_call(to);
  }
  if (calls) call(1 - side);
  return true;
}

void LocalPipe::finish(int side) {
  bool calls = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(at(side).finished, true)) return;
    calls = wants_call(at(1 - side));
  }
  if (calls) call(1 - side);
}

void LocalPipe::abandon(int side) noexcept {
  bool calls = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(at(side).abandoned, true)) return;
    at(side).finished = true;
    at(side).arriving = Buffer();
    calls = wants_call(at(1 - side));
  }
  if (calls) call(1 - side);
}

LocalPipe::News LocalPipe::news_for(int side) {
  at(side).called = false;
  return {at(1 - side).finished, at(1 - side).abandoned};
}

LocalPipe::News LocalPipe::receive(int side, Buffer& bytes) {
  News news;
  bool calls = false;
  {
    const std::lock_guard lock(mutex_);
    news = news_for(side);
    std::swap(bytes, at(side).arriving);
    Side& from = at(1 - side);
    calls = !bytes.empty() && std::exchange(from.waits, false) && wants_call(from);
  }
  if (calls) call(1 - side);
  return news;
}

LocalPipe::News LocalPipe::look(int side) {
  const std::lock_guard lock(mutex_);
  return news_for(side);
}

void LocalPipe::look_later(int side) {
  bool calls = false;
  {
    const std::lock_guard lock(mutex_);
    calls = (!at(side).arriving.empty() || at(1 - side).finished) && wants_call(at(side));
  }
  if (calls) call(side);
}

}  // namespace shaddock::net
