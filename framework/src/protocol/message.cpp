#include "protocol/message.h"

namespace shaddock::protocol {
namespace {

constexpr unsigned kRouteCodeBit = 0x01;
constexpr unsigned kReservedBits = 0xE0;
constexpr std::size_t kLongestId = 5;

bool has_id(MessageType type) {
  return type == MessageType::request || type == MessageType::response;
}
bool has_route(MessageType type) { return type != MessageType::response; }

bool read_flag(std::string_view& bytes, MessageHeader& header) {
  if (bytes.empty()) return false;
  const unsigned flag = static_cast<unsigned char>(bytes[0]);
  const unsigned type = flag >> 1 & 7;
  if ((flag & kReservedBits) != 0 || type > 3) return false;
  header.type = static_cast<MessageType>(type);
  header.compressed_route = (flag & kRouteCodeBit) != 0;
  header.gzip = (flag & kCompressedBit) != 0;
  bytes.remove_prefix(1);
  return has_route(header.type) || !header.compressed_route;
}

bool read_id(std::string_view& bytes, std::uint32_t& id) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kLongestId; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (value > UINT32_MAX) return false;
    id = static_cast<std::uint32_t>(value);
    bytes.remove_prefix(i + 1);
    return true;
  }
  return false;
}

bool read_route(std::string_view& bytes, MessageHeader& header) {
  const auto byte = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (header.compressed_route) {
    if (bytes.size() < 2) return false;
    header.code = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
    bytes.remove_prefix(2);
    return true;
  }
  if (bytes.empty() || bytes.size() - 1 < byte(0)) return false;
  header.route = bytes.substr(1, byte(0));
  bytes.remove_prefix(1 + header.route.size());
  return true;
}

char flag_of(const MessageHeader& header) {
  unsigned flag = static_cast<unsigned>(header.type) << 1;
  if (header.compressed_route && has_route(header.type)) flag |= kRouteCodeBit;
  if (header.gzip) flag |= kCompressedBit;
  return static_cast<char>(flag);
}

}  // namespace

// Filled where the caller will have it: a copy of fields just written one by one costs more than
// all of the rest.
std::optional<Message> decode_message(std::string_view bytes) {
  std::optional<Message> message(std::in_place);
  MessageHeader& header = message->header;
  if (read_flag(bytes, header) && (!has_id(header.type) || read_id(bytes, header.id)) &&
      (!has_route(header.type) || read_route(bytes, header))) {
    message->body = bytes;
  } else {
    message.reset();
  }
  return message;
}

bool write_message_header(Buffer& out, const MessageHeader& header) {
  const bool routed = has_route(header.type);
  if (routed && !header.compressed_route && header.route.size() > kMaxRoute) return false;
  char* const begin = out.reserve(kMaxMessageHeader);
  char* at = begin;
  *at++ = flag_of(header);
  if (has_id(header.type)) at = write_varint(at, header.id);
  if (routed && header.compressed_route) {
    *at++ = static_cast<char>(header.code >> 8);
    *at++ = static_cast<char>(header.code);
  } else if (routed) {
    *at++ = static_cast<char>(header.route.size());
    if (!header.route.empty()) std::memcpy(at, header.route.data(), header.route.size());
    at += header.route.size();
  }
  out.commit(static_cast<std::size_t>(at - begin));
  return true;
}

bool write_push_header(Buffer& out, std::string_view route) {
  return write_message_header(out, {.type = MessageType::push, .route = route});
}

bool append_response(Buffer& out, std::uint32_t id, std::string_view body) {
  char* const begin = out.reserve(kPackageHeaderSize + 6 + body.size());
  char* at = begin + kPackageHeaderSize;
  *at++ = 0x04;
  at = write_varint(at, id);
  const std::size_t length =
      static_cast<std::size_t>(at - begin) - kPackageHeaderSize + body.size();
  if (length > kMaxPackageBody) return false;
  write_package_header(begin, PackageType::data, length);
  if (!body.empty()) std::memcpy(at, body.data(), body.size());
  out.commit(kPackageHeaderSize + length);
  return true;
}

bool append_message(Buffer& out, const MessageHeader& header, std::string_view body) {
  const std::size_t at = begin_package(out);
  if (!write_message_header(out, header)) {
    out.truncate(at);
    return false;
  }
  out.append(body);
  return end_package(out, at, PackageType::data);
}

}  // namespace shaddock::protocol
