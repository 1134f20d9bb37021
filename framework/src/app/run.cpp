#include "app/run.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "admin/console.h"
#include "admin/master.h"
#include "app/command_line.h"
#include "app/daemon.h"
#include "base/log_sink.h"
#include "net/uv_host.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;
using Verb = CommandLine::Verb;

void write(std::FILE* file, std::string_view text) {
  if (text.empty()) return;
  std::fwrite(text.data(), 1, text.size(), file);
  if (text.back() != '\n') std::fputc('\n', file);
  std::fflush(file);
}

void print(std::string_view text) { write(stdout, text); }
void complain(std::string_view text) { write(stderr, text); }

// One command under way.
class Command {
 public:
  Command(Program& program, CommandLine line)
      : program_(program),
        line_(std::move(line)),
        folder_(std::filesystem::absolute(line_.configuration_folder).lexically_normal().string()),
        folders_(admin::Folders::of(folder_, line_.environment)),
        host_(uv_.host()),
        records_(host_, folders_.run) {}

  int run() {
    switch (line_.verb) {
      case Verb::list:
      case Verb::stop:
        return ask_console();
      case Verb::check:
        return check();
      case Verb::serve:
        return serve();
      case Verb::start:
        return start();
    }
    return exit_code::kOther;
  }

 private:
  // Tells every problem; nothing when the configuration cannot be used.
  std::optional<admin::Configuration> load(bool strict) {
    const auto as_typed = std::filesystem::path(line_.configuration_folder).lexically_normal();
    auto loaded = admin::load_configuration(
        as_typed.string(), [this](const std::string& path) { return host_.files.read(path); },
        line_.environment, program_.server_types());
    for (const Problem& problem : loaded.problems) complain(to_string(problem));
    if (line_.verb == Verb::check)
      for (const Problem& note : loaded.notes) complain(to_string(note));
    if (!loaded.ok(strict)) return std::nullopt;
    std::string& secret_file = loaded.configuration.master.secret_file;
    if (!secret_file.empty()) secret_file = (std::filesystem::path(folder_) / secret_file).string();
    return std::move(loaded.configuration);
  }

  int check() {
    const auto configuration = load(line_.strict);
    if (!configuration) return exit_code::kConfiguration;
    print("configuration is fine: " + std::to_string(configuration->servers.size()) + " servers");
    return exit_code::kFine;
  }

  int start() {
    const auto configuration = load(false);
    if (!configuration) return exit_code::kConfiguration;
    for (const std::string& id : line_.ids)
      if (id != configuration->master.id) {
        complain("id=" + id + " is not the master; servers are started all together");
        return exit_code::kOther;
      }
    return line_.daemon ? start_detached(*configuration) : be_master(*configuration);
  }

  std::vector<std::string> common_words() const {
    return {"env=" + line_.environment, "config=" + folder_};
  }

  int start_detached(const admin::Configuration& configuration) {
    if (auto made = host_.files.make_folder(folders_.logs, 0755); !made) {
      complain(made.error().text);
      return exit_code::kOther;
    }
    DaemonSettings settings;
    settings.master_id = configuration.master.id;
    settings.arguments = {"start", "--detached"};
    for (std::string& word : common_words()) settings.arguments.push_back(std::move(word));
    settings.output_file = folders_.output_of(configuration.master.id);
    settings.print = print;
    return start_daemon(host_, records_, settings);
  }

  int be_master(const admin::Configuration& configuration) {
    const admin::MasterEntry& entry = configuration.master;
    auto sink = open_log(folders_.log_of(entry.id), entry.id, LogLevel::info);
    if (!sink) {
      complain(sink.error().text);
      return exit_code::kOther;
    }
    admin::Master master(host_, Logger(*sink, "master"), master_settings(configuration));
    int code = exit_code::kOther;
    auto started = master.start([&](int ended) {
      code = ended;
      host_.loop.stop();
    });
    if (!started) {
      complain(started.error().text);
      return started.error().code;
    }
    host_.loop.run();
    return code;
  }

