#pragma once
// What one run of the load generator found: everything that its reports tell.
//
// Counters is what one thread counts; each thread has its own, only that thread touches it. Once a
// second the engine takes them, merges them into one, makes a Second of that for the series and
// merges it into Result::total. Nothing here is shared between threads or locks.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "histogram.h"

namespace shaddock::load {

struct Counters {
  static constexpr std::size_t kMaxTexts = 8;
  static constexpr std::size_t kMaxTextBytes = 200;

  std::uint64_t count = 0;  // what the script counts: answers, pushes, logins, connections held
  std::uint64_t errors = 0;
  std::uint64_t wrong = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t writes = 0;  // that carried messages_sent
  std::uint64_t reads = 0;   // that brought messages_received
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::map<std::string, std::uint64_t> error_texts;  // at most kMaxTexts, then "others"
  Histogram latency;

  // Counts one error under its text, which may come from a server: it is cut to kMaxTextBytes, and
  // what is not printable UTF-8 becomes "?".
  void add_error(std::string_view text);
  // The same for a wrong answer or push, which is no error: its text is "wrong: " and what came.
  void add_wrong(std::string_view text);
  void merge(const Counters& other);
  void clear();

 private:
  void add_text(const std::string& text, std::uint64_t times);
};

// One second of the window. The last may be shorter than a second: rate with `length`.
struct Second {
  double t = 0;       // seconds from the beginning of the window to the end of this second
  double length = 1;  // seconds
  std::uint64_t count = 0;
  std::uint64_t errors = 0;
  std::uint64_t in_flight = 0;  // at its end
  bool has_latency = false;
  double p50_us = 0;
  double p90_us = 0;
  double p99_us = 0;
  double max_us = 0;
};

Second make_second(double t, double length, std::uint64_t in_flight, const Counters& counted);

struct ServerUse {
  std::string name;
  int pid = 0;
  bool gone = false;  // not there at the beginning or not at the end; then nothing else is known
  double cpu_seconds = 0;
  std::uint64_t rss_bytes = 0;  // at the end of the window
  std::uint64_t pss_bytes = 0;
  std::optional<double> bytes_per_connection;
};

struct LoadResult {
  std::string script;        // request, room, storm or idle
  std::string route;         // that the script is about; none in script idle
  std::string counted;       // what `count` counts, in words: "answers", "pushes delivered"
  std::string command_line;  // as it was typed
  std::string started;       // local date and time
  std::vector<std::string> urls;
  int clients = 0;
  int threads = 1;
  bool awake = false;           // the load never slept: its CPU time says nothing
  std::optional<int> rooms;     // of script room
  std::optional<int> senders;   // in each room
  std::optional<int> inflight;  // closed loop
  std::optional<double> rate;   // open loop; 0 when the loop is closed
  double seconds = 0;           // length of the window as it was

  Counters total;  // of the window, and what was found in the drain: unanswered, lost, doubled
  std::vector<Second> series;

  double load_cpu_seconds = 0;
  std::vector<ServerUse> servers;
  std::optional<double> stolen;    // share of the window, the worst CPU
  std::optional<double> cpu_busy;  // seconds the first CPU was busy, whoever used it

  // Script idle counts what is there, not what happens: its count has no rate.
  bool has_rate() const { return script != "idle"; }
  // Scripts request and room keep messages flowing: only there it says something how many share a
  // write.
  bool streams() const { return script == "request" || script == "room"; }
  double per_second() const;
  // Of all servers together; nothing if none is known.
  std::optional<double> cpu_seconds() const;
  std::optional<double> per_cpu_second() const;
  std::optional<double> messages_per_write() const;
  std::optional<double> messages_per_read() const;
  // No error, nothing wrong, missing or doubled, and something was counted.
  bool good() const;
};

}  // namespace shaddock::load
