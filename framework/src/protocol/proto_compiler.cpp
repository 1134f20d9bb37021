#include "protocol/proto_compiler.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "protocol/javascript_order.h"
#include "protocol/message.h"
#include "protocol/proto_parsed_form.h"

namespace shaddock::protocol {
namespace {

using Kind = ProtoField::Kind;
using Option = ProtoField::Option;

constexpr std::string_view kMessage = "message";
constexpr std::string_view kTypes = "uInt32, int32, sInt32, float, double, string";

std::optional<Kind> simple_kind(std::string_view type) {
  if (type == "uInt32") return Kind::u_int32;
  if (type == "int32" || type == "sInt32") return Kind::s_int32;
  if (type == "float") return Kind::float32;
  if (type == "double") return Kind::float64;
  if (type == "string") return Kind::string;
  return std::nullopt;
}

std::optional<Option> option_of(std::string_view word) {
  if (word == "required") return Option::required;
  if (word == "optional") return Option::optional;
  if (word == "repeated") return Option::repeated;
  return std::nullopt;
}

bool reserved(std::string_view name) {
  return name == "__messages" || name == "__tags" || name == "__proto__";
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t end; (end = text.find(' ')) != text.npos; text.remove_prefix(end + 1))
    words.push_back(text.substr(0, end));
  words.push_back(text);
  return words;
}

// As JSON.parse leaves them: of members with the same name the last one, in the place of the first.
std::vector<const Node::Member*> members_of(const Node& object) {
  std::vector<const Node::Member*> members;
  std::map<std::string_view, std::size_t> places;
  for (const Node::Member& member : object.members) {
    const auto [found, fresh] = places.try_emplace(member.name, members.size());
    if (fresh)
      members.push_back(&member);
    else
      members[found->second] = &member;
  }
  std::ranges::stable_sort(
      members, {}, [](const Node::Member* member) { return javascript_rank(member->name); });
  return members;
}

Scope* find(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &Names::value_type::first);
  return found == names.end() ? nullptr : found->second;
}

void index(ProtoMessage& message) {
  for (std::uint32_t i = 0; i < message.fields.size(); ++i) {
    if (i % 64 == 0) message.required.push_back(0);
    if (message.fields[i].option == Option::required)
      message.required.back() |= std::uint64_t{1} << (i % 64);
    message.by_tag.push_back(i);
  }
  std::ranges::sort(message.by_tag, {}, [&](std::uint32_t i) { return message.fields[i].tag; });
}

class Compiler {
 public:
  Compiler(const Document& document, std::vector<Problem>& problems)
      : document_(document), problems_(problems) {}

  CompiledProtos run() {
    if (document_.root.kind != Node::Kind::object) {
      refuse(document_.root, "", "must be an object of messages");
      return std::move(made_);
    }
    for (const Node::Member* member : members_of(document_.root)) add_top_level(*member);
    for (const Scope& scope : scopes_) {
      for (std::size_t i = 0; i < scope.places.size(); ++i)
        resolve(scope, scope.message->fields[i], *scope.places[i]);
      index(*scope.message);
    }
    made_.parsed_form = parsed_form(top_level_);
    return std::move(made_);
  }

 private:
  void add_top_level(const Node::Member& member) {
    const auto words = words_of(member.name);
    Scope* const scope =
        words[0] == kMessage ? add_message(member, words, nullptr) : add_route(member);
    if (scope != nullptr) top_level_.emplace_back(member.name, scope);
  }

  Scope* add_route(const Node::Member& member) {
    if (member.name.empty() || member.name.size() > kMaxRoute) {
      report(member, member.name, "a route must have 1 to 255 bytes");
      return nullptr;
    }
    Scope* const scope = add_scope(member, member.name, nullptr);
    if (scope != nullptr) made_.routes[member.name] = scope->message;
    return scope;
  }

  Scope* add_message(const Node::Member& member, const std::vector<std::string_view>& words,
                     const Scope* outer) {
    if (words.size() != 2 || words[1].empty()) {
      report(member, path_of(outer, member),
             "must be two words with one space between, as in \"message Name\"");
      return nullptr;
    }
    if (simple_kind(words[1])) {
      report(member, path_of(outer, member), quoted(words[1]) + " is a type already");
      return nullptr;
    }
    return add_scope(member, words[1], outer);
  }

