#include "base/document.h"

#include <algorithm>
#include <set>

#include "base/buffer.h"
#include "base/document_sink.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace shaddock {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

ParsedDocument broken(std::string_view text, std::string file, std::size_t offset,
                      std::string what) {
  LineCounter place(text);
  place.move_to(offset);
  return {std::nullopt,
          {{std::move(file), place.line(), place.column(), "", std::move(what), false}}};
}

std::string quote(std::string_view text) {
  Buffer quoted;
  write_json_string(text, quoted);
  return std::string(quoted.view());
}

// Recursive, as deep as a document may be.
std::string json_text(const Node& node) {
  std::string text;
  if (node.kind == Node::Kind::array) {
    for (const Node& item : node.items) text += (text.empty() ? "" : ",") + json_text(item);
    return '[' + text + ']';
  }
  if (node.kind != Node::Kind::object) return node.describe();
  for (const Node::Member& member : node.members)
    text += (text.empty() ? "" : ",") + quote(member.name) + ':' + json_text(member.value);
  return '{' + text + '}';
}

std::string join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + '.' + name;
}

void report_duplicates(const Document& document, const Node& node, const std::string& path,
                       std::vector<Problem>& problems) {
  std::set<std::string_view> names;
  for (const Node::Member& member : node.members) {
    const std::string key = join(path, member.name);
    if (!names.insert(member.name).second)
      problems.push_back({document.file, member.line, member.column, key,
                          "given twice in this object; the last one counts", true});
    report_duplicates(document, member.value, key, problems);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i)
    report_duplicates(document, node.items[i], path + '[' + std::to_string(i) + ']', problems);
}

}  // namespace

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0)
    text += ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column);
  if (!text.empty()) text += ": ";
  if (problem.warning) text += "warning: ";
  if (!problem.key.empty()) text += problem.key + ": ";
  return text + problem.what;
}

const Node* Node::find(std::string_view name) const {
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const Member& member) { return member.name == name; });
  return found == members.rend() ? nullptr : &found->value;
}

std::string to_text(const Node& node) {
  return node.kind == Node::Kind::string ? node.text : json_text(node);
}

std::string Node::describe() const {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return flag ? "true" : "false";
    case Kind::integer:
    case Kind::real:
      return text;
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
    case Kind::string:
      break;
  }
  Buffer quoted;
  write_json_string(text, quoted);
  return std::string(quoted.view());
}

Problem Document::error(const Node& at, std::string key, std::string what) const {
  return {file, at.line, at.column, std::move(key), std::move(what), false};
}

Problem Document::warning(const Node& at, std::string key, std::string what) const {
  return {file, at.line, at.column, std::move(key), std::move(what), true};
}

ParsedDocument parse_document(std::string_view text, std::string file) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const std::size_t valid = strict_utf8_prefix(text); valid != text.size())
    return broken(text, std::move(file), valid, "Text is not UTF-8.");

  Document document{std::move(file), {}};
  std::string copy(text);
  copy.append(kJsonPadding, '\0');
  DocumentSink sink(text, document.root);
  const auto wrong = read_json(copy.data(), text.size(), sink);
  if (wrong) return broken(text, std::move(document.file), wrong->offset, wrong->what);
  if (sink.too_deep())
    return {
        std::nullopt,
        {{std::move(document.file), sink.line(), sink.column(), "", "Nested too deep.", false}}};

  std::vector<Problem> problems;
  report_duplicates(document, document.root, "", problems);
  return {std::move(document), std::move(problems)};
}

}  // namespace shaddock
