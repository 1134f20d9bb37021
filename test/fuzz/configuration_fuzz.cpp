#include "admin/configuration.h"

#include <map>

#include "base/document.h"
#include "fuzz/input.h"

// Whatever a configuration folder holds, it is accepted whole or every problem has a place inside
// its file. An input is files one after the other, each behind a line ">name".

using namespace shaddock;
using namespace shaddock::admin;

namespace {

using Folder = std::map<std::string, std::string>;

Folder folder_of(std::string_view text) {
  Folder folder;
  std::string* file = &folder["servers.json"];
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with('>'))
      file = &folder[std::string(line.substr(1))];
    else
      file->append(line) += '\n';
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return folder;
}

void check_place(const Problem& problem, std::string_view text) {
  if (problem.line == 0) return;
  int lines = 1;
  for (const char c : text) lines += c == '\n';
  fuzz::require(problem.line >= 1 && problem.line <= lines, "a problem has a line of its file");
  fuzz::require(problem.column >= 1 && static_cast<std::size_t>(problem.column) <= text.size() + 1,
                "and a column");
}

void check_document(std::string_view text) {
  const ParsedDocument parsed = parse_document(text, "f.json");
  fuzz::require(parsed.document || !parsed.problems.empty(), "what is no JSON has a problem");
  for (const Problem& problem : parsed.problems) check_place(problem, text);
  if (!parsed.document) return;
  const std::string written = to_text(parsed.document->root);
  const ParsedDocument again = parse_document(written, "f.json");
  if (parsed.document->root.kind != Node::Kind::string)
    fuzz::require(again.document && to_text(again.document->root) == written,
                  "a value's text is that value");
}

void check_folder(const Folder& folder) {
  const ReadFile read = [&folder](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = folder.find(path.substr(path.find('/') + 1));
    if (found == folder.end()) return std::optional<std::string>();
    if (found->second.starts_with("unreadable")) return Error(1, "cannot be read");
    return std::optional(found->second);
  };
  for (const std::vector<std::string>& types :
       {std::vector<std::string>(), {"connector", "chat"}}) {
    const std::string environment = folder.contains("environment") ? "no name" : "development";
    const auto loaded = load_configuration("config", read, environment, types);
    for (const Problem& problem : loaded.problems) {
      const std::string name = problem.file.substr(problem.file.find('/') + 1);
      if (const auto file = folder.find(name); file != folder.end())
        check_place(problem, file->second);
      fuzz::require(!to_string(problem).empty(), "a problem can be told");
    }
    if (!loaded.ok()) continue;
    std::map<std::string, int> ids;
    for (const ServerInfo& server : loaded.configuration.servers) {
      fuzz::require(is_name(server.id) && is_name(server.type), "names are harmless");
      fuzz::require(++ids[server.id] == 1, "no id comes twice");
      fuzz::require(server.port >= 0 && server.port <= 65535, "a port is one");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_document(text);
  check_folder(folder_of(text));
  return 0;
}