  Scope* add_scope(const Node::Member& member, std::string_view name, const Scope* outer) {
    std::string path = path_of(outer, member);
    if (member.value.kind != Node::Kind::object) {
      refuse(member.value, std::move(path), "must be an object of fields");
      return nullptr;
    }
    ProtoMessage& message = made_.messages.emplace_back();
    message.name = name;
    Scope& scope = scopes_.emplace_back(Scope{&message, outer, std::move(path), {}, {}});
    for (const Node::Member* inner : members_of(member.value)) add_member(scope, *inner);
    return &scope;
  }

  void add_member(Scope& scope, const Node::Member& member) {
    const auto words = words_of(member.name);
    if (words[0] != kMessage) return add_field(scope, member, words);
    if (Scope* const inner = add_message(member, words, &scope))
      scope.nested.emplace_back(words[1], inner);
  }

  void add_field(Scope& scope, const Node::Member& member,
                 const std::vector<std::string_view>& words) {
    const std::string path = path_of(&scope, member);
    if (words.size() != 3 || words[1].empty() || words[2].empty())
      return report(member, path,
                    "must be three words with one space between, as in \"required string name\"");
    const auto option = option_of(words[0]);
    if (!option)
      return report(
          member, path,
          "unknown option " + quoted(words[0]) + "; there are required, optional and repeated");
    const Node& tag = member.value;
    if (tag.kind != Node::Kind::integer || tag.integer < 1 || tag.integer > ProtoMessage::kMaxTag)
      return refuse(tag, path,
                    "the tag must be a number from 1 to " + std::to_string(ProtoMessage::kMaxTag));
    add_field(scope, member,
              {*option, Kind::string, static_cast<std::uint32_t>(tag.integer),
               std::string(words[2]), std::string(words[1])});
  }

  void add_field(Scope& scope, const Node::Member& member, ProtoField field) {
    const auto& fields = scope.message->fields;
    const std::string path = path_of(&scope, member);
    if (reserved(field.name))
      return report(member, path, quoted(field.name) + " is not a name for a field");
    if (scope.message->named(field.name) != fields.size())
      return report(member, path, "there is another field of this name");
    if (const auto same = std::ranges::find(fields, field.tag, &ProtoField::tag);
        same != fields.end())
      return report(member, path,
                    "the tag " + std::to_string(field.tag) + " belongs to " + quoted(same->name));
    scope.message->fields.push_back(std::move(field));
    scope.places.push_back(&member);
  }

  void resolve(const Scope& scope, ProtoField& field, const Node::Member& place) {
    if (const auto kind = simple_kind(field.type)) {
      field.kind = *kind;
      return;
    }
    const Scope* found = find(scope.nested, field.type);
    if (found == nullptr) found = find(top_level_, std::string(kMessage) + ' ' + field.type);
    if (found == nullptr) return report_unknown(scope, field, place);
    field.kind = Kind::message;
    field.message = found->message;
  }

  void report_unknown(const Scope& scope, const ProtoField& field, const Node::Member& place) {
    for (const Scope* outer = scope.outer; outer != nullptr; outer = outer->outer)
      if (find(outer->nested, field.type) != nullptr)
        return report(place, path_of(&scope, place),
                      quoted(field.type) + " belongs to " + quoted(outer->path) +
                          ", where Pomelo's clients do not look for it: move it to the top level");
    report(place, path_of(&scope, place),
           "unknown type " + quoted(field.type) + "; there are " + std::string(kTypes) +
               " and the messages of this object and of the file");
  }

  static std::string path_of(const Scope* outer, const Node::Member& member) {
    return outer == nullptr ? member.name : outer->path + '.' + member.name;
  }

  void report(const Node::Member& at, std::string path, std::string what) {
    problems_.push_back(
        {document_.file, at.line, at.column, std::move(path), std::move(what), false});
  }
  void refuse(const Node& value, std::string path, std::string what) {
    problems_.push_back(
        document_.error(value, std::move(path), std::move(what) + ", got " + value.describe()));
  }

  const Document& document_;
  std::vector<Problem>& problems_;
  CompiledProtos made_;
  std::deque<Scope> scopes_;
  Names top_level_;  // whole keys: routes and "message Name"
};

}  // namespace

CompiledProtos compile_protos(const Document& document, std::vector<Problem>& problems) {
  return Compiler(document, problems).run();
}

}  // namespace shaddock::protocol
