#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "admin/configuration.h"

namespace shaddock::admin {

// A configuration folder in memory, good as it stands; tests change files and look at the problems.
struct ConfigurationFolder {
  std::map<std::string, std::string> files = {
      {"config/master.json",
       R"({"development": {"id": "master-server-1", "host": "127.0.0.1", "port": 3005}})"},
      {"config/servers.json",
       R"({"development": {"chat": [{"id": "chat-1", "host": "127.0.0.1", "port": 6050}]}})"}};
  std::string environment = "development";
  std::vector<std::string> types;

  LoadedConfiguration load() const {
    const ReadFile read = [this](const std::string& path) -> Result<std::optional<std::string>> {
      const auto found = files.find(path);
      if (found == files.end()) return std::optional<std::string>();
      return std::optional(found->second);
    };
    return load_configuration("config", read, environment, types);
  }
};

// A line for each.
inline std::string all_of(const std::vector<Problem>& problems) {
  std::string all;
  for (const Problem& problem : problems) all += to_string(problem) + '\n';
  return all;
}

// With these chat servers, on the second line of servers.json.
inline std::string problems_with(const std::string& list) {
  ConfigurationFolder folder;
  folder.files["config/servers.json"] = "{\"development\": {\"chat\": [\n" + list + "]}}";
  return all_of(folder.load().problems);
}

inline std::string problems_with_master(const std::string& text) {
  ConfigurationFolder folder;
  folder.files["config/master.json"] = text;
  return all_of(folder.load().problems);
}

}  // namespace shaddock::admin
