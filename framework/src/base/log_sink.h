#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/log.h>

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock {

// Where the events of one server go. It makes a line of each; kinds of sinks differ in where they
// put it. A log never throws and never stops its server: what cannot be written is dropped and
// counted. Not thread-safe.
class LogSink {
 public:
  using Clock = Function<std::chrono::system_clock::time_point()>;
  using Observer = Function<void(LogLevel level, std::string_view line)>;

  LogSink(std::string server_id, LogLevel level);
  virtual ~LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  LogLevel level() const { return level_; }
  void set_level(LogLevel level) { level_ = level; }
  void set_clock(Clock clock) { clock_ = std::move(clock); }
  // Sees each line of warn and above after it was written; what it logs itself does not come back.
  void set_observer(Observer observer) { observer_ = std::move(observer); }

  void event(LogLevel level, std::string_view topic, std::string_view text,
             std::initializer_list<LogField> fields);
  virtual std::size_t dropped() const { return dropped_; }

 protected:
  // Takes one line, without its end. False: dropped.
  virtual bool put(LogLevel level, std::string_view line) = 0;
  // Lines dropped since it was asked last, to be told in the log itself now that it can be written.
  virtual std::size_t take_lost() { return 0; }

 private:
  std::string server_id_;
  LogLevel level_;
  Clock clock_;
  Observer observer_;
  std::string line_;  // its memory is used again
  std::size_t dropped_ = 0;
  bool observing_ = false;
};

// For tests: keeps the lines.
class MemoryLog final : public LogSink {
 public:
  explicit MemoryLog(std::string server_id = "test", LogLevel level = LogLevel::debug)
      : LogSink(std::move(server_id), level) {}

  const std::vector<std::string>& lines() const { return lines_; }
  // Lines that contain the text.
  std::size_t count(std::string_view text) const;

 private:
  bool put(LogLevel level, std::string_view line) override;

  std::vector<std::string> lines_;
};

struct LogLimits {
  std::size_t file_size = 10 * 1024 * 1024;
  std::size_t files = 5;  // with the one being written; older ones are x.1.log, x.2.log, ...
  std::size_t waiting = 1024 * 1024;  // bytes that wait while the disk is full or slow
};

// Appends to a file and turns it over when it is full, by a thread of its own (log_writer.h): to
// log never waits for the disk. A line is given to the system at once, one of warn and above before
// the call returns (or 5 ms have passed), so a process that is killed loses at most what it logged
// in its last moment. The folder is made when it is missing, also later.
Result<std::shared_ptr<LogSink>> open_log(const std::string& path, std::string server_id,
                                          LogLevel level, const LogLimits& limits = {});

// "DEBUG", "INFO", "WARN", "ERROR".
std::string_view to_string(LogLevel level);

}  // namespace shaddock
