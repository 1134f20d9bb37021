#pragma once

#include <shaddock/json.h>
#include <shaddock/error.h>

#include <optional>
#include <string>
#include <string_view>

namespace shaddock::protocol {

// The bodies of HANDSHAKE and KICK packages, all JSON text.
//
//   client: {"sys":{"type":..,"version":..,"protoVersion":..,"dictVersion":..,"rsa":..},"user":..}
//   server: {"code":200,"sys":{"heartbeat":3,<dictionary and protos>},"user":..}
//           or only {"code":500}
struct HandshakeRequest {
  std::string type, version;
  std::string proto_version, dict_version;  // empty: the client has none
  Json message;                             // the whole of it, for the user's callback

  // What the client put under "user", or nullptr.
  const Json* user() const { return message.find("user"); }
};

// Error 500 for what is not JSON or has no object "sys".
Result<HandshakeRequest> parse_handshake(std::string_view body);

struct HandshakeReply {
  std::optional<int> heartbeat;  // seconds; without it the client sends no heartbeats
  // Members of "sys" that are the same for many clients, as prepared text without braces:
  // "dict":{..},"useDict":true
  std::string_view sys_members = {};
  std::string_view user = {};  // JSON text; empty: left out
};

std::string handshake_reply(const HandshakeReply& reply);

// The whole answers that end a connection; refused are clients of a wrong type or version.
inline constexpr std::string_view kHandshakeFailed = R"({"code":500})";
inline constexpr std::string_view kHandshakeRefused = R"({"code":501})";

std::string kick_body(std::string_view reason);

}  // namespace shaddock::protocol
