#include "admin/entry_reader.h"

#include <algorithm>

#include "admin/configuration.h"
#include "admin/misspelling.h"

namespace shaddock::admin {
namespace {

std::string quote(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace

bool is_host(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:%").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, fits);
}

std::string EntryReader::path_of(std::string_view key) const {
  if (path_.empty()) return std::string(key);
  return key.empty() ? path_ : path_ + '.' + std::string(key);
}

void EntryReader::report(std::string_view key, std::string what, bool warning) {
  const Node* value = find(key);
  const Node& at = value == nullptr ? object_ : *value;
  problems_.push_back({document_.file, at.line, at.column, path_of(key), std::move(what), warning});
}

std::optional<std::string> EntryReader::text(std::string_view key) {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Node::Kind::string)
    return error(key, "must be text in quotes, got " + value->describe()), std::nullopt;
  if (value->text.empty()) return error(key, "must not be empty"), std::nullopt;
  return value->text;
}

std::optional<std::string> EntryReader::host(std::string_view key) {
  auto host = text(key);
  if (host && !is_host(*host))
    return error(key, "must be a host name or an address, got " + find(key)->describe()),
           std::nullopt;
  return host;
}

std::optional<std::string> EntryReader::name(std::string_view key) {
  auto name = text(key);
  if (name && !is_name(*name))
    return error(key, "must be 1 to 64 letters, digits, - or _, got " + find(key)->describe()),
           std::nullopt;
  return name;
}

std::optional<int> EntryReader::integer(std::string_view key, int lowest, int highest) {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Node::Kind::integer && value->integer >= lowest && value->integer <= highest)
    return static_cast<int>(value->integer);
  const std::string range = " from " + std::to_string(lowest) + " to " + std::to_string(highest);
  const bool number = value->kind == Node::Kind::integer || value->kind == Node::Kind::real;
  error(key, (number ? "must be" : "must be a number without quotes") + range + ", got " +
                 value->describe());
  return std::nullopt;
}

std::optional<bool> EntryReader::flag(std::string_view key) {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Node::Kind::boolean) return value->flag;
  if (value->kind == Node::Kind::string && value->text == "true") return true;
  if (value->kind == Node::Kind::string && value->text == "false") return false;
  error(key, "must be true or false, got " + value->describe());
  return std::nullopt;
}

void EntryReader::require(std::span<const std::string_view> keys) {
  for (const std::string_view key : keys)
    if (find(key) == nullptr) error(key, "missing");
}

void EntryReader::check_spelling(std::span<const std::string_view> known) {
  for (const Node::Member& member : object_.members) {
    if (std::ranges::find(known, member.name) != known.end()) continue;
    const std::string_view meant = meant_by(member.name, known);
    if (meant.empty()) continue;
    problems_.push_back({document_.file, member.line, member.column, path_of(member.name),
                         "unknown key; did you mean " + quote(meant) + "?", true});
  }
}

}  // namespace shaddock::admin
