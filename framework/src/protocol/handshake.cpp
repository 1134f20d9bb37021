#include "protocol/handshake.h"

#include "base/json_writer.h"

namespace shaddock::protocol {
namespace {

// Clients that have no version send 0, null or nothing.
std::string text_member(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

void read_key(const Json& sys, HandshakeRequest& request) {
  const Json* rsa = sys.find("rsa");
  if (rsa == nullptr || !rsa->is_object()) return;
  const Json* exponent = rsa->find("rsa_e");
  if (exponent == nullptr || !exponent->is_integer() || exponent->as_integer() <= 0) return;
  request.rsa_modulus = text_member(*rsa, "rsa_n");
  request.rsa_exponent = static_cast<std::uint64_t>(exponent->as_integer());
}

// What is wrong in it counts as absent: then a session begins anew.
void read_resume(const Json& sys, HandshakeRequest& request) {
  const Json* resume = sys.find("resume");
  if (resume == nullptr || !resume->is_object()) return;
  request.resume.emplace();
  const Json* received = resume->find("received");
  if (received == nullptr || !received->is_integer() || received->as_integer() < 0) return;
  request.resume->received = static_cast<std::uint64_t>(received->as_integer());
  request.resume->token = text_member(*resume, "token");
}

}  // namespace

Result<HandshakeRequest> parse_handshake(std::string_view body) {
  Result<Json> message = parse_json(body);
  if (!message) return Error(code::kFailed, "handshake is not JSON: " + message.error().text);
  const Json* sys = message->find("sys");
  if (sys == nullptr || !sys->is_object()) return Error(code::kFailed, "handshake has no sys");

  HandshakeRequest request;
  request.pitaya = sys->find("libVersion") != nullptr && sys->find("type") == nullptr;
  request.type = text_member(*sys, request.pitaya ? "platform" : "type");
  request.version = text_member(*sys, request.pitaya ? "clientVersion" : "version");
  request.proto_version = text_member(*sys, "protoVersion");
  request.dict_version = text_member(*sys, "dictVersion");
  request.zlib = request.pitaya || text_member(*sys, "compress") == "zlib";
  read_key(*sys, request);
  read_resume(*sys, request);
  request.message = std::move(message).value();
  return request;
}

std::string handshake_reply(const HandshakeReply& reply) {
  std::string text = R"({"code":)" + std::to_string(reply.code) + R"(,"sys":{)";
  if (reply.heartbeat) text += R"("heartbeat":)" + std::to_string(*reply.heartbeat);
  if (reply.heartbeat && !reply.sys_members.empty()) text += ',';
  text += reply.sys_members;
  text += '}';
  if (!reply.user.empty()) text.append(R"(,"user":)").append(reply.user);
  text += '}';
  return text;
}

std::string kick_body(std::string_view reason) {
  Buffer out;
  out.append(R"({"reason":)");
  write_json_string(reason, out);
  out.push_back('}');
  return std::string(out.view());
}

}  // namespace shaddock::protocol
