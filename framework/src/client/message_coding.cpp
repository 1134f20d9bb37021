#include "client/message_coding.h"

#include <shaddock/fields.h>

#include <utility>

#include "protocol/protobuf.h"

namespace shaddock::client {
namespace {

bool says(const Json* sys, std::string_view name) {
  const Json* member = sys == nullptr ? nullptr : sys->find(name);
  return member != nullptr && member->is_bool() && member->as_bool();
}

}  // namespace

MessageCoding::MessageCoding(std::shared_ptr<const protocol::ClientProtocol> protocol,
                             const Json* sys)
    : protocol_(std::move(protocol)),
      codes_(protocol_ && says(sys, "useDict")),
      protobuf_(protocol_ && says(sys, "useProto")) {}

std::optional<std::string> MessageCoding::encode(protocol::MessageHeader header,
                                                 const Json& body) const {
  const auto* schema = protobuf_ ? protocol_->protos.client().find(header.route) : nullptr;
  Buffer bytes;
  if (schema == nullptr)
    bytes.append(body.dump());
  else if (!protocol::encode_protobuf(*schema, type_of<Json>(), &body, bytes))
    return std::nullopt;
  if (const auto code = codes_ ? protocol_->dictionary.code(header.route) : std::nullopt) {
    header.compressed_route = true;
    header.code = *code;
  }
  Buffer package;
  if (!protocol::append_message(package, header, bytes.view())) return std::nullopt;
  return std::string(package.view());
}

std::string_view MessageCoding::route_of(const protocol::MessageHeader& header) const {
  if (!header.compressed_route) return header.route;
  return codes_ ? protocol_->dictionary.route(header.code) : std::string_view();
}

Result<Json> MessageCoding::read(std::string_view route, std::string_view body) const {
  const auto* schema = protobuf_ ? protocol_->protos.server().find(route) : nullptr;
  if (schema == nullptr) return parse_json(body);
  Json content;
  if (auto read = protocol::decode_protobuf(*schema, body, type_of<Json>(), &content); !read)
    return read.error();
  return content;
}

}  // namespace shaddock::client
