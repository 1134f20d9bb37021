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
