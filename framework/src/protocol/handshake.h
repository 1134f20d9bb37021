#pragma once

#include <shaddock/error.h>
#include <shaddock/json.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shaddock::protocol {

// sys.resume: the client wants to be able to come back to its session after a drop; with a token it
// does.
struct ResumeRequest {
  std::string token;           // empty: none yet
  std::uint64_t received = 0;  // DATA packages of the session so far
};

// The bodies of HANDSHAKE and KICK packages, all JSON text.
//
//   client: {"sys":{"type":..,"version":..,"protoVersion":..,"dictVersion":..,"rsa":..},"user":..}
//   server: {"code":200,"sys":{"heartbeat":3,<dictionary and protos>},"user":..}
//           or only {"code":500}
//
// Pitaya's clients send other members of "sys" (platform, libVersion, clientBuildNumber,
// clientVersion) and get {"code":200,"sys":{"heartbeat":3,"dict":{..},"serializer":"json"}}, or 400
// with the same "sys".
struct HandshakeRequest {
  bool pitaya = false;                      // sys has libVersion and no type
  std::string type, version;                // of the client; Pitaya's: platform and clientVersion
  std::string proto_version, dict_version;  // empty: the client has none
  bool zlib = false;  // it reads compressed bodies: Pitaya's do, others say "compress":"zlib"
  // sys.rsa: the modulus in hex and the exponent; empty and 0: none
  std::string rsa_modulus;
  std::uint64_t rsa_exponent = 0;
  using Resume = ResumeRequest;
  std::optional<Resume> resume;
  Json message;  // the whole of it
};

// Error 500 for what is not JSON or has no object "sys".
Result<HandshakeRequest> parse_handshake(std::string_view body);

struct HandshakeReply {
  int code = 200;
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
