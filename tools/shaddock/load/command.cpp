#include "command.h"

#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iostream>

#include "command_line.h"
#include "net/descriptor_limit.h"
#include "progress.h"
#include "report_html.h"
#include "report_json.h"
#include "report_table.h"
#include "run.h"

namespace shaddock::load {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts));
}

std::string quoted(const std::string& word) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=@%+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

bool resolve_all(Options& options) {
  for (Target& target : options.targets) {
    if (auto done = resolve(target); !done) {
      std::cerr << done.error().text << '\n';
      return false;
    }
  }
  if (!options.gate) return true;
  auto done = resolve(*options.gate);
  if (!done) std::cerr << done.error().text << '\n';
  return done.ok();
}

LoadResult run(const Options& options) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  Progress progress(std::cerr, terminal, options.script != ScriptName::idle);
  Run::Listener listener{[](const std::string&) {}, [](const Second&) {}};
  if (!options.quiet) {
    listener.note = [&progress](const std::string& text) { progress.note(text); };
    listener.second = [&progress](const Second& second) { progress.show(second); };
  }
  LoadResult result = Run(options, listener).run();
  progress.end();
  return result;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) std::cerr << "cannot write " << path << '\n';
  return !file.fail();
}

bool report(const Options& options, const LoadResult& result) {
  bool written = true;
  if (options.json == "-") {
    std::cout << report_json(result) << std::endl;
  } else {
    std::cout << report_table(result, ::isatty(STDOUT_FILENO) == 1) << std::flush;
    if (!options.json.empty()) written = write_file(options.json, report_json(result) + '\n');
  }
  if (!options.html.empty()) written = write_file(options.html, report_html(result)) && written;
  return written;
}

}  // namespace

int load_command(const std::string& program, const std::vector<std::string>& arguments) {
  auto parsed = parse_options(program, arguments);
  if (!parsed.options) {
    (parsed.exit_code == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_code;
  }
  Options& options = *parsed.options;
  if (!resolve_all(options)) return kUsage;
  net::raise_descriptor_limit();  // a client costs one
  const std::string started = local_time();
  LoadResult result = run(options);
  result.started = started;
  result.command_line = program;
  for (const std::string& word : arguments) result.command_line += ' ' + quoted(word);
  return report(options, result) && result.good() ? 0 : kFailed;
}

}  // namespace shaddock::load
