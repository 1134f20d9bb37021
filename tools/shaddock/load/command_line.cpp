#include "command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace shaddock::load {
namespace {

constexpr int kUsageError = 2;

// Words that are read further after CLI11 has taken them apart.
struct Words {
  std::vector<std::string> urls, logins, pids;
  std::string say, heard, query, gate, expect;
};

void describe_target(CLI::App& app, Options& options, Words& words) {
  app.add_option("--url", words.urls,
                 "tcp://HOST:PORT, tls://, ws://HOST:PORT/PATH or wss://; clients are dealt to "
                 "several in turn. Certificates are not checked")
      ->delimiter(',')
      ->type_name("URL,...");
  app.add_option("--clients", options.clients, "How many")->capture_default_str();
  app.add_option("--threads", options.threads, "Loops that clients are dealt to")
      ->capture_default_str();
  app.add_option("--login", words.logins,
                 "A request made before the client counts as ready; repeatable. Bodies may hold "
                 "{client}, {room} and {n}")
      ->type_name("ROUTE=BODY");
  app.add_option("--rooms", options.rooms, "{room} is the client's number modulo this")
      ->capture_default_str();
  app.add_option("--connect-rate", options.connect_rate,
                 "New connections a second (0: at most 500 being made at a time)")
      ->capture_default_str();
  app.add_option("--source-addresses", options.source_addresses,
                 "On loopback, clients come from 127.0.1.1 and so on, this many (0: as many as "
                 "they need)")
      ->capture_default_str();
}

void describe_run(CLI::App& app, Options& options, Words& words) {
  app.add_option("--warmup", options.warmup, "Seconds before counting")->capture_default_str();
  app.add_option("--seconds", options.seconds, "Seconds counted")->capture_default_str();
  app.add_option("--drain", options.drain, "Seconds that late answers may take after that")
      ->capture_default_str();
  app.add_option("--pids", words.pids, "Servers whose CPU time and memory is told")
      ->delimiter(',')
      ->type_name("NAME:PID,...");
  app.add_option("--cpus", options.cpus, "CPUs whose stolen and busy time is told")
      ->delimiter(',')
      ->type_name("N,...");
  app.add_option("--json", options.json, "Where to write the result as JSON (-: here)")
      ->type_name("FILE");
  app.add_option("--html", options.html, "Where to write a report with plots")->type_name("FILE");
  app.add_flag("--awake", options.awake,
               "Never sleep: a client on another machine costs a server no wake-up of its core");
  app.add_flag("--quiet", options.quiet, "No line a second on how it goes");
}

CLI::App* add_script(CLI::App& app, Options& options, Words& words, ScriptName script,
                     const char* text) {
  CLI::App* added = app.add_subcommand(to_string(script), text);
  added->callback([&options, script] { options.script = script; });
  describe_target(*added, options, words);
  describe_run(*added, options, words);
  return added;
}

void add_loop(CLI::App& app, Options& options) {
  auto* inflight = app.add_option("--inflight", options.inflight,
                                  "Closed loop: each client keeps this many unanswered")
                       ->capture_default_str();
  app.add_option("--rate", options.rate,
                 "Open loop: this many a second, all clients together; latency counts from when "
                 "each was to be sent")
      ->excludes(inflight);
}

void describe_scripts(CLI::App& app, Options& options, Words& words) {
  CLI::App* request = add_script(app, options, words, ScriptName::request,
                                 "Every client asks the same, again and again");
  request->add_option("--route", options.call.route, "What is asked")->required();
  request->add_option("--body", options.call.body, "JSON")->default_val("{}");
  request->add_option("--expect", words.expect, "The answer that is right, as JSON");
  add_loop(*request, options);

  CLI::App* room = add_script(app, options, words, ScriptName::room,
                              "Members of rooms talk, and all must hear all of it");
  room->add_option("--say", words.say, "What members say; the body holds {client} and {n}")
      ->type_name("ROUTE=BODY")
      ->required();
  room->add_option("--push", options.push, "The route of what is heard")->required();
  room->add_option("--heard", words.heard,
                   "Its body, when it is not the one that was said; holds {client} and {n}")
      ->type_name("BODY");
  room->add_option("--senders", options.senders, "How many members of each room talk (0: all)")
      ->capture_default_str();
  room->add_flag("--notify", options.notify, "Say it as notification, which has no answer");
  add_loop(*room, options);

  CLI::App* storm = add_script(app, options, words, ScriptName::storm,
                               "Log in and leave, again and again; --clients at a time");
  storm->add_option("--gate", words.gate, "Asked first where to connect")->type_name("URL");
  storm->add_option("--query", words.query, "What the gate is asked; answers host and port")
      ->type_name("ROUTE=BODY");

  add_script(app, options, words, ScriptName::idle, "Connect, log in and stay, doing nothing");
  app.require_subcommand(1);
}

std::string take_targets(Options& options, const Words& words) {
  for (const std::string& url : words.urls) {
    auto target = parse_target(url);
    if (!target) return target.error().text;
    options.urls.push_back(url);
    options.targets.push_back(*target);
  }
  if (words.gate.empty()) return {};
  auto gate = parse_target(words.gate);
  if (!gate) return gate.error().text;
  options.gate_url = words.gate;
  options.gate = *gate;
  return {};
}

std::string take_call(const std::string& word, const char* name, Call& call) {
  if (word.empty()) return {};
  const auto parsed = parse_call(word);
  if (!parsed) return std::string(name) + " takes ROUTE=BODY, not " + word;
  call = *parsed;
  return {};
}

std::string finish(Options& options, const Words& words) {
  if (std::string wrong = take_targets(options, words); !wrong.empty()) return wrong;
  if (std::string wrong = take_call(words.say, "--say", options.call); !wrong.empty()) return wrong;
  if (std::string wrong = take_call(words.query, "--query", options.query); !wrong.empty())
    return wrong;
  for (const std::string& word : words.logins) {
    if (std::string wrong = take_call(word, "--login", options.logins.emplace_back());
        !wrong.empty())
      return wrong;
  }
  for (const std::string& word : words.pids) {
    const auto pid = parse_pid(word);
    if (!pid) return "--pids takes NAME:PID,..., not " + word;
    options.pids.push_back(*pid);
  }
  if (!words.expect.empty()) options.expect = words.expect;
  if (!words.heard.empty()) options.heard = words.heard;
  return problem_of(options);
}

}  // namespace

ParsedOptions parse_options(const std::string& program, const std::vector<std::string>& arguments) {
  Options options;
  Words words;
  CLI::App app("Puts a load on servers that speak Pomelo's client protocol, and counts.", program);
  describe_scripts(app, options, words);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  std::string wrong;
  try {
    app.parse(reversed);
    wrong = finish(options, words);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, app.help(), 0};
  } catch (const CLI::ParseError& error) {
    wrong = error.what();
  }
  if (!wrong.empty())
    return {std::nullopt, program + ": " + wrong + "\nSee " + program + " --help\n", kUsageError};
  return {std::move(options), {}, 0};
}

}  // namespace shaddock::load
