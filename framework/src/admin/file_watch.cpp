#include "admin/file_watch.h"

#include <utility>

namespace shaddock::admin {

FileWatch::FileWatch(net::Host& host, std::vector<std::string> paths, Function<void()> on_change)
    : host_(host),
      paths_(std::move(paths)),
      on_change_(std::move(on_change)),
      timer_(host.loop.timers(), [this] { look(); }) {}

void FileWatch::start() { timer_.start(kPeriod); }

// What cannot be read is not there.
FileWatch::Contents FileWatch::read() const {
  Contents contents;
  for (const std::string& path : paths_) {
    auto text = host_.files.read(path);
    contents.push_back(text ? std::move(*text) : std::nullopt);
  }
  return contents;
}

void FileWatch::look() {
  Contents now = read();
  if (now == known_) {
    seen_.reset();
    return timer_.start(kPeriod);
  }
  if (now != seen_) {
    seen_ = std::move(now);
    return timer_.start(kSettled);
  }
  known_ = std::exchange(seen_, std::nullopt);
  timer_.start(kPeriod);
  on_change_();
}

}  // namespace shaddock::admin
