#pragma once
// The bytes of the bounds, by hand: the little they need of the client protocol.
//
//   package   type (1) | body length (3, big-endian) | body
//   request   flag 0x00 (1) | id (varint) | route length (1) | route | body
//   notify    flag 0x02 (1) | route length (1) | route | body
//   response  flag 0x04 (1) | id (varint) | body
//   push      flag 0x06 (1) | route length (1) | route | body
//
// Pure functions on bytes; nothing is allocated. Readers check lengths and return false.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace shaddock::bench {

constexpr std::size_t kHeader = 4;
constexpr unsigned kHandshake = 1;
constexpr unsigned kData = 4;
constexpr char kNotify = 0x02;
constexpr char kResponse = 0x04;
constexpr char kPush = 0x06;

// What every client is told that shakes hands.
constexpr std::string_view kWelcome = R"({"code":200,"sys":{"heartbeat":0}})";
constexpr std::string_view kDone = R"({"code":200})";

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

// What a client asks or tells: the bytes of the id (none in a notify), route and body.
struct Request {
  std::string_view id;
  std::string_view route;
  std::string_view body;
};

inline bool read_request(std::string_view message, Request& request) {
  if (message.empty()) return false;
  std::size_t at = 1;
  if (message[0] != kNotify) {
    while (at < message.size() && (message[at] & 0x80) != 0) ++at;
    ++at;
  }
  if (at >= message.size()) return false;
  const std::size_t body = at + 1 + static_cast<unsigned char>(message[at]);
  if (body >= message.size()) return false;
  request = {message.substr(1, at - 1), message.substr(at + 1, body - at - 1),
             message.substr(body)};
  return true;
}

// A response package with that body.
inline std::size_t response_size(std::string_view id, std::string_view body) {
  return kHeader + 1 + id.size() + body.size();
}

inline char* write_response(char* at, std::string_view id, std::string_view body) {
  at = write_header(at, kData, response_size(id, body) - kHeader);
  *at++ = kResponse;
  return write_bytes(write_bytes(at, id), body);
}

// The response package of an echo: the request's JSON object with `"code":200` put in front.
constexpr std::string_view kCode = R"({"code":200,)";

inline std::size_t echo_size(const Request& request) {
  return kHeader + 1 + request.id.size() + kCode.size() + request.body.size() - 1;
}

inline void write_echo(char* at, const Request& request) {
  at = write_header(at, kData, echo_size(request) - kHeader);
  *at++ = kResponse;
  at = write_bytes(at, request.id);
  at = write_bytes(at, kCode);
  write_bytes(at, request.body.substr(1));
}

}  // namespace shaddock::bench
