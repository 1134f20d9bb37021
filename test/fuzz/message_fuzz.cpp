#include "protocol/message.h"

#include "fuzz/input.h"

// What decodes encodes again and means the same; what we encode decodes to what it was.

using namespace shaddock;
using namespace shaddock::protocol;

namespace {

bool same(const Message& a, const Message& b) {
  return a.header.type == b.header.type && a.header.gzip == b.header.gzip &&
         a.header.compressed_route == b.header.compressed_route && a.header.code == b.header.code &&
         a.header.id == b.header.id && a.header.route == b.header.route && a.body == b.body;
}

void decode_and_encode(std::string_view bytes) {
  const auto message = decode_message(bytes);
  if (!message) return;
  fuzz::require(bytes.ends_with(message->body), "the body is the end of the message");
  fuzz::require(message->header.route.size() <= kMaxRoute, "a route is not too long");
  Buffer out;
  fuzz::require(write_message_header(out, message->header), "a header that came can be written");
  fuzz::require(out.size() <= kMaxMessageHeader, "a header has a longest size");
  out.append(message->body);
  fuzz::require(out.size() <= bytes.size(), "an encoded message is the shortest form");
  const auto again = decode_message(out.view());
  fuzz::require(again && same(*message, *again), "decoding undoes encoding");
}

void encode_and_decode(std::string_view bytes) {
  fuzz::Input in(bytes);
  Message message;
  const std::uint8_t flags = in.byte();
  message.header.type = static_cast<MessageType>(flags & 3);
  message.header.gzip = (flags & 4) != 0;
  const bool response = message.header.type == MessageType::response;
  if (message.header.type == MessageType::request || response) message.header.id = in.number();
  if (!response && (flags & 8) != 0) {
    message.header.compressed_route = true;
    message.header.code = static_cast<std::uint16_t>(in.number());
  }
  if (!response && !message.header.compressed_route) message.header.route = in.text();
  message.body = in.rest();
  Buffer out;
  if (!append_message(out, message.header, message.body)) return;
  PackageReader reader;
  reader.feed(out.view());
  const auto package = reader.next();
  fuzz::require(package && package->type == PackageType::data && !reader.next(),
                "a message is one DATA package");
  const auto again = decode_message(package->body);
  fuzz::require(again && same(message, *again), "a message arrives as it was sent");
}

// The short ways to write a response and a push make the same bytes as the long one.
void short_ways(std::string_view bytes) {
  fuzz::Input in(bytes);
  const std::uint32_t id = in.number();
  Buffer shorter, longer;
  fuzz::require(append_response(shorter, id, in.rest()), "a response fits");
  fuzz::require(append_message(longer, {.type = MessageType::response, .id = id}, in.rest()),
                "as does the same message");
  fuzz::require(shorter.view() == longer.view(), "they are the same");
  const std::string_view route = in.text();
  shorter.clear(), longer.clear();
  fuzz::require(write_push_header(shorter, route), "a route of up to 255 bytes fits");
  fuzz::require(write_message_header(longer, {.type = MessageType::push, .route = route}),
                "as does that of the same message");
  fuzz::require(shorter.view() == longer.view(), "they are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decode_and_encode(fuzz::text_of(data, size));
  encode_and_decode(fuzz::text_of(data, size));
  short_ways(fuzz::text_of(data, size));
  return 0;
}