  admin::MasterSettings master_settings(const admin::Configuration& configuration) {
    const bool development = line_.environment == "development";
    admin::MasterSettings settings;
    settings.id = configuration.master.id;
    settings.address = {configuration.master.host, configuration.master.port};
    if (settings.address.host == "localhost") settings.address.host = "127.0.0.1";
    settings.environment = line_.environment;
    settings.folders = folders_;
    settings.servers = configuration.servers;
    settings.secret_file = configuration.master.secret_file;
    settings.build = program_.version();
    settings.lifeline = development && !line_.detached;
    settings.shows_warnings = development;
    settings.print = print;
    settings.arguments = [common = common_words(), address = settings.address](
                             const std::string& id, std::uint64_t incarnation) {
      std::vector<std::string> words{"serve", "id=" + id};
      words.insert(words.end(), common.begin(), common.end());
      words.push_back("incarnation=" + std::to_string(incarnation));
      words.push_back("master=" + net::to_string(address));
      return words;
    };
    return settings;
  }

  int serve() {
    auto configuration = load(false);
    if (!configuration) return exit_code::kConfiguration;
    const ServerInfo* self = nullptr;
    for (const ServerInfo& server : configuration->servers)
      if (server.id == line_.server_id) self = &server;
    if (self == nullptr) {
      complain("no server " + line_.server_id + " is configured for " + line_.environment);
      return exit_code::kConfiguration;
    }
    const auto before = records_.find(self->id);
    if (before && host_.processes.alive(before->process)) {
      complain(self->id + " runs already, as process " + std::to_string(before->process.pid));
      return exit_code::kRunsAlready;
    }
    return serve_as(*self, std::move(*configuration));
  }

  int serve_as(ServerInfo self, admin::Configuration configuration) {
    self.incarnation = line_.incarnation;
    auto secret = records_.secret(configuration.master.secret_file);
    if (!secret) {
      complain(secret.error().text);
      return exit_code::kConfiguration;
    }
    if (auto written = write_record(self); !written) {
      complain(written.error().text);
      return exit_code::kOther;
    }
    const ServeRequest request{
        host_, std::move(configuration), folder_, folders_, self, line_.master, *secret};
    const int code = program_.serve(request);
    records_.remove(self.id);
    return code;
  }

  Result<void> write_record(const ServerInfo& self) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    admin::Record record;
    record.id = self.id;
    record.type = self.type;
    record.frontend = self.frontend;
    record.process = host_.processes.self();
    record.incarnation = self.incarnation;
    record.master = line_.master;
    record.since = duration_cast<milliseconds>(host_.loop.wall_clock().time_since_epoch()).count();
    return records_.write(record);
  }

  int ask_console() {
    const auto unseen = std::make_shared<MemoryLog>("console", LogLevel::error);
    admin::Console console(host_, Logger(unseen, "console"), folders_, line_.environment, print);
    int code = exit_code::kOther;
    const auto on_end = [&](int ended) {
      code = ended;
      host_.loop.stop();
    };
    if (line_.verb == Verb::list)
      console.list(on_end);
    else
      console.stop(line_.ids, on_end);
    host_.loop.run();
    return code;
  }

  Program& program_;
  CommandLine line_;
  std::string folder_;
  admin::Folders folders_;
  net::UvHost uv_;
  net::Host& host_;
  admin::Records records_;
};

}  // namespace

int run(Program& program, int argc, char** argv) {
  const std::string name =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : std::string("program");
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  auto parsed = parse_command_line(name, program.version(), arguments);
  if (!parsed.command) {
    parsed.exit_code == 0 ? print(parsed.text) : complain(parsed.text);
    return parsed.exit_code;
  }
  try {
    return Command(program, std::move(*parsed.command)).run();
  } catch (const std::exception& error) {
    complain(error.what());
    return exit_code::kOther;
  }
}

}  // namespace shaddock::app
