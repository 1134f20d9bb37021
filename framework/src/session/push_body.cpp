#include "session/push_body.h"

#include "base/json_codec.h"
#include "protocol/protobuf.h"

namespace shaddock::session {

namespace {

// Of a push that comes from a server of the cluster: what fits into a frame, but no bomb.
constexpr ValueLimits kLimits{.values = 100'000};
constexpr protocol::ProtoLimits kProtoLimits{.values = kLimits.values};

}  // namespace

PushBody::PushBody(const Tools& tools, std::string_view route, const Type& type,
                   const void* message)
    : tools_(tools), route_(route), type_(&type), message_(message) {}

PushBody::PushBody(const Tools& tools, std::string_view route, std::string_view bytes,
                   bool protobuf)
    : tools_(tools), route_(route) {
  forms_[protobuf] = {State::made, bytes};
}

const protocol::ProtoMessage* PushBody::schema() {
  if (!schema_) {
    const auto* protocol = tools_.protocol;
    schema_ = protocol != nullptr ? protocol->protos.server().find(route_) : nullptr;
  }
  return *schema_;
}

std::optional<std::string_view> PushBody::bytes(bool protobuf) {
  Form& form = forms_[protobuf];
  if (form.state == State::unknown) {
    Buffer& out = protobuf ? tools_.buffers.protobuf : tools_.buffers.json;
    out.clear();
    const Result<void> done =
        type_ != nullptr ? encode(protobuf, *type_, message_, out) : transcode(protobuf, out);
    form = {done.ok() ? State::made : State::impossible, out.view()};
    if (!done.ok())
      tools_.log.error("push not sent",
                       {{"route", route_}, {"protobuf", protobuf}, {"text", done.error().text}});
  }
  if (form.state == State::impossible) return std::nullopt;
  return form.bytes;
}

Result<void> PushBody::encode(bool protobuf, const Type& type, const void* message, Buffer& out) {
  if (!protobuf) return encode_json(type, message, out), Result<void>();
  if (!has_schema()) return Error(code::kFailed, "the route has no schema");
  return protocol::encode_protobuf(*schema(), type, message, out);
}

Result<void> PushBody::transcode(bool protobuf, Buffer& out) {
  if (!has_schema()) return Error(code::kFailed, "the route has no schema here");
  const std::string_view bytes = forms_[!protobuf].bytes;
  Json value;
  const Result<void> read =
      protobuf ? decode_json(bytes, type_of<Json>(), &value, kLimits)
               : protocol::decode_protobuf(*schema(), bytes, type_of<Json>(), &value, kProtoLimits);
  if (!read.ok()) return read.error();
  return encode(protobuf, type_of<Json>(), &value, out);
}

}  // namespace shaddock::session
