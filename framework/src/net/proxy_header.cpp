#include "net/proxy_header.h"

#include <algorithm>
#include <charconv>

#include "net/ip_address.h"

namespace shaddock::net {
namespace {

constexpr std::string_view kLineStart = "PROXY ";
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kStart = 16;                    // of version 2: up to the addresses
constexpr std::uint8_t kLocal = 0x20, kProxy = 0x21;  // version and command

// What stands in version 2 for one family and transport.
struct Family {
  std::uint8_t code;
  std::size_t addresses;  // bytes that must be there
};
constexpr std::uint8_t kUnspecified = 0x00, kTcp4 = 0x11, kTcp6 = 0x21;
constexpr Family kFamilies[] = {{kUnspecified, 0}, {kTcp4, 12}, {0x12, 12}, {kTcp6, 36},
                                {0x22, 36},        {0x31, 216}, {0x32, 216}};

template <class Int>
Int big_endian(const char* at) {
  Int value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<Int>(value << 8 | static_cast<std::uint8_t>(at[i]));
  return value;
}

std::optional<int> parse_port(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// The word up to the next space, which is cut off with it.
std::string_view next_word(std::string_view& line) {
  const std::size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space == line.npos ? line.size() : space + 1);
  return word;
}

bool is_of_family(std::string_view host, bool v6) {
  return (host.find(':') != host.npos) == v6 && parse_ip(host).has_value();
}

}  // namespace

std::size_t ProxyHeader::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::more) state_ = take(bytes[at++]);
  return at;
}

ProxyHeader::State ProxyHeader::take(char byte) {
  if (taken_ < head_.size()) head_[taken_] = byte;
  ++taken_;
  return head_[0] == kLineStart[0] ? take_text() : take_binary();
}

ProxyHeader::State ProxyHeader::take_text() {
  const std::string_view line = head();
  if (!line.starts_with(kLineStart.substr(0, line.size()))) return State::bad;
  if (line.back() == '\n')
    return line.ends_with("\r\n") ? finish_line(line.substr(0, line.size() - 2)) : State::bad;
  return taken_ < kLongestLine ? State::more : State::bad;
}

ProxyHeader::State ProxyHeader::finish_line(std::string_view line) {
  if (line.size() < kLineStart.size() || line.find('\r') != line.npos) return State::bad;
  line.remove_prefix(kLineStart.size());
  const std::string_view family = next_word(line);
  if (family == "UNKNOWN") return State::done;
  if (family != "TCP4" && family != "TCP6") return State::bad;

  const bool v6 = family == "TCP6";
  const std::string_view source = next_word(line), destination = next_word(line);
  const auto source_port = parse_port(next_word(line));
  const auto destination_port = parse_port(line);  // up to the end: no word may follow
  if (!is_of_family(source, v6) || !is_of_family(destination, v6) || !source_port ||
      !destination_port)
    return State::bad;
  client_ = Address{to_string(*parse_ip(source)), *source_port};
  return State::done;
}

ProxyHeader::State ProxyHeader::take_binary() {
  const std::size_t compared = std::min(taken_, kSignature.size());
  if (head().substr(0, compared) != kSignature.substr(0, compared)) return State::bad;
  if (taken_ < kStart) return State::more;
  if (taken_ == kStart && check_start() == State::bad) return State::bad;
  return taken_ < length_ ? State::more : finish_binary();
}

ProxyHeader::State ProxyHeader::check_start() {
  const auto command = static_cast<std::uint8_t>(head_[12]);
  const auto family = static_cast<std::uint8_t>(head_[13]);
  const std::size_t body = big_endian<std::uint16_t>(&head_[14]);
  length_ = kStart + body;
  if (body > kLongestBody) return State::bad;
  if (command == kLocal) return State::more;
  if (command != kProxy) return State::bad;
  const auto known = std::ranges::find(kFamilies, family, &Family::code);
  return known != std::end(kFamilies) && body >= known->addresses ? State::more : State::bad;
}

ProxyHeader::State ProxyHeader::finish_binary() {
  const auto command = static_cast<std::uint8_t>(head_[12]);
  const auto family = static_cast<std::uint8_t>(head_[13]);
  if (command == kLocal) return State::done;
  const char* addresses = &head_[kStart];
  if (family == kTcp4) {
    const IpAddress source{0, std::uint64_t{0xFFFF} << 32 | big_endian<std::uint32_t>(addresses)};
    client_ = Address{to_string(source), big_endian<std::uint16_t>(addresses + 8)};
  } else if (family == kTcp6) {
    const IpAddress source{big_endian<std::uint64_t>(addresses),
                           big_endian<std::uint64_t>(addresses + 8)};
    client_ = Address{to_string(source), big_endian<std::uint16_t>(addresses + 32)};
  }
  return State::done;
}

}  // namespace shaddock::net
