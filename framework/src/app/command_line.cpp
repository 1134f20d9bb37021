#include "app/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "admin/configuration.h"

namespace shaddock::app {
namespace {

constexpr int kUsageError = 1;

struct Words {
  std::string master, isolation;
  std::vector<std::string> ids, positional, entry;
};

// Words of Pomelo become options; all others stay.
std::string as_option(const std::string& word) {
  constexpr std::string_view kKeys[] = {"env", "config", "type", "id", "incarnation", "master"};
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || word.starts_with('-')) return word;
  const std::string_view key = std::string_view(word).substr(0, equals);
  const bool known = std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
  return known ? "--" + word : word;
}

void describe_options(CLI::App& app, CommandLine& command, Words& words) {
  app.add_option("--env", command.environment, "Environment, as named in the configuration")
      ->capture_default_str();
  app.add_option("--config", command.configuration_folder, "Folder with servers.json, master.json")
      ->capture_default_str();
  app.add_flag("--daemon", command.daemon, "start: return when the cluster is ready");
  app.add_option("--isolation", words.isolation,
                 "start: what each server has for itself: process, thread or none")
      ->type_name("MODE");
  app.add_flag("--strict", command.strict, "check: warnings are errors as well");
  app.add_option("-t,--type", command.type, "Servers of that type, instead of ids")
      ->type_name("TYPE");
  app.add_flag("--json", command.json, "For scripts: what is printed is one JSON object");
  app.add_option("--credential", command.credential,
                 "A copy of run/ENV/observer, for those who may look and change nothing")
      ->type_name("FILE");
  app.add_flag("--rolling", command.rolling,
               "restart: one after the other, frontends last, up to one that does not come back");
  // One each: what comes behind it is not its.
  app.add_option("--id", words.ids)->allow_extra_args(false)->group("");
  app.add_option("--incarnation", command.incarnation)->group("");
  app.add_option("--master", words.master)->group("");
  app.add_flag("--detached", command.detached)->group("");
  app.add_flag("--applied", command.applied)->group("");
}

// As options or as words, as in servers.json.
void describe_join(CLI::App& join, CommandLine& command, Words& words) {
  constexpr std::pair<const char*, const char*> kParts[] = {{"host", "--host"},
                                                            {"port", "--port"},
                                                            {"clientHost", "--client-host"},
                                                            {"clientPort", "--client-port"}};
  for (const auto& [key, option] : kParts)
    join.add_option_function<std::string>(
        option,
        [&words, name = std::string(key)](const std::string& value) {
          words.entry.push_back(name + '=' + value);
        },
        std::string("As ") + key + " in servers.json");
  join.add_flag_callback(
      "--frontend", [&words] { words.entry.push_back("frontend=true"); }, "It accepts clients");
  join.add_option("--secret-file", command.secret_file, "That holds the secret of the cluster")
      ->type_name("FILE");
  join.add_option("KEY=VALUE", words.positional, "What else its entry says");
}

void describe_verbs(CLI::App& app, CommandLine& command, Words& words) {
  using Verb = CommandLine::Verb;
  const auto add = [&](const char* name, Verb verb, const char* text) {
    CLI::App* added = app.add_subcommand(name, text);
    added->fallthrough();
    added->callback([&command, verb] { command.verb = verb; });
    return added;
  };
  add("start", Verb::start,
      "Start all servers and watch them (the default), or servers that were stopped")
      ->add_option("ID", words.positional, "Servers to start again");
  add("list", Verb::list, "List the servers that run");
  add("stop", Verb::stop, "Stop everything, or some servers")
      ->add_option("ID", words.positional, "Servers to stop");
  add("restart", Verb::restart, "Stop all servers or some, and start them again")
      ->add_option("ID", words.positional, "Servers to restart");
  add("kill", Verb::kill, "Kill servers with SIGKILL; they are started again like after a crash")
      ->add_option("ID", words.positional, "Servers to kill");
  add("plan", Verb::plan, "Show what servers.json, as it is now, would change, and change nothing");
  add("add", Verb::add, "Write a server into servers.json, start it, and wait until it is ready")
      ->add_option("KEY=VALUE", words.positional,
                   "The entry: id=chat-server-4 type=chat host=127.0.0.1 port=6053");
  add("remove", Verb::remove, "Take servers out of servers.json, and wait until they are gone")
      ->add_option("ID", words.positional, "Servers to remove")
      ->required();
  CLI::App* logs = add("logs", Verb::logs, "Show what a server logged at last");
  logs->add_option("ID", words.positional, "The server, or the master")->required();
  logs->add_flag("-f,--follow", command.follow, "And what it logs from now on");
  logs->add_flag("--output", command.output, "What it printed, instead of what it logged");
  logs->add_option("-n", command.lines, "How many lines")->capture_default_str();
  add("users", Verb::users, "List who is logged in, and where")
      ->add_option("-n", command.most, "How many at most; a frontend tells 1,000")
      ->capture_default_str();
  CLI::App* kick = add("kick", Verb::kick, "End all sessions of a user, on all frontends");
  kick->add_option("UID", command.uid, "The user")->required();
  kick->add_option("REASON", command.reason, "What the client is told");
  add("top", Verb::top, "What each server does and uses, drawn anew each second; q ends it")
      ->add_option("-n", command.rounds, "How many times; without a terminal once, unless --json");
  add("check", Verb::check, "Check the configuration and start nothing");
  describe_join(*add("join", Verb::join, "Be a server of a running cluster that no file names"),
                command, words);
  add("serve", Verb::serve, "")->group("");
  app.require_subcommand(0, 1);
  app.footer(
      "Exit codes: 0 done; 2 wrong configuration, or an id or a type that nobody has; 3 a port is\n"
      "taken; 4 runs already; 5 not ready in time; 1 anything else, as when nothing runs.");
}

std::optional<net::Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  net::Address address{std::string(host), 0};
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  if (address.port < 1 || address.port > 65535) return std::nullopt;
  return address;
}

