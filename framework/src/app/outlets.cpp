#include <cstdio>

#include "app/program.h"
#include "base/log_sink.h"

namespace shaddock::app {

namespace {

void write(std::FILE* file, std::string_view text) {
  if (text.empty()) return;
  std::string line(text);
  if (line.back() != '\n') line += '\n';
  std::fwrite(line.data(), 1, line.size(), file);
  std::fflush(file);
}

}  // namespace

Outlets Outlets::of_terminal() {
  return {[](std::string_view text) { write(stdout, text); },
          [](std::string_view text) { write(stderr, text); },
          [](const std::string& path, const std::string& id) {
            return shaddock::open_log(path, id, LogLevel::info);
          }};
}

}  // namespace shaddock::app
