#include "protocol/handshake.h"

#include "base/crypto_rsa.h"
#include "fuzz/input.h"

// A handshake is an object with "sys" whatever else it is; the answers are JSON whatever goes in.

using namespace shaddock;
using namespace shaddock::protocol;

namespace {

void check_request(std::string_view body) {
  const auto request = parse_handshake(body);
  if (!request) return fuzz::require(request.error().code == code::kFailed, "a failure is a 500");
  const Json* const sys = request->message.find("sys");
  fuzz::require(sys != nullptr && sys->is_object(), "a handshake has sys");
  for (const auto& [name, value] : {std::pair("dictVersion", &request->dict_version),
                                    std::pair("protoVersion", &request->proto_version)}) {
    const Json* const member = sys->find(name);
    if (member != nullptr && member->is_string() && !request->pitaya)
      fuzz::require(*value == member->as_string(), "a version is what the client said");
  }
  if (const auto key = RsaPublicKey::create(request->rsa_modulus, request->rsa_exponent))
    fuzz::require(!key->verify_sha256(body, std::string(key->signature_bytes(), 'x')),
                  "what is no signature proves nothing");
  const auto again = parse_handshake(request->message.dump());
  fuzz::require(again.ok() && again->message == request->message && again->type == request->type &&
                    again->version == request->version && again->pitaya == request->pitaya,
                "the same handshake means the same");
}

void check_reply(std::string_view body) {
  const auto value = parse_json(body);
  const std::string user = value ? value->dump() : std::string();
  for (const std::optional<int> heartbeat : {std::optional<int>(), std::optional(3)}) {
    const auto reply = parse_json(handshake_reply({.heartbeat = heartbeat, .user = user}));
    fuzz::require(reply.ok() && reply->at("code") == Json(200), "an answer is JSON");
  }
  const auto kick = parse_json(kick_body(body));
  fuzz::require(kick.ok() && kick->is_object(), "a kick is JSON whatever its reason is");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  check_request(body);
  check_reply(body);
  return 0;
}
