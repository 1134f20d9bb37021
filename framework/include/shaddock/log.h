#pragma once

#include <charconv>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace shaddock {

enum class LogLevel { debug, info, warn, error };

// One `key=value` of a log line.
struct LogField {
  LogField(std::string_view name, std::string_view value) : name(name), value(value) {}
  LogField(std::string_view name, const char* value) : name(name), value(value) {}
  LogField(std::string_view name, const std::string& value) : name(name), value(value) {}
  LogField(std::string_view name, bool value) : name(name), value(value ? "true" : "false") {}
  template <class Number>
  requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>)
      LogField(std::string_view name, Number value)
      : name(name) {
    char text[40];
    this->value.assign(text, std::to_chars(text, text + sizeof text, value).ptr);
  }

  std::string_view name;
  std::string value;
};

class LogSink;

// Writes events, one line each: `2026-11-22T03:36:12.123Z WARN connector-server-1 rpc text
// key=value`. Control characters are escaped and values cut at 1 KiB, so one event is always one
// printable line. Cheap to copy; copies share the sink; without one nothing is written. A server
// has its own; use it on the server's thread.
class Logger {
 public:
  Logger(std::shared_ptr<LogSink> sink, std::string topic)
      : sink_(std::move(sink)), topic_(std::move(topic)) {}

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view text, Fields f = {}) const { write(LogLevel::debug, text, f); }
  void info(std::string_view text, Fields f = {}) const { write(LogLevel::info, text, f); }
  void warn(std::string_view text, Fields f = {}) const { write(LogLevel::warn, text, f); }
  void error(std::string_view text, Fields f = {}) const { write(LogLevel::error, text, f); }

  // The same log under another topic.
  Logger topic(std::string name) const { return Logger(sink_, std::move(name)); }

 private:
  void write(LogLevel level, std::string_view text, std::initializer_list<LogField> fields) const;

  std::shared_ptr<LogSink> sink_;
  std::string topic_;
};

}  // namespace shaddock
