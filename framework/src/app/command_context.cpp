#include "app/command_context.h"

#include <filesystem>
#include <utility>

namespace shaddock::app {

CommandContext::CommandContext(Program& program, net::Host& host, CommandLine line, Outlets outlets)
    : program(program),
      host(host),
      line(std::move(line)),
      outlets(std::move(outlets)),
      folder(
          std::filesystem::absolute(this->line.configuration_folder).lexically_normal().string()),
      folders(admin::Folders::of(folder, this->line.environment)) {}

std::string CommandContext::file(const std::string& name) const {
  const auto as_typed = std::filesystem::path(line.configuration_folder).lexically_normal();
  return as_typed.string() + '/' + name;
}

admin::LoadedConfiguration CommandContext::read_all(
    const std::optional<std::string>& servers_text) const {
  std::optional<std::string> servers = servers_text;
  if (line.applied)
    if (auto kept = host.files.read(admin::applied_file(folders)); kept && *kept)
      servers = std::move(*kept);
  const std::string own = line.environment + "/servers.json";
  const auto is_there = [&](const std::string& name) {
    const auto status = host.files.status(file(name));
    return status && *status;
  };
  const bool common = is_there("servers.json") || !is_there(own);
  const std::string place = file(common ? "servers.json" : own);
  const auto read = [&](const std::string& path) -> Result<std::optional<std::string>> {
    if (servers && path == place) return servers;
    return host.files.read(path);
  };
  const auto as_typed = std::filesystem::path(line.configuration_folder).lexically_normal();
  auto loaded =
      admin::load_configuration(as_typed.string(), read, line.environment, program.server_types());
  if (line.isolation) loaded.configuration.master.isolation = *line.isolation;
  std::string& secret_file = loaded.configuration.master.secret_file;
  if (!secret_file.empty()) secret_file = (std::filesystem::path(folder) / secret_file).string();
  return loaded;
}

std::optional<admin::Configuration> CommandContext::load(bool strict) const {
  auto loaded = read_all();
  for (const Problem& problem : loaded.problems) outlets.complain(to_string(problem));
  if (line.verb == CommandLine::Verb::check)
    for (const Problem& note : loaded.notes) outlets.complain(to_string(note));
  if (!loaded.ok(strict)) return std::nullopt;
  return std::move(loaded.configuration);
}

}  // namespace shaddock::app
