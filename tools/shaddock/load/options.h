#pragma once
// What the command line of `shaddock load` asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process_sample.h"
#include "target.h"

namespace shaddock::load {

enum class ScriptName { request, room, storm, idle };
std::string to_string(ScriptName script);

struct Call {
  std::string route, body;
};

struct Options {
  ScriptName script = ScriptName::request;
  std::vector<std::string> urls;
  std::vector<Target> targets;  // of urls, in that order
  int clients = 100;
  int threads = 1;
  double warmup = 1, seconds = 3, drain = 2;
  double connect_rate = 0;  // 0: at most kBeingMade at a time
  std::vector<Call> logins;
  int rooms = 1;
  int source_addresses = 0;  // 0: as many as needed
  int inflight = 1;
  double rate = 0;  // 0: closed loop

  Call call;                          // request: what is asked; room: what is said
  std::optional<std::string> expect;  // request
  std::string push;                   // room: the route of what is heard
  std::optional<std::string> heard;   // room: its body, when it is not the one that was said
  int senders = 0;                    // room: 0 means all
  bool notify = false;                // room: say it without asking for an answer
  std::optional<std::string> gate_url;
  std::optional<Target> gate;
  Call query;  // storm: what the gate is asked

  std::vector<NamedPid> pids;
  std::vector<int> cpus;
  std::string json, html;
  bool quiet = false;
  bool awake = false;

  static constexpr int kBeingMade = 500;
  static constexpr int kClientsPerSource = 20'000;
  static constexpr int kStormSources = 8;

  bool open_loop() const { return rate > 0; }
  int senders_per_room() const;
  int sources() const;  // how many loopback addresses clients come from; 0: the system's choice
};

// Empty, or what does not fit together.
std::string problem_of(const Options& options);

// "ROUTE=BODY"; nothing when there is no = or no route.
std::optional<Call> parse_call(const std::string& text);
// "NAME:PID", or "PID" alone.
std::optional<NamedPid> parse_pid(const std::string& text);

}  // namespace shaddock::load
