#include "testing/cluster_parts.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/main_function.h"
#include "app/server_settings.h"
#include "net/uv_files.h"
#include "testing/client_parts.h"

namespace shaddock::testing {
namespace {

constexpr net::Duration kStartLimit{15000}, kCommandLimit{40000};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

// What a server logs as a warning the master prints as well.
bool is_log_line(std::string_view line) {
  return line.size() > 24 && line[10] == 'T' && line[23] == 'Z';
}

std::string absolute(const std::string& folder) {
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).string();
}

}  // namespace

Cluster::Parts::Parts(const Application& application, const std::string& configuration_folder,
                      Options options)
    : folder(absolute(configuration_folder)),
      folders(admin::Folders::of(folder, options.environment)),
      program(application.definition(), servers),
      scene{std::move(options), {}, nullptr, nullptr} {
  std::map<std::string, std::string> files;
  for (const auto& [name, text] : scene.options.files) files[folder + '/' + name] = text;
  load(application.definition(), files);

  StagePlan plan;
  plan.configuration = configuration;
  plan.folders = folders;
  plan.files = std::move(files);
  plan.seed = scene.options.seed;
  plan.main_of = [this](const std::string& id) {
    return app::main_function(program, outlets_of(id));
  };
  plan.tell = [this](std::string_view who, std::string_view what) { scene.trace.add(who, what); };
  scene.stage = scene.options.time == Time::simulated ? make_simulated_stage(std::move(plan))
                                                      : make_real_stage(std::move(plan));
  scene.trace.set_clock([&stage = *scene.stage] { return stage.now(); });
  start();
}

void Cluster::Parts::load(const detail::Definition& definition,
                          const std::map<std::string, std::string>& files) {
  net::UvFiles disk;
  const auto read = [&](const std::string& path) -> Result<std::optional<std::string>> {
    const auto replaced = files.find(path);
    if (replaced != files.end()) return std::optional(replaced->second);
    return disk.read(path);
  };
  auto loaded =
      admin::load_configuration(folder, read, scene.options.environment, program.server_types());
  std::vector<std::string> problems;
  for (const Problem& problem : loaded.problems) problems.push_back(to_string(problem));
  if (!loaded.ok()) scene.fail("the configuration cannot be used:" + joined(problems));
  configuration = std::move(loaded.configuration);
  auto protocol = app::client_protocol_of(definition, configuration);
  if (!protocol) scene.fail("the configuration cannot be used: " + protocol.error().text);
  scene.protocol = std::move(protocol).value();
}

void Cluster::Parts::start() {
  const std::string& master = configuration.master.id;
  const std::vector<std::string> words{"start", "env=" + scene.options.environment,
                                       "config=" + folder, "id=" + master};
  scene.stage->start({"cluster", words, {}, false});
  const auto decided = [&] { return complete || !scene.stage->alive(master); };
  const bool in_time = scene.stage->run_until(decided, kStartLimit);
  if (!complete)
    scene.fail(std::string("the cluster did not start") + (in_time ? ":" : " in time:") +
               joined(said));
}

app::Outlets Cluster::Parts::outlets_of(const std::string& id) {
  app::Outlets outlets;
  outlets.print = [this](std::string_view line) {
    if (!is_log_line(line)) said.emplace_back(line);
    complete = complete || line.starts_with("ready: ");
  };
  outlets.complain = [this, id](std::string_view text) {
    said.emplace_back(text);
    scene.trace.add(id, "complains: " + std::string(text));
  };
  outlets.open_log = [this](const std::string&,
                            const std::string& server) -> Result<std::shared_ptr<LogSink>> {
    return std::shared_ptr<LogSink>(std::make_shared<TraceLog>(scene.trace, server));
  };
  return outlets;
}

void Cluster::Parts::operate(const std::string& what, const std::string& server,
                             void (admin::Console::*command)(admin::Console::OnEnd)) {
  scene.trace.add("operator", what + ' ' + server);
  const auto visitor = scene.stage->invite("operator");
  std::vector<std::string> printed;
  std::optional<int> code;
  const Logger log(std::make_shared<TraceLog>(scene.trace, "operator"), "console");
  admin::ConsoleSettings settings;
  settings.folders = folders;
  settings.environment = scene.options.environment;
  settings.print = [&](std::string_view line) { printed.emplace_back(line); };
  settings.complain = settings.print;
  settings.ids = {server};
  admin::Console console(visitor->host(), log, std::move(settings));
  (console.*command)([&](int ended) { code = ended; });
  scene.stage->run_until([&] { return code.has_value(); }, kCommandLimit);
  if (code != 0)
    scene.fail("the command \"" + what + ' ' + server + "\" failed:" + joined(printed));
}

const ServerInfo& Cluster::Parts::configured(std::string_view id) const {
  std::string known;
  for (const ServerInfo& server : configuration.servers) {
    if (server.id == id) return server;
    known += (known.empty() ? "" : ", ") + server.id;
  }
  scene.fail("no server " + std::string(id) + " is configured; there are " + known);
}

app::ServerProgram& Cluster::Parts::running(std::string_view id) const {
  const ServerInfo& server = configured(id);
  const auto found = servers.find(server.id);
  if (found == servers.end()) scene.fail(server.id + " does not run");
  return *found->second;
}

net::Address Cluster::Parts::client_address(std::string_view id) const {
  const server::RunningServer& server = running(id).server();
  const int port = server.client_address().port;
  if (port == 0) scene.fail(server.id() + " accepts no clients");
  return {server.info().host_for_clients(), port};
}

Faults& Cluster::Parts::faults(std::string_view what) {
  Faults* const faults = scene.stage->faults();
  if (faults == nullptr) scene.fail(std::string(what) + " is possible in simulated time only");
  return *faults;
}

std::string Cluster::Parts::name_of(const net::Address& address) const {
  for (const ServerInfo& server : configuration.servers)
    if (address == net::Address{server.host_for_clients(), server.client_port}) return server.id;
  return net::to_string(address);
}

Client& Cluster::Parts::connect(const std::string& server_id, const net::Address& address,
                                std::string name) {
  if (name.empty()) name = "client-" + std::to_string(clients.size() + 1);
  clients.push_back(
      std::unique_ptr<Client>(new Client(std::make_unique<Client::Parts>(scene, name))));
  clients.back()->parts_->open(server_id, address);
  return *clients.back();
}

}  // namespace shaddock::testing
