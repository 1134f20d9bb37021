#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/configuration.h"

namespace shaddock::admin {

// The part of a file that belongs to the environment.
struct Section {
  const Document* document;
  const Node* node;
  std::string path;  // how keys of problems begin: the environment, or nothing
};

// Finds and parses files of a configuration folder; keeps the parsed ones alive. Problems go to the
// given list.
class ConfigurationFiles {
 public:
  ConfigurationFiles(std::string folder, const ReadFile& read, std::string environment,
                     std::vector<Problem>& problems)
      : folder_(std::move(folder)),
        read_(read),
        environment_(std::move(environment)),
        problems_(problems) {}

  // `whole_file` tells from the root whether the file is for every environment. A missing file or
  // an unknown environment is reported.
  std::optional<Section> section(const std::string& name, bool (*whole_file)(const Node& root));
  // A file that is the same for every environment; nullptr when there is none or its syntax is
  // wrong. Lives as long as this.
  const Document* whole(const std::string& name);
  // Reports only what is wrong with its syntax; false when there is no such file.
  bool check_syntax(const std::string& name);

  std::string path_of(const std::string& name) const { return folder_ + '/' + name; }

 private:
  enum class Found { no, broken, yes };
  Found open(const std::string& path);
  // The common one, or else that of the environment.
  Found open_either(const std::string& name);
  void unknown_environment(const Document& document);

  std::string folder_;
  const ReadFile& read_;
  std::string environment_;
  std::vector<Problem>& problems_;
  std::deque<Document> documents_;
};

}  // namespace shaddock::admin
