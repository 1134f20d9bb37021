#pragma once
// The bytes of the benchmark, by hand: what a client and a relay need of the client protocol.
//
//   package   type (1) | body length (3, big-endian) | body
//   request   flag 0x00 (1) | id (varint) | route length (1) | route | body
//   response  flag 0x04 (1) | id (varint) | body
//
// Pure functions on bytes; nothing is allocated. Readers check lengths and return false.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace shaddock::bench {

constexpr std::size_t kHeader = 4;
constexpr unsigned kHandshake = 1;
constexpr unsigned kAck = 2;
constexpr unsigned kHeartbeat = 3;
constexpr unsigned kData = 4;
constexpr char kResponse = 0x04;

constexpr std::string_view kBody = R"({"msg":"012345678901234567890"})";
constexpr std::string_view kAnswer = R"({"code":200,"msg":"012345678901234567890"})";

struct Package {
  unsigned type;
  std::string_view body;
};

inline bool read_package(const char* data, std::size_t size, Package& package) {
  if (size < kHeader) return false;
  const auto* byte = reinterpret_cast<const unsigned char*>(data);
  const std::size_t length = std::size_t{byte[1]} << 16 | std::size_t{byte[2]} << 8 | byte[3];
  if (size - kHeader < length) return false;
  package = {byte[0], {data + kHeader, length}};
  return true;
}

inline char* write_header(char* at, unsigned type, std::size_t length) {
  at[0] = static_cast<char>(type);
  at[1] = static_cast<char>(length >> 16);
  at[2] = static_cast<char>(length >> 8);
  at[3] = static_cast<char>(length);
  return at + kHeader;
}

inline char* write_bytes(char* at, std::string_view bytes) {
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

// A request as the relay needs it: the bytes of its id, and its body.
struct Request {
  std::string_view id;
  std::string_view body;
};

inline bool read_request(std::string_view message, Request& request) {
  std::size_t at = 1;
  while (at < message.size() && (message[at] & 0x80) != 0) ++at;
  const std::size_t route = at + 1;
  if (route >= message.size()) return false;
  const std::size_t body = route + 1 + static_cast<unsigned char>(message[route]);
  if (body >= message.size()) return false;
  request = {message.substr(1, at), message.substr(body)};
  return true;
}

// The whole response package to a request: its JSON object with `"code":200` put in front.
constexpr std::string_view kCode = R"({"code":200,)";

inline std::size_t response_size(const Request& request) {
  return kHeader + 1 + request.id.size() + kCode.size() + request.body.size() - 1;
}

inline void write_response(char* at, const Request& request) {
  at = write_header(at, kData, response_size(request) - kHeader);
  *at++ = kResponse;
  at = write_bytes(at, request.id);
  at = write_bytes(at, kCode);
  write_bytes(at, request.body.substr(1));
}

}  // namespace shaddock::bench
