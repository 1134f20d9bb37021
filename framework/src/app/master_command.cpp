#include "app/master_command.h"

#include <optional>
#include <utility>

#include "admin/exit_code.h"
#include "admin/master.h"
#include "app/ending.h"
#include "base/log_sink.h"
#include "net/descriptor_limit.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;

admin::MasterSettings settings_of(const CommandContext& context,
                                  const admin::Configuration& configuration) {
  const bool development = context.line.environment == "development";
  admin::MasterSettings settings;
  settings.id = configuration.master.id;
  settings.address = master_address(configuration);
  settings.environment = context.line.environment;
  settings.folders = context.folders;
  settings.servers = configuration.servers;
  settings.fingerprints = configuration.fingerprints;
  settings.entry = configuration.master;
  settings.watch = configuration.master.watch;
  settings.load = [context](const std::string& servers_text) {
    return context.read_all(servers_text);
  };
  settings.servers_files = {context.file("servers.json"),
                            context.file(context.line.environment + "/servers.json")};
  settings.master_file = context.file("master.json");
  settings.secret_file = configuration.master.secret_file;
  settings.build = context.program.version();
  settings.isolation = configuration.master.isolation;
  settings.lifeline = development && !context.line.detached;
  settings.shows_warnings = development;
  settings.print = context.outlets.print;
  settings.arguments = [common = common_words(context), address = settings.address](
                           const std::string& id, std::uint64_t incarnation) {
    std::vector<std::string> words{"serve", "id=" + id};
    words.insert(words.end(), common.begin(), common.end());
    words.push_back("incarnation=" + std::to_string(incarnation));
    words.push_back("master=" + net::to_string(address));
    words.push_back("--applied");
    return words;
  };
  return settings;
}

class MasterCommand final : public net::Program {
 public:
  MasterCommand(const CommandContext& context, const admin::Configuration& configuration,
                Function<void(int)> on_end)
      : ending_(context.host.loop, std::move(on_end)) {
    const std::string& id = configuration.master.id;
    auto sink = context.outlets.open_log(context.folders.log_of(id), id);
    if (!sink) {
      fail(context, Error(exit_code::kOther, sink.error().text));
      return;
    }
    (*sink)->set_clock([&loop = context.host.loop] { return loop.wall_clock(); });
    master_.emplace(context.host, Logger(std::move(*sink), "master"),
                    settings_of(context, configuration));
    auto started = master_->start([this](int code) { ending_.tell(code); });
    if (!started) fail(context, started.error());
  }

 private:
  void fail(const CommandContext& context, const Error& error) {
    context.outlets.complain(error.text);
    ending_.tell(error.code);
  }

  Ending ending_;
  std::optional<admin::Master> master_;
};

}  // namespace

net::Address master_address(const admin::Configuration& configuration) {
  const admin::MasterEntry& master = configuration.master;
  return {master.host == "localhost" ? "127.0.0.1" : master.host, master.port};
}

std::vector<std::string> common_words(const CommandContext& context) {
  std::vector<std::string> words{"env=" + context.line.environment, "config=" + context.folder};
  if (const auto isolation = context.line.isolation)
    words.push_back("--isolation=" + std::string(net::to_string(*isolation)));
  return words;
}

std::unique_ptr<net::Program> start_master(const CommandContext& context,
                                           const admin::Configuration& configuration,
                                           Function<void(int)> on_end) {
  net::raise_descriptor_limit();  // each server has a connection to it
  return std::make_unique<MasterCommand>(context, configuration, std::move(on_end));
}

}  // namespace shaddock::app
