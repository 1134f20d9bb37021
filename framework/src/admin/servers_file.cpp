#include "admin/servers_file.h"

#include <shaddock/json.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/document.h"

namespace shaddock::admin {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_text_key(std::string_view key) {
  constexpr std::array<std::string_view, 4> kKeys = {"id", "type", "host", "clientHost"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

std::string in_quotes(std::string_view text) { return Json(std::string(text)).dump(); }

// As JSON, if it reads as anything but text.
std::optional<std::string> as_json(const std::string& text) {
  const ParsedDocument parsed = parse_document(text, "");
  const bool other =
      parsed.document && parsed.document->root.kind != Node::Kind::string && !text.empty();
  return other ? std::optional(text) : std::nullopt;
}

// A text that is JSON for certain, and the places of its nodes in it.
class Text {
 public:
  explicit Text(std::string_view bytes) : bytes_(bytes) {
    lines_.push_back(bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    for (std::size_t at = 0; at < bytes.size(); ++at)
      if (bytes[at] == '\n') lines_.push_back(at + 1);
  }

  // Columns count characters.
  std::size_t begin_of(int line, int column) const {
    std::size_t at = lines_.at(static_cast<std::size_t>(line) - 1);
    for (int left = column - 1; left > 0 && at < bytes_.size(); --left) {
      ++at;
      while (at < bytes_.size() && (static_cast<unsigned char>(bytes_[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
  }
  std::size_t begin_of(const Node& node) const { return begin_of(node.line, node.column); }

  // Behind the object or list that begins there.
  std::size_t end_of(const Node& node) const {
    std::size_t at = begin_of(node), depth = 0;
    for (bool quoted = false; at < bytes_.size(); ++at) {
      const char c = bytes_[at];
      if (quoted) {
        if (c == '\\') ++at;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return at + 1;
      }
    }
    return at;
  }

  // The white space that ends before that place.
  std::string space_before(std::size_t at) const {
    const std::size_t last = bytes_.find_last_not_of(kSpace, at == 0 ? 0 : at - 1);
    return std::string(bytes_.substr(last + 1, at - last - 1));
  }
  std::string between(std::size_t begin, std::size_t end) const {
    return std::string(bytes_.substr(begin, end - begin));
  }

 private:
  std::string_view bytes_;
  std::vector<std::size_t> lines_;
};

struct Place {
  const Node* list;   // of the type
  std::size_t type;   // among the members of the environment
  std::size_t entry;  // among the items of the list
};

class Editor {
 public:
  Editor(const ServersText& servers, const Document& document)
      : servers_(servers), document_(document), text_(servers.text) {
    const Node* own = document.root.find(servers.environment);
    environment_ = own != nullptr ? own : &document.root;
  }

  Result<std::string> add(const std::string& type, const EntryMembers& entry) const {
    if (environment_->kind != Node::Kind::object)
      return wrong(*environment_, "must be an object with a list of servers for each server type");
    const Node* list = environment_->find(type);
    if (list == nullptr) return add_type(type, entry);
    if (list->kind != Node::Kind::array) return wrong(*list, "must be a list of servers");
    if (list->items.empty()) return fill(*list, entry);
    const Node& last = list->items.back();
    const std::string space = text_.space_before(text_.begin_of(last));
    return insert(text_.end_of(last),
                  ',' + (space.empty() ? std::string(1, ' ') : space) + like(last, entry));
  }

  Result<std::string> remove(const std::string& id) const {
    const std::optional<Place> place = find(id);
    if (!place) return not_there(id);
    if (place->list->items.size() == 1) return remove_type(place->type);
    const auto& items = place->list->items;
    const Node& entry = items[place->entry];
    return place->entry + 1 < items.size()
               ? cut(text_.begin_of(entry), text_.begin_of(items[place->entry + 1]))
               : cut(text_.end_of(items[place->entry - 1]), text_.end_of(entry));
  }

 private:
  Error not_there(const std::string& id) const {
    for (const Node::Member& type : environment_->members) {
      if (!id.starts_with("cluster-server-" + type.name + '-')) continue;
      for (const Node& entry : type.value.items)
        if (entry.find("clusterCount") != nullptr)
          return wrong(entry, id + " is one of those that this entry describes; change its "
                                   "clusterCount instead");
    }
    return Error(code::kBadMessage, "there is no server " + id + " in " + servers_.file);
  }

  Error wrong(const Node& at, std::string what) const {
    return Error(code::kBadMessage, to_string(document_.error(at, "", std::move(what))));
  }
  std::string insert(std::size_t at, const std::string& more) const {
    return servers_.text.substr(0, at) + more + servers_.text.substr(at);
  }
  std::string cut(std::size_t begin, std::size_t end) const {
    return servers_.text.substr(0, begin) + servers_.text.substr(end);
  }

  static std::string object(const EntryMembers& entry, const std::string& before,
                            const std::string& colon, const std::string& first,
                            const std::string& last) {
    std::string text = "{" + first;
    for (std::size_t i = 0; i < entry.size(); ++i) {
      const auto& [key, value] = entry[i];
      text += (i == 0 ? "" : "," + before) + in_quotes(key) + colon + value;
    }
    return text + last + "}";
  }

  // In the manner of another entry.
  std::string like(const Node& other, const EntryMembers& entry) const {
    if (other.members.empty()) return object(entry, " ", ": ", "", "");
    const Node::Member& member = other.members.front();
    const std::size_t begin = text_.begin_of(member.line, member.column);
    const std::string name = text_.between(begin, text_.begin_of(member.value));
    const std::string first = text_.space_before(begin);
    const bool one_line = first.find('\n') == std::string::npos;
    return object(entry, one_line ? std::string(" ") : first, name.substr(name.rfind(':')), first,
                  text_.space_before(text_.end_of(other) - 1));
  }

  // A list that is empty yet.
  std::string fill(const Node& list, const EntryMembers& entry) const {
    return servers_.text.substr(0, text_.begin_of(list)) + '[' + object(entry, " ", ": ", "", "") +
           ']' + servers_.text.substr(text_.end_of(list));
  }

  std::string add_type(const std::string& type, const EntryMembers& entry) const {
    const auto& members = environment_->members;
    const std::string list = in_quotes(type) + ": [" + object(entry, " ", ": ", "", "") + ']';
    if (members.empty()) return insert(text_.begin_of(*environment_) + 1, list);
    const Node::Member& last = members.back();
    const std::string space = text_.space_before(text_.begin_of(last.line, last.column));
    return insert(text_.end_of(last.value), ',' + (space.empty() ? " " : space) + list);
  }

  std::string remove_type(std::size_t index) const {
    const auto& members = environment_->members;
    const auto begin = [&](const Node::Member& one) {
      return text_.begin_of(one.line, one.column);
    };
    if (index + 1 < members.size()) return cut(begin(members[index]), begin(members[index + 1]));
    const std::size_t from =
        index == 0 ? begin(members[index]) : text_.end_of(members[index - 1].value);
    return cut(from, text_.end_of(members[index].value));
  }

  std::optional<Place> find(const std::string& id) const {
    for (std::size_t type = 0; type < environment_->members.size(); ++type) {
      const Node& list = environment_->members[type].value;
      for (std::size_t entry = 0; entry < list.items.size(); ++entry) {
        const Node* named = list.items[entry].find("id");
        const bool many = list.items[entry].find("clusterCount") != nullptr;
        if (named != nullptr && !many && named->text == id) return Place{&list, type, entry};
      }
    }
    return std::nullopt;
  }

  const ServersText& servers_;
  const Document& document_;
  Text text_;
  const Node* environment_;
};

// All its problems, or the document.
Result<Document> document_of(const ServersText& servers) {
  ParsedDocument parsed = parse_document(servers.text, servers.file);
  if (parsed.document) return std::move(*parsed.document);
  return Error(code::kBadMessage, to_string(parsed.problems.front()));
}

}  // namespace

Result<EntryMembers> parse_entry(const std::vector<std::string>& words) {
  EntryMembers members;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      return Error(code::kBadMessage, "must be key=value, got " + word);
    const std::string key = word.substr(0, equals), value = word.substr(equals + 1);
    const auto same = [&](const auto& member) { return member.first == key; };
    if (std::any_of(members.begin(), members.end(), same))
      return Error(code::kBadMessage, key + " is given twice");
    const auto json = is_text_key(key) ? std::nullopt : as_json(value);
    members.emplace_back(key, json ? *json : in_quotes(value));
  }
  return members;
}

Result<std::string> with_entry(const ServersText& servers, const std::string& type,
                               const EntryMembers& entry) {
  const auto document = document_of(servers);
  if (!document) return document.error();
  return Editor(servers, *document).add(type, entry);
}

Result<std::string> with_new_entry(const ServersText& servers, std::vector<std::string> words) {
  constexpr std::string_view kType = "type=";
  const auto type = std::find_if(words.begin(), words.end(),
                                 [&](const auto& word) { return word.starts_with(kType); });
  if (type == words.end()) return Error(code::kBadMessage, "type=TYPE is missing");
  const std::string name = type->substr(kType.size());
  words.erase(type);
  auto entry = parse_entry(words);
  if (!entry) return entry.error();
  return with_entry(servers, name, *entry);
}

Result<std::string> without_entry(const ServersText& servers, const std::string& id) {
  const auto document = document_of(servers);
  if (!document) return document.error();
  return Editor(servers, *document).remove(id);
}

}  // namespace shaddock::admin
