#include "agreement.h"

#include <shaddock/fields.h>

#include <algorithm>

#include "base/buffer.h"
#include "id_ring.h"
#include "proto_file.h"
#include "protocol/protobuf.h"

namespace shaddock::load {
namespace {

bool says(const Json& sys, std::string_view name) {
  const Json* member = sys.find(name);
  return member != nullptr && member->is_bool() && member->as_bool();
}

bool is_accepted(const Json& answer) {
  const Json* code = answer.find("code");
  return code != nullptr && code->is_number() && code->as_number() == code::kOk;
}

Result<protocol::ProtoSchema> schema(const Json& protos, std::string_view side) {
  const Json* parsed = protos.find(side);
  if (parsed == nullptr || !parsed->is_object()) return protocol::ProtoSchema();
  return schema_of_parsed_form(*parsed);
}

}  // namespace

Result<std::shared_ptr<const Agreement>> Agreement::read(std::string_view handshake) {
  const auto answer = parse_json(handshake);
  if (!answer) return Error(code::kFailed, "the server's handshake is not JSON");
  if (!is_accepted(*answer)) return Error(code::kFailed, "handshake refused: " + answer->dump());
  auto agreement = std::make_shared<Agreement>();
  const Json* sys = answer->find("sys");
  if (sys == nullptr) return std::shared_ptr<const Agreement>(std::move(agreement));
  if (const Json* heartbeat = sys->find("heartbeat"); heartbeat && heartbeat->is_integer())
    agreement->heartbeat_ =
        static_cast<int>(std::clamp<std::int64_t>(heartbeat->as_integer(), 0, 86'400));
  const Json* codes = sys->find("routeToCode");
  if (codes == nullptr) codes = sys->find("dict");
  if (codes != nullptr && codes->is_object()) agreement->read_dictionary(*codes);
  if (const Json* protos = sys->find("protos"); protos != nullptr && says(*sys, "useProto")) {
    auto client = schema(*protos, "client");
    auto server = schema(*protos, "server");
    if (!client || !server) return client ? server.error() : client.error();
    agreement->client_ = *client;
    agreement->server_ = *server;
  }
  return std::shared_ptr<const Agreement>(std::move(agreement));
}

void Agreement::read_dictionary(const Json& codes) {
  for (const Json::Member& member : codes.as_object()) {
    if (!member.value.is_integer()) continue;
    const std::int64_t code = member.value.as_integer();
    if (code < 1 || code > UINT16_MAX) continue;
    codes_[member.name] = static_cast<std::uint16_t>(code);
    const auto at = static_cast<std::size_t>(code);
    if (routes_.size() <= at) routes_.resize(at + 1);
    routes_[at] = member.name;
  }
}

std::string Agreement::head(protocol::MessageType type, std::string_view route) const {
  Buffer out;
  const std::size_t at = protocol::begin_package(out);
  protocol::MessageHeader header;
  header.type = type;
  header.id = IdRing::kFirstId;
  header.route = route;
  if (const auto code = codes_.find(route); code != codes_.end()) {
    header.compressed_route = true;
    header.code = code->second;
  }
  (void)protocol::write_message_header(out, header);
  (void)protocol::end_package(out, at, protocol::PackageType::data);
  return std::string(out.view());
}

Result<void> Agreement::encode(std::string_view route, std::string_view text,
                               std::string& out) const {
  const auto* schema = schema_of_sent(route);
  if (schema == nullptr) {
    out.append(text);
    return {};
  }
  const auto body = parse_json(text);
  if (!body) return body.error();
  Buffer bytes;
  const Json& value = *body;
  auto encoded = protocol::encode_protobuf(*schema, type_of<Json>(), &value, bytes);
  if (encoded) out.append(bytes.view());
  return encoded;
}

Result<Json> Agreement::decode(std::string_view route, std::string_view body) const {
  const auto* schema = server_.find(route);
  if (schema == nullptr) return parse_json(body);
  Json content;
  if (auto read = protocol::decode_protobuf(*schema, body, type_of<Json>(), &content); !read)
    return read.error();
  return content;
}

std::string_view Agreement::route_of(const protocol::MessageHeader& header) const {
  if (!header.compressed_route) return header.route;
  return header.code < routes_.size() ? std::string_view(routes_[header.code]) : std::string_view();
}

void set_length(std::string& package) {
  protocol::write_package_header(package.data(), protocol::PackageType::data,
                                 package.size() - protocol::kPackageHeaderSize);
}

}  // namespace shaddock::load
