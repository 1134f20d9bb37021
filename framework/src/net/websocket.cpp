#include "net/websocket.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/utf8.h"

namespace shaddock::net {
namespace {

constexpr std::uint8_t kReservedBits = 0x70;
constexpr std::uint8_t kDeflated = 0x40;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kLengthBits = 0x7F;
constexpr std::size_t kLongestControl = 125;

std::string_view text_of(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

bool exists(Opcode opcode) {
  return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

std::size_t length_field_size(std::uint8_t length) {
  return length < 126 ? 0 : length == 126 ? 2 : 8;
}

}  // namespace

std::optional<WebSocketEvent> WebSocketReader::next() {
  drop_given();
  while (!done_) {
    if (!in_payload_) {
      Event event;
      if (read_header(event) != Step::ready) return event;
    }
    if (chunk_.empty() && remaining_ != 0) return std::nullopt;
    const std::span<char> piece = take_payload();
    if (remaining_ == 0) in_payload_ = false;
    const Event event = control() ? on_control(piece) : on_data(piece);
    if (event || in_payload_) return event;
  }
  return std::nullopt;
}

void WebSocketReader::drop_given() {
  const auto drop = [](Buffer& buffer, bool& given) {
    if (!given) return;
    buffer.clear();
    buffer.release();
    given = false;
  };
  drop(message_, message_given_);
  drop(control_, control_given_);
}

WebSocketReader::Step WebSocketReader::read_header(Event& event) {
  if (!gather(2)) return Step::more;
  int code = judge_start();
  if (code == 0) {
    const std::size_t length_size = length_field_size(header_[1] & kLengthBits);
    if (!gather(2 + length_size + (limits_.masked ? 4 : 0))) return Step::more;
    remaining_ = length_field();
    if (limits_.masked) std::memcpy(&mask_, &header_[2 + length_size], sizeof mask_);
    code = judge_length(remaining_);
  }
  if (code != 0) {
    event = fail(code);
    return Step::failed;
  }
  header_size_ = 0;
  in_payload_ = true;
  return Step::ready;
}

// Moves bytes from the chunk until header_ has `size` of them; false when the chunk ended before.
bool WebSocketReader::gather(std::size_t size) {
  if (header_size_ >= size) return true;
  const std::size_t n = std::min<std::size_t>(size - header_size_, chunk_.size());
  std::copy_n(chunk_.data(), n, header_.data() + header_size_);
  header_size_ = static_cast<std::uint8_t>(header_size_ + n);
  chunk_ = chunk_.subspan(n);
  return header_size_ == size;
}

// What the first two bytes tell: a close code, or 0 when they are right.
int WebSocketReader::judge_start() const {
  const std::size_t length = header_[1] & kLengthBits;
  const bool may_be_deflated =
      inflater_ != nullptr && !control() && opcode() != Opcode::continuation;
  const unsigned wrong = may_be_deflated ? kReservedBits & ~kDeflated : kReservedBits;
  if ((header_[0] & wrong) != 0 || !exists(opcode())) return close_code::kProtocolError;
  if (((header_[1] & kMaskBit) != 0) != limits_.masked) return close_code::kProtocolError;
  if (control()) return fin() && length <= kLongestControl ? 0 : close_code::kProtocolError;
  if ((opcode() == Opcode::continuation) != message_open_) return close_code::kProtocolError;
  if (opcode() == Opcode::text && !limits_.text) return close_code::kUnsupported;
  return 0;
}

std::uint64_t WebSocketReader::length_field() const {
  const std::uint8_t first = header_[1] & kLengthBits;
  const std::size_t size = length_field_size(first);
  if (size == 0) return first;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < size; ++i) length = length << 8 | header_[2 + i];
  return length;
}

int WebSocketReader::judge_length(std::uint64_t length) {
  const std::uint8_t first = header_[1] & kLengthBits;
  const bool minimal = first < 126 || (first == 126 ? length > 125 : length > 0xFFFF);
  if (!minimal || length >> 63 != 0) return close_code::kProtocolError;
  if (control()) return 0;
  if (opcode() != Opcode::continuation) message_deflated_ = (header_[0] & kDeflated) != 0;
  if (length > longest() - message_.size()) return close_code::kTooBig;
  if (fin() && !message_open_) return 0;
  if (++fragments_ > limits_.fragments) return close_code::kPolicy;
  if (length == 0 && ++empty_fragments_ > limits_.empty_fragments) return close_code::kPolicy;
  return 0;
}

// What never gets smaller grows a little when it is deflated: five bytes for each stored block.
std::size_t WebSocketReader::longest() const {
  return message_deflated_ ? limits_.message + limits_.message / 256 + 16 : limits_.message;
}

// As much of the payload as the chunk has, unmasked.
std::span<char> WebSocketReader::take_payload() {
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, chunk_.size()));
  const std::span<char> piece = chunk_.first(n);
  chunk_ = chunk_.subspan(n);
  remaining_ -= n;
  if (limits_.masked) mask_ = apply_mask(piece, mask_);
  return piece;
}

