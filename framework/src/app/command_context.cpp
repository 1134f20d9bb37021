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

std::optional<admin::Configuration> CommandContext::load(bool strict) const {
  const auto as_typed = std::filesystem::path(line.configuration_folder).lexically_normal();
  auto loaded = admin::load_configuration(
      as_typed.string(), [this](const std::string& path) { return host.files.read(path); },
      line.environment, program.server_types());
  for (const Problem& problem : loaded.problems) outlets.complain(to_string(problem));
  if (line.verb == CommandLine::Verb::check)
    for (const Problem& note : loaded.notes) outlets.complain(to_string(note));
  if (!loaded.ok(strict)) return std::nullopt;
  if (line.isolation) loaded.configuration.master.isolation = *line.isolation;
  std::string& secret_file = loaded.configuration.master.secret_file;
  if (!secret_file.empty()) secret_file = (std::filesystem::path(folder) / secret_file).string();
  return std::move(loaded.configuration);
}

}  // namespace shaddock::app
