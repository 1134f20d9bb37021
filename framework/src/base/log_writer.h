#pragma once

#include <shaddock/function.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <thread>

#include "base/log_file.h"

namespace shaddock {

// Brings lines to a file by a thread of its own, so that whoever logs never waits for a disk:
//
//   add() -> | waiting lines, at most `room` bytes | -> thread -> file
//
// Usually a line is with the system microseconds later. When the disk is full, gone or stuck the
// newest lines stay, the oldest are lost and counted, and it is tried again each kRetry. All is
// called on one thread, but `complain`, which is called on the writer's own.
class LogWriter {
 public:
  using Complain = Function<void(std::string_view line)>;

  // Throws when there can be no thread. The file is open. `complain` hears what is wrong, at most
  // once in kComplainEach, as long as lines cannot be written.
  LogWriter(std::unique_ptr<LogFile> file, std::size_t room, Complain complain);
  // Writes what waits, but gives up when that is refused or takes more than kPatience.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Without the line's end.
  void add(std::string_view line);
  // Waits, but never longer than kHurry, until all is written: the process may be about to end. Not
  // at all while the file is known to be slow.
  void hurry();
  std::uint64_t lost() const;
  // Those that were lost since the last call; 0 as long as lines still wait.
  std::uint64_t take_lost();

  static constexpr std::chrono::milliseconds kRetry{250}, kLookEach{500}, kHurry{5},
      kPatience{1000};
  static constexpr std::chrono::seconds kComplainEach{10};

 private:
  struct State;
  std::shared_ptr<State> state_;  // also the thread's, which may be stuck for ever
  std::thread thread_;
};

}  // namespace shaddock
