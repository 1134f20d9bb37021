#include "admin/configuration_files.h"

#include <algorithm>
#include <iterator>

#include "admin/misspelling.h"

namespace shaddock::admin {

ConfigurationFiles::Found ConfigurationFiles::open(const std::string& path) {
  const auto text = read_(path);
  if (!text) {
    problems_.push_back({path, 0, 0, "", text.error().text, false});
    return Found::broken;
  }
  if (!*text) return Found::no;
  ParsedDocument parsed = parse_document(**text, path);
  std::ranges::move(parsed.problems, std::back_inserter(problems_));
  if (!parsed.document) return Found::broken;
  documents_.push_back(std::move(*parsed.document));
  return Found::yes;
}

ConfigurationFiles::Found ConfigurationFiles::open_either(const std::string& name) {
  const Found common = open(path_of(name));
  return common == Found::no ? open(path_of(environment_ + '/' + name)) : common;
}

const Document* ConfigurationFiles::whole(const std::string& name) {
  return open_either(name) == Found::yes ? &documents_.back() : nullptr;
}

bool ConfigurationFiles::check_syntax(const std::string& name) {
  return open_either(name) != Found::no;
}

std::optional<Section> ConfigurationFiles::section(const std::string& name,
                                                   bool (*whole_file)(const Node& root)) {
  const std::string common = path_of(name), own = path_of(environment_ + '/' + name);
  if (const Found found = open(common); found != Found::no) {
    if (found == Found::broken) return std::nullopt;
    const Document& document = documents_.back();
    if (const Node* node = document.root.find(environment_))
      return Section{&document, node, environment_};
    if (document.root.kind != Node::Kind::object || whole_file(document.root))
      return Section{&document, &document.root, ""};
    unknown_environment(document);
    return std::nullopt;
  }
  const Found found = open(own);
  if (found == Found::yes) return Section{&documents_.back(), &documents_.back().root, ""};
  if (found == Found::no)
    problems_.push_back({common, 0, 0, "", "there is no such file (nor " + own + ")", false});
  return std::nullopt;
}

void ConfigurationFiles::unknown_environment(const Document& document) {
  std::vector<std::string_view> known;
  std::string list;
  for (const Node::Member& member : document.root.members) {
    known.push_back(member.name);
    list += (list.empty() ? "" : ", ") + member.name;
  }
  std::string what = "unknown environment \"" + environment_ + '"';
  if (const auto meant = meant_by(environment_, known); !meant.empty())
    what += " (did you mean \"" + std::string(meant) + "\"?)";
  what += list.empty() ? "; the file has none" : "; the file has: " + list;
  problems_.push_back(document.error(document.root, "", std::move(what)));
}

}  // namespace shaddock::admin
