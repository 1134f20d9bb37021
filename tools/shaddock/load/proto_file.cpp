#include "proto_file.h"

#include <string>
#include <vector>

#include "base/document.h"

namespace shaddock::load {
namespace {

constexpr int kDeepest = 16;

std::string text_of(const Json& field, std::string_view name) {
  const Json* member = field.find(name);
  return member != nullptr && member->is_string() ? member->as_string() : std::string();
}

Json file_form(const Json& message, int depth) {
  Json file = Json::object();
  if (!message.is_object() || depth > kDeepest) return file;
  for (const Json::Member& member : message.as_object()) {
    if (member.name == "__tags" || !member.value.is_object()) continue;
    if (member.name == "__messages") {
      for (const Json::Member& nested : member.value.as_object())
        file.set("message " + nested.name, file_form(nested.value, depth + 1));
    } else if (const Json* tag = member.value.find("tag"); tag != nullptr) {
      const std::string words =
          text_of(member.value, "option") + ' ' + text_of(member.value, "type");
      file.set(words + ' ' + member.name, *tag);
    }
  }
  return file;
}

}  // namespace

Result<protocol::ProtoSchema> schema_of_parsed_form(const Json& parsed) {
  Json file = Json::object();
  for (const Json::Member& member : parsed.as_object())
    file.set(member.name, file_form(member.value, 0));
  const auto document = parse_document(file.dump(), "protos of the handshake");
  if (!document.document) return Error(code::kFailed, "the server's schemas cannot be read");
  std::vector<Problem> problems;
  auto schema = protocol::ProtoSchema::parse(*document.document, problems);
  for (const Problem& problem : problems)
    if (!problem.warning) return Error(code::kFailed, to_string(problem));
  return schema;
}

}  // namespace shaddock::load
