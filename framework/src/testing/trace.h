#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_sink.h"

namespace shaddock::testing {

// What happened in a cluster, one line each, with the time since its beginning:
//
//       0.014 s  connector-server-1  INFO server ready clientPort=3050
//       0.020 s  client ann -> connector.entryHandler.enter {"username":"ann","rid":"lobby"}
class Trace {
 public:
  using Clock = std::function<std::chrono::microseconds()>;

  // Until then it is the beginning.
  void set_clock(Clock clock) { clock_ = std::move(clock); }
  void add(std::string_view line);
  void add(std::string_view who, std::string_view what);

  const std::vector<std::string>& lines() const { return lines_; }
  // The last `most` lines, below a line that says how many there are.
  std::string end(std::size_t most) const;

  static constexpr std::size_t kLongestLine = 400;

 private:
  Clock clock_;
  std::vector<std::string> lines_;
};

// A server's log that goes into the trace. The trace has the time, and says who it was.
class TraceLog final : public LogSink {
 public:
  TraceLog(Trace& trace, std::string server_id)
      : LogSink(server_id, LogLevel::info), trace_(trace), server_id_(std::move(server_id)) {}

 private:
  bool put(LogLevel level, std::string_view line) override;

  Trace& trace_;
  std::string server_id_;
};

}  // namespace shaddock::testing
