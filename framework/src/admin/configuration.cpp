#include "admin/configuration.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "admin/configuration_files.h"
#include "admin/entry_reader.h"
#include "admin/misspelling.h"
#include "admin/server_entries.h"
#include "admin/server_rules.h"

namespace shaddock::admin {
namespace {

struct OtherFile {
  const char* name;
  const char* note;  // why it has no use; nothing when it has
};

constexpr OtherFile kOtherFiles[] = {
    {"adminServer.json",
     "not used by Shaddock: servers prove the secret of the cluster instead of tokens"},
    {"adminUser.json",
     "not used by Shaddock: whoever may read the run folder may administer the cluster"},
    {"log4js.json", "not used by Shaddock: logs go to logs/<environment>/<id>.log"},
    {"masterha.json", "not used by Shaddock"},
    {"crons.json", nullptr},
};

bool has_type_lists(const Node& root) {
  return !root.members.empty() && root.members.front().value.kind == Node::Kind::array;
}

bool has_no_servers(const Node::Member& type) {
  return type.value.kind == Node::Kind::array && type.value.items.empty();
}

bool has_master_keys(const Node& root) {
  return root.find("host") != nullptr || root.find("port") != nullptr || root.find("id") != nullptr;
}

net::Isolation read_isolation(EntryReader& entry) {
  constexpr std::array<std::string_view, 3> kModes = {"process", "thread", "none"};
  const std::string word = entry.text("isolation").value_or("process");
  if (const auto isolation = net::parse_isolation(word)) return *isolation;
  std::string what = "must be process, thread or none, got \"" + word + '"';
  if (const auto meant = meant_by(word, kModes); !meant.empty())
    what += " (did you mean \"" + std::string(meant) + "\"?)";
  entry.error("isolation", std::move(what));
  return net::Isolation::process;
}

MasterEntry read_master(const Section& section, std::vector<Problem>& problems) {
  constexpr std::array<std::string_view, 6> kKeys = {"id",         "host",      "port",
                                                     "secretFile", "isolation", "watch"};
  EntryReader entry(*section.document, *section.node, section.path, problems);
  MasterEntry master;
  if (section.node->kind != Node::Kind::object) {
    entry.error("", "must be an object with id, host and port, got " + section.node->describe());
    return master;
  }
  entry.check_spelling(kKeys);
  entry.require(std::span(kKeys).first(3));
  master.id = entry.name("id").value_or("");
  master.host = entry.host("host").value_or("");
  master.port = entry.port("port").value_or(0);
  master.secret_file = entry.text("secretFile").value_or("");
  master.isolation = read_isolation(entry);
  master.watch = entry.flag("watch").value_or(true);
  return master;
}

void check_other_files(ConfigurationFiles& files, std::vector<Problem>& notes) {
  for (const auto& [name, note] : kOtherFiles)
    if (files.check_syntax(name) && note != nullptr)
      notes.push_back({files.path_of(name), 0, 0, "", note, true});
}

void sort_by_place(std::vector<Problem>& problems) {
  std::ranges::stable_sort(problems, {}, [](const Problem& problem) {
    return std::tie(problem.file, problem.line, problem.column);
  });
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

bool LoadedConfiguration::ok(bool strict) const {
  return std::ranges::none_of(problems,
                              [&](const Problem& problem) { return strict || !problem.warning; });
}

LoadedConfiguration load_configuration(const std::string& folder, const ReadFile& read,
                                       const std::string& environment,
                                       const std::vector<std::string>& known_types) {
  LoadedConfiguration loaded;
  Configuration& configuration = loaded.configuration;
  configuration.environment = environment;
  if (!is_name(environment)) {
    loaded.problems.push_back(
        {"", 0, 0, "environment",
         "must be 1 to 64 letters, digits, - or _, got \"" + environment + '"', false});
    return loaded;
  }

  ConfigurationFiles files(folder, read, environment, loaded.problems);
  const auto master = files.section("master.json", has_master_keys);
  if (master) configuration.master = read_master(*master, loaded.problems);
  if (const auto servers = files.section("servers.json", has_type_lists)) {
    const auto entries = read_server_entries(*servers, known_types, loaded.problems);
    if (entries.empty() && std::ranges::all_of(servers->node->members, has_no_servers) &&
        servers->node->kind == Node::Kind::object)
      loaded.problems.push_back(
          servers->document->error(*servers->node, servers->path, "there are no servers"));
    check_together(master, configuration.master, *servers->document, entries, loaded.problems);
    for (const ServerEntry& entry : entries) {
      configuration.fingerprints[entry.info.id] = fingerprint(entry.info, entry.listeners_text);
      configuration.servers.push_back(entry.info);
      if (!entry.listeners.empty()) configuration.listeners[entry.info.id] = entry.listeners;
    }
  }
  configuration.protocol = read_protocol_files(files, loaded.problems);
  check_other_files(files, loaded.notes);
  sort_by_place(loaded.problems);
  return loaded;
}

}  // namespace shaddock::admin
