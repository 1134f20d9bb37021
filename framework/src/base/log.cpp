#include <shaddock/log.h>

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log_line.h"
#include "base/log_sink.h"
#include "base/log_writer.h"

namespace shaddock {

namespace {

class FileLog final : public LogSink {
 public:
  FileLog(std::unique_ptr<LogFile> file, std::string server_id, LogLevel level,
          const LogLimits& limits)
      : LogSink(std::move(server_id), level), writer_(std::move(file), limits.waiting, complain) {}

  std::size_t dropped() const override { return writer_.lost(); }

 private:
  bool put(LogLevel level, std::string_view line) override {
    writer_.add(line);
    if (level >= LogLevel::warn) writer_.hurry();
    return true;
  }
  std::size_t take_lost() override { return writer_.take_lost(); }

  static void complain(std::string_view text) {
    const std::string line = std::string(text) + '\n';
    [[maybe_unused]] const auto taken = ::write(STDERR_FILENO, line.data(), line.size());
  }

  LogWriter writer_;
};

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "DEBUG";
    case LogLevel::info:
      return "INFO";
    case LogLevel::warn:
      return "WARN";
    case LogLevel::error:
      return "ERROR";
  }
  return "?";
}

LogSink::LogSink(std::string server_id, LogLevel level)
    : server_id_(std::move(server_id)),
      level_(level),
      clock_([] { return std::chrono::system_clock::now(); }) {}

void LogSink::event(LogLevel level, std::string_view topic, std::string_view text,
                    std::initializer_list<LogField> fields) {
  if (level < level_) return;
  if (const std::size_t lost = take_lost(); lost > 0)
    event(LogLevel::warn, "log", "lines were lost before this", {{"lines", lost}});
  // Taken away while it is in use: the observer may log.
  std::string line = std::exchange(line_, {});
  line.clear();
  append_time(line, clock_());
  for (const std::string_view part :
       {to_string(level), std::string_view(server_id_), topic, text}) {
    line += ' ';
    append_text(line, part);
  }
  for (const LogField& field : fields) append_field(line, field);
  if (!put(level, line)) ++dropped_;
  if (level >= LogLevel::warn && observer_ && !std::exchange(observing_, true)) {
    observer_(level, line);
    observing_ = false;
  }
  line_ = std::move(line);
}

std::size_t MemoryLog::count(std::string_view text) const {
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(),
      [text](const std::string& line) { return line.find(text) != std::string::npos; }));
}

bool MemoryLog::put(LogLevel, std::string_view line) {
  lines_.emplace_back(line);
  return true;
}

Result<std::shared_ptr<LogSink>> open_log(const std::string& path, std::string server_id,
                                          LogLevel level, const LogLimits& limits) {
  auto file = std::make_unique<LogFile>(path, limits.file_size, limits.files);
  if (!file->open())
    return Error(code::kFailed, "cannot open the log " + path + ": " + file->fault());
  try {
    return std::shared_ptr<LogSink>(
        std::make_shared<FileLog>(std::move(file), std::move(server_id), level, limits));
  } catch (const std::exception& error) {
    return Error(code::kFailed, "cannot write the log " + path + ": " + error.what());
  }
}

void Logger::write(LogLevel level, std::string_view text,
                   std::initializer_list<LogField> fields) const {
  if (sink_) sink_->event(level, topic_, text, fields);
}

}  // namespace shaddock
