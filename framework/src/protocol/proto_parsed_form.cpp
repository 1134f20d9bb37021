#include "protocol/proto_parsed_form.h"

#include <algorithm>

#include "base/buffer.h"
#include "base/json_writer.h"
#include "protocol/javascript_order.h"

namespace shaddock::protocol {
namespace {

std::string_view name_of(ProtoField::Option option) {
  constexpr std::string_view kNames[] = {"required", "optional", "repeated"};
  return kNames[static_cast<std::size_t>(option)];
}

void write_key(std::string_view name, Buffer& out) {
  if (!out.view().ends_with('{')) out.push_back(',');
  write_json_string(name, out);
  out.push_back(':');
}

void write_field(const ProtoField& field, Buffer& out) {
  write_key(field.name, out);
  out.append(R"({"option":")");
  out.append(name_of(field.option));
  out.append(R"(","type":)");
  write_json_string(field.type, out);
  out.append(R"(,"tag":)");
  write_json_unsigned(field.tag, out);
  out.push_back('}');
}

void write_tags(const ProtoMessage& message, Buffer& out) {
  out.push_back('{');
  for (const std::uint32_t index : message.by_tag) {
    write_key(std::to_string(message.fields[index].tag), out);
    write_json_string(message.fields[index].name, out);
  }
  out.push_back('}');
}

void write_messages(const Names& names, Buffer& out);

void write_message(const Scope& scope, Buffer& out) {
  std::vector<const ProtoField*> fields;
  for (const ProtoField& field : scope.message->fields) fields.push_back(&field);
  std::ranges::stable_sort(fields, {},
                           [](const ProtoField* field) { return javascript_rank(field->name); });
  out.push_back('{');
  for (const ProtoField* field : fields) write_field(*field, out);
  write_key("__messages", out);
  write_messages(scope.nested, out);
  write_key("__tags", out);
  write_tags(*scope.message, out);
  out.push_back('}');
}

void write_messages(const Names& names, Buffer& out) {
  Names sorted = names;
  std::ranges::stable_sort(sorted, {},
                           [](const auto& name) { return javascript_rank(name.first); });
  out.push_back('{');
  for (const auto& [name, scope] : sorted) {
    write_key(name, out);
    write_message(*scope, out);
  }
  out.push_back('}');
}

}  // namespace

std::string parsed_form(const Names& names) {
  Buffer text;
  write_messages(names, text);
  return std::string(text.view());
}

}  // namespace shaddock::protocol