WebSocketReader::Event WebSocketReader::on_control(std::span<char> piece) {
  if (in_payload_ || !control_.empty()) {
    control_.append(text_of(piece));
    if (in_payload_) return std::nullopt;
    control_given_ = true;
    piece = {control_.data(), control_.size()};
  }
  if (opcode() == Opcode::ping) return WebSocketEvent{WebSocketEvent::Kind::ping, piece};
  if (opcode() == Opcode::pong) return WebSocketEvent{WebSocketEvent::Kind::pong, piece};
  return on_close(piece);
}

WebSocketReader::Event WebSocketReader::on_close(std::span<char> payload) {
  WebSocketEvent event{WebSocketEvent::Kind::close};
  if (!payload.empty()) {
    if (payload.size() < 2) return fail(close_code::kProtocolError);
    event.code =
        static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    event.payload = payload.subspan(2);
    if (!may_close_with(event.code)) return fail(close_code::kProtocolError);
    if (!is_utf8(text_of(event.payload))) return fail(close_code::kInvalidText);
  }
  done_ = true;
  return event;
}

WebSocketReader::Event WebSocketReader::on_data(std::span<char> piece) {
  if (opcode() != Opcode::continuation) message_text_ = opcode() == Opcode::text;
  const bool whole = !in_payload_ && fin();
  if (message_text_ && !message_deflated_ &&
      (!utf8_.feed(text_of(piece)) || (whole && !utf8_.complete()))) {
    return fail(close_code::kInvalidText);
  }
  if (!whole || !message_.empty()) message_.append(text_of(piece));
  if (!in_payload_) message_open_ = !fin();
  if (!whole) return std::nullopt;

  fragments_ = empty_fragments_ = 0;
  utf8_.reset();
  if (!message_.empty()) {
    message_given_ = true;
    piece = {message_.data(), message_.size()};
  }
  return message_deflated_ ? inflate(piece) : on_message(piece);
}

WebSocketReader::Event WebSocketReader::on_message(std::span<char> message) {
  using Kind = WebSocketEvent::Kind;
  return WebSocketEvent{message_text_ ? Kind::text : Kind::binary, message};
}

WebSocketReader::Event WebSocketReader::inflate(std::span<char> deflated) {
  Buffer message;
  const auto size =
      inflater_->inflate(Compression::message, text_of(deflated), limits_.message, message);
  if (!size) {
    const bool too_big = size.error().code == code::kTooLarge;
    return fail(too_big ? close_code::kTooBig : close_code::kInvalidText);
  }
  if (message_text_ && !is_utf8(message.view())) return fail(close_code::kInvalidText);
  message_ = std::move(message);
  message_given_ = true;
  return on_message({message_.data(), message_.size()});
}

WebSocketReader::Event WebSocketReader::fail(int code) {
  done_ = true;
  chunk_ = {};
  message_ = Buffer();
  control_ = Buffer();
  return WebSocketEvent{WebSocketEvent::Kind::failed, {}, code};
}

std::uint32_t apply_mask(std::span<char> bytes, std::uint32_t mask) {
  const std::uint64_t wide = std::uint64_t{mask} << 32 | mask;
  char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof wide; at += sizeof wide, left -= sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    word ^= wide;
    std::memcpy(at, &word, sizeof word);
  }
  std::array<char, 4> key;
  std::memcpy(key.data(), &mask, sizeof mask);
  for (std::size_t i = 0; i < left; ++i) at[i] ^= key[i % 4];
  std::rotate(key.begin(), key.begin() + bytes.size() % 4, key.end());
  std::memcpy(&mask, key.data(), sizeof mask);
  return mask;
}

bool may_close_with(int code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace shaddock::net
