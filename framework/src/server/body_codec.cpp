#include "server/body_codec.h"

#include <limits>
#include <utility>

#include "base/json_codec.h"

namespace shaddock::server {

using cluster::BodyCoding;

namespace {

std::size_t limit(std::size_t setting) {
  return setting != 0 ? setting : std::numeric_limits<std::size_t>::max();
}

// Whoever reads protobuf counts on at most so many levels.
std::size_t proto_depth(std::size_t setting) {
  constexpr std::size_t kMost = protocol::ProtoLimits{}.depth;
  return setting != 0 && setting < kMost ? setting : kMost;
}

const protocol::ProtoMessage* request_schema(const BodySchemas& schemas, BodyCoding coding) {
  return (coding & cluster::kProtobufBody) != 0 ? schemas.request : nullptr;
}

}  // namespace

BodyCodec::BodyCodec(const protocol::ClientProtocol* protocol,
                     const Settings::Connector::Limits& limits)
    : protocol_(protocol),
      json_{limit(limits.json_depth), limit(limits.json_values)},
      protobuf_{proto_depth(limits.proto_depth), limit(limits.proto_values)} {}

BodySchemas BodyCodec::schemas(std::string_view route) const {
  if (protocol_ == nullptr) return {};
  return {protocol_->protos.client().find(route), protocol_->protos.server().find(route)};
}

Result<void> BodyCodec::read(const BodySchemas& schemas, BodyCoding coding, std::string_view bytes,
                             const Type& type, void* out) const {
  if (const auto* schema = request_schema(schemas, coding))
    return protocol::decode_protobuf(*schema, bytes, type, out, protobuf_);
  if (type.kind != Type::Kind::json) return decode_json(bytes, type, out, json_);
  auto value = handler_json(bytes, json_);
  if (!value.ok()) return std::move(value).error();
  *static_cast<Json*>(out) = std::move(value).value();
  return {};
}

Json BodyCodec::read_or_empty(const BodySchemas& schemas, BodyCoding coding,
                              std::string_view bytes) const {
  Json value;
  if (!read(schemas, coding, bytes, type_of<Json>(), &value).ok()) return Json::object();
  return value;
}

Result<void> BodyCodec::write(const BodySchemas& schemas, BodyCoding coding, const Type& type,
                              const void* value, Buffer& out) const {
  if ((coding & cluster::kProtobufAnswer) == 0 || schemas.answer == nullptr)
    return encode_json(type, value, out), Result<void>();
  auto done = protocol::encode_protobuf(*schemas.answer, type, value, out);
  if (done.ok()) return done;
  return Error(code::kFailed, "the answer does not fit its schema: " + done.error().text);
}

std::string BodyCodec::as_json(std::string_view route, BodyCoding coding,
                               std::string_view bytes) const {
  const BodySchemas schemas = this->schemas(route);
  if (request_schema(schemas, coding) == nullptr) return std::string(bytes);
  Json value;
  if (!read(schemas, coding, bytes, type_of<Json>(), &value).ok()) return {};
  return value.dump();
}

}  // namespace shaddock::server