std::string take_isolation(CommandLine& command, const std::string& word) {
  using Verb = CommandLine::Verb;
  if (word.empty()) return {};
  command.isolation = net::parse_isolation(word);
  if (!command.isolation) return "--isolation is process, thread or none, not " + word;
  const bool belongs = command.verb == Verb::start || command.verb == Verb::serve;
  return belongs ? "" : "--isolation belongs to start";
}

// Pomelo's type=all says nothing more.
std::string check_type(CommandLine& command) {
  if (command.type == "all") command.type.clear();
  if (command.type.empty()) return {};
  if (!admin::is_name(command.type)) return "not a server type: " + command.type;
  return command.ids.empty() ? "" : "either ids or -t TYPE, not both";
}

// Two of its keys are options elsewhere.
std::string take_entry(CommandLine& command, const Words& words) {
  for (const std::string& id : words.ids) command.words.push_back("id=" + id);
  if (!command.type.empty()) command.words.push_back("type=" + command.type);
  for (const std::string& word : words.positional) command.words.push_back(word);
  command.type.clear();
  for (const std::string& word : command.words)
    if (word.find('=') == std::string::npos) return "add needs key=value, not " + word;
  return words.ids.empty() ? "add needs id=" : "";
}

std::string check_serve(CommandLine& command, const Words& words) {
  if (command.ids.size() != 1) return "serve needs one id=";
  command.server_id = command.ids.front();
  command.ids.clear();
  if (command.incarnation == 0) return "serve needs incarnation=";
  const auto master = parse_address(words.master);
  if (!master) return "serve needs master=HOST:PORT";
  command.master = *master;
  return {};
}

// --id, --type and --master say the same for others.
std::string check_join(CommandLine& command, const Words& words) {
  if (command.ids.size() > 1) return "join needs one --id";
  if (command.ids.empty() || command.type.empty()) return "join needs --id and --type";
  command.entry = {"id=" + command.ids.front(), "type=" + command.type};
  command.ids.clear();
  command.type.clear();
  for (const auto* list : {&words.entry, &words.positional})
    command.entry.insert(command.entry.end(), list->begin(), list->end());
  if (words.master.empty()) return {};
  const std::size_t at = words.master.find('@');
  if (at != std::string::npos) command.master_id = words.master.substr(0, at);
  const auto address = parse_address(words.master.substr(at == std::string::npos ? 0 : at + 1));
  if (!address || (at != std::string::npos && !admin::is_name(command.master_id)))
    return "--master is HOST:PORT or ID@HOST:PORT, not " + words.master;
  command.master = *address;
  return {};
}

// What the parts mean together; the text says what is wrong.
std::string finish(CommandLine& command, const Words& words) {
  using Verb = CommandLine::Verb;
  if (command.verb == Verb::add) {
    if (std::string wrong = take_entry(command, words); !wrong.empty()) return wrong;
  } else {
    if (command.verb != Verb::join) command.ids = words.positional;
    command.ids.insert(command.ids.end(), words.ids.begin(), words.ids.end());
  }
  for (const std::string& id : command.ids)
    if (!admin::is_name(id)) return "not a server id: " + id;
  if (command.verb == Verb::join) {
    if (std::string wrong = check_join(command, words); !wrong.empty()) return wrong;
  }
  if (std::string wrong = check_type(command); !wrong.empty()) return wrong;
  if (!admin::is_name(command.environment))
    return "not the name of an environment: " + command.environment;
  if (command.daemon && command.verb != Verb::start) return "--daemon belongs to start";
  if (std::string wrong = take_isolation(command, words.isolation); !wrong.empty()) return wrong;
  if (command.strict && command.verb != Verb::check) return "--strict belongs to check";
  if (command.rolling && command.verb != Verb::restart) return "--rolling belongs to restart";
  if (command.verb == Verb::logs && command.ids.size() != 1) return "logs needs one ID";
  if (command.verb == Verb::kill && command.ids.empty() && command.type.empty())
    return "kill needs an ID or -t TYPE";
  if (command.verb == Verb::remove && !command.type.empty()) return "remove needs IDs";
  if (command.verb == Verb::serve) return check_serve(command, words);
  return {};
}

}  // namespace

ParsedCommandLine parse_command_line(const std::string& program, const std::string& version,
                                     const std::vector<std::string>& arguments) {
  CommandLine command;
  Words words;
  CLI::App app("A cluster of game servers, each a process of this program.", program);
  app.set_version_flag("--version", version);
  describe_options(app, command, words);
  describe_verbs(app, command, words);

  std::vector<std::string> reversed;
  std::transform(arguments.rbegin(), arguments.rend(), std::back_inserter(reversed), as_option);
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, app.help(), 0};
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, version + '\n', 0};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, std::string(error.what()) + "\nSee " + program + " --help\n",
            kUsageError};
  }
  if (std::string wrong = finish(command, words); !wrong.empty())
    return {std::nullopt, wrong + "\nSee " + program + " --help\n", kUsageError};
  return {std::move(command), {}, 0};
}

}  // namespace shaddock::app
