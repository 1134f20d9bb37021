#include "net/websocket.h"

#include "base/utf8.h"
#include "fuzz/input.h"
#include "net/websocket_offer.h"
#include "net/websocket_writer.h"

// The same bytes give the same messages however they are cut; every cap holds; what is sent again
// arrives again.

using namespace shaddock;
using namespace shaddock::net;
using Kind = WebSocketEvent::Kind;

namespace {

struct Heard {
  std::vector<std::string> events;  // kind, code, payload
  bool over = false;
  bool operator==(const Heard&) const = default;
};

std::string_view payload_of(const WebSocketEvent& event) {
  return {event.payload.data(), event.payload.size()};
}

std::string describe(const WebSocketEvent& event) {
  return std::to_string(static_cast<int>(event.kind)) + ' ' + std::to_string(event.code) + ' ' +
         std::string(payload_of(event));
}

void check_event(const WebSocketEvent& event, const WebSocketLimits& limits) {
  const std::size_t size = event.payload.size();
  switch (event.kind) {
    case Kind::text:
      fuzz::require(limits.text, "text comes only where it is allowed");
      fuzz::require(is_utf8(payload_of(event)), "text is UTF-8");
      [[fallthrough]];
    case Kind::binary:
      return fuzz::require(size <= limits.message, "a message is no longer than the limit");
    case Kind::ping:
    case Kind::pong:
      return fuzz::require(size <= 125, "a control frame is short");
    case Kind::close:
      fuzz::require(size <= 123 && is_utf8(payload_of(event)), "a reason is short and UTF-8");
      return fuzz::require(event.code == close_code::kNone || may_close_with(event.code),
                           "a close frame has a code that may be sent");
    case Kind::failed:
      return fuzz::require(may_close_with(event.code), "a failure can be told to the peer");
  }
}

bool listen(WebSocketReader& reader, std::span<char> piece, const WebSocketLimits& limits,
            Heard& heard) {
  reader.feed(piece);
  while (const auto event = reader.next()) {
    fuzz::require(!heard.over, "nothing comes after the last event");
    check_event(*event, limits);
    heard.events.push_back(describe(*event));
    heard.over = event->kind == Kind::close || event->kind == Kind::failed;
  }
  return true;
}

void check_cuts(std::string_view bytes, const WebSocketLimits& limits, Inflater* inflater) {
  Heard whole;
  {
    WebSocketReader reader(limits, inflater);
    std::vector<char> memory(bytes.begin(), bytes.end());
    listen(reader, memory, limits, whole);
  }
  for (const std::uint64_t seed : {std::uint64_t{0}, fuzz::seed_of(bytes)}) {
    Heard cut;
    WebSocketReader reader(limits, inflater);
    fuzz::in_pieces(bytes, seed,
                    [&](std::span<char> piece) { return listen(reader, piece, limits, cut); });
    fuzz::require(cut == whole, "the same messages come however they are cut");
  }
}

// The bytes as the payload of a message in up to three fragments with a ping between.
void check_writing(std::string_view bytes) {
  const std::uint64_t seed = fuzz::seed_of(bytes);
  const std::size_t first = bytes.size() / (1 + seed % 3);
  const auto mask = static_cast<std::uint32_t>(seed >> 32);
  Buffer out;
  write_masked_frame(out, Opcode::binary, bytes.substr(0, first), mask, false);
  write_masked_frame(out, Opcode::ping, bytes.substr(0, 125), mask + 1);
  write_masked_frame(out, Opcode::continuation, bytes.substr(first), ~mask);
  WebSocketReader reader;
  reader.feed({out.data(), out.size()});
  const auto ping = reader.next();
  fuzz::require(ping && ping->kind == Kind::ping && payload_of(*ping) == bytes.substr(0, 125),
                "a ping arrives between two fragments");
  const auto message = reader.next();
  fuzz::require(message && message->kind == Kind::binary && payload_of(*message) == bytes,
                "a message arrives as it was sent");
  fuzz::require(!reader.next(), "and nothing else does");
}

// What a server writes, read as a client does.
void check_server_frames(std::string_view bytes) {
  Buffer out;
  const std::size_t at = begin_frame(out);
  out.append(bytes);
  end_frame(out, at, Opcode::binary);
  write_close_frame(out, close_code::kNormal, bytes);
  WebSocketLimits limits;
  limits.masked = false;
  WebSocketReader reader(limits);
  reader.feed({out.data(), out.size()});
  const auto message = reader.next();
  fuzz::require(message && payload_of(*message) == bytes, "a frame made in place is whole");
  const auto close = reader.next();
  if (is_utf8(bytes)) {
    fuzz::require(close && close->kind == Kind::close && bytes.starts_with(payload_of(*close)),
                  "a reason is cut between two characters");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  Inflater inflater;
  check_cuts(bytes, {}, nullptr);
  check_cuts(bytes, {.message = 300, .fragments = 4, .empty_fragments = 2, .text = false}, nullptr);
  check_cuts(bytes, {.message = 4096}, &inflater);
  check_cuts(bytes, {.masked = false}, nullptr);
  check_writing(bytes);
  check_server_frames(bytes);
  agree_on_extensions(bytes);
  return 0;
}
