#pragma once

#include <optional>
#include <string>

#include "app/command_line.h"
#include "app/program.h"

namespace shaddock::app {

// What every command begins with: the program, the words it was called with, the world it may
// touch, and where its cluster keeps its files.
struct CommandContext {
  CommandContext(Program& program, net::Host& host, CommandLine line, Outlets outlets);

  // The configuration and what is to be said about it; of a server that its master has started, as
  // that one has accepted it. With `servers_text` in place of what servers.json says.
  admin::LoadedConfiguration read_all(
      const std::optional<std::string>& servers_text = std::nullopt) const;
  // In the words of the command line.
  std::string file(const std::string& name) const;
  // Tells every problem; nothing when the configuration cannot be used.
  std::optional<admin::Configuration> load(bool strict = false) const;

  Program& program;
  net::Host& host;
  CommandLine line;
  Outlets outlets;
  std::string folder;  // of the configuration, absolute
  admin::Folders folders;
};

}  // namespace shaddock::app
