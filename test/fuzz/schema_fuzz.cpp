#include "protocol/proto_schema.h"

#include <shaddock/error.h>

#include "fuzz/input.h"
#include "protocol/dictionary.h"

// Files that say how clients' messages are written: schemas and the dictionary. Whatever they hold
// is taken or has a problem with a place; what goes into the handshake is JSON.

using namespace shaddock;
using namespace shaddock::protocol;

namespace {

bool is_object(std::string_view members) {
  const auto value = parse_json('{' + std::string(members) + '}');
  return value.ok() && value->is_object();
}

void check_message(const ProtoMessage& message) {
  for (std::size_t i = 0; i < message.fields.size(); ++i) {
    const ProtoField& field = message.fields[i];
    fuzz::require(field.tag > 0 && field.tag <= ProtoMessage::kMaxTag, "a tag is in range");
    fuzz::require(message.with_tag(field.tag) == i, "a field is found by its tag");
    fuzz::require(message.named(field.name) < message.fields.size(), "and by its name");
    fuzz::require((field.kind == ProtoField::Kind::message) == (field.message != nullptr),
                  "a field of a message's type has that message");
  }
}

void check_schema(std::string_view text) {
  const ParsedDocument parsed = parse_document(text, "serverProtos.json");
  if (!parsed.document) return;
  std::vector<Problem> problems;
  const ProtoSchema schema = ProtoSchema::parse(*parsed.document, problems);
  for (const Problem& problem : problems)
    fuzz::require(problem.line > 0 && !problem.what.empty(), "a problem has a place and a reason");
  for (const Node::Member& member : parsed.document->root.members)
    if (const ProtoMessage* const message = schema.find(member.name)) check_message(*message);
  if (!problems.empty()) return;
  fuzz::require(parse_json(schema.parsed_form()).ok(), "the parsed form is JSON");
  bool any = false;
  for (const Node::Member& member : parsed.document->root.members)
    any = any || schema.find(member.name) != nullptr;
  fuzz::require(schema.empty() != any, "a schema without routes is empty");
  const Protos protos(schema, ProtoSchema());
  fuzz::require(
      schema.empty() == (protos.version() == Protos().version()) || schema.parsed_form() != "{}",
      "other schemas have another version");
  fuzz::require(is_object(protos.sys_members("")), "what a new client gets is JSON");
  fuzz::require(is_object(protos.sys_members(protos.version())), "and what one gets who knows it");
}

// A route on each line.
void check_dictionary(std::string_view text) {
  std::vector<std::string> routes;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    routes.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  const auto dictionary = Dictionary::make(routes);
  if (!dictionary) return;
  for (const std::string& route : routes) {
    const auto code = dictionary->code(route);
    fuzz::require(code && dictionary->route(*code) == route, "a code means its route");
  }
  fuzz::require(dictionary->route(0).empty(), "0 is no code");
  for (const std::string_view members :
       {dictionary->sys_members(""), dictionary->sys_members(dictionary->version()),
        dictionary->pitaya_member()})
    fuzz::require(is_object(members), "what a client gets is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_schema(text);
  check_dictionary(text);
  return 0;
}
