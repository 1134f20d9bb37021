#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/buffer.h"

namespace shaddock::server {

// The DATA packages that a client was sent and has not acknowledged, numbered from 1 on:
//
//   1 .. forgotten() | kept: forgotten() + 1 .. sent() |
//
// What is kept is bounded; with a package more than that, nothing is kept any more, but counting
// goes on. Packages are shared with the queue that they are written from.
class ResumeLog {
 public:
  // Of bytes, with kOverhead for each package.
  explicit ResumeLog(std::size_t most) : most_(most) {}

  static constexpr std::size_t kOverhead = 64;
  static std::size_t weight(const SharedBytes& package) { return package->size() + kOverhead; }

  void add(const SharedBytes& package);
  // The client has received so many. False: more than were sent.
  [[nodiscard]] bool acknowledge(std::uint64_t received);
  // The same by the low 32 bits of that number; one that is behind the last changes nothing.
  [[nodiscard]] bool acknowledge_low(std::uint32_t received);
  // Whether all behind that number is still here.
  bool follows(std::uint64_t received) const {
    return !lost_ && received >= forgotten_ && received <= sent_;
  }
  // Goes on where another frontend was: so many were sent and acknowledged there.
  void begin_at(std::uint64_t forgotten) { sent_ = forgotten_ = forgotten; }
  // Keeps nothing from now on.
  void lose();

  bool lost() const { return lost_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t forgotten() const { return forgotten_; }
  std::size_t bytes() const { return bytes_; }
  const std::deque<SharedBytes>& kept() const { return kept_; }

 private:
  const std::size_t most_;
  std::deque<SharedBytes> kept_;
  std::size_t bytes_ = 0;
  std::uint64_t sent_ = 0, forgotten_ = 0;
  bool lost_ = false;
};

}  // namespace shaddock::server
