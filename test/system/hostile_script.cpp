#include "system/hostile_script.h"

#include <arpa/inet.h>

#include "base/deflate.h"
#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::system_test {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHellos[] = {
    R"({"sys":{"type":"x","version":"1"},"user":{}})",
    R"({"sys":{"type":"x","version":"1"},"user":{"wait":true}})",
    R"({"sys":{"platform":"mac","libVersion":"1","clientBuildNumber":"1","clientVersion":"1"},"user":{}})",
    R"({"sys":{"platform":"ios","libVersion":"1","clientVersion":"1"},"user":{"wait":1}})",
    R"({"sys":{"compress":"zlib","type":"y"},"user":null})",
    R"({"sys":{"type":7,"version":{},"protoVersion":[],"dictVersion":9,"rsa":"no"}})",
    R"({"sys":{"rsa":{"rsa_n":"zz","rsa_e":"10001"}}})",
    R"({"sys":null})",
    R"({"sys":[]})",
    R"({"sys":{}})",
    R"([{"sys":{}}])",
    R"({"sys":{"type":"\ud800"},"user":"\u0000"})",
    R"("sys")",
    "null",
    "",
    "{",
    R"({"sys":{"type":"x"},"sys":{"libVersion":"1"}})",
};

constexpr std::string_view kGoodRoutes[] = {
    "connector.hall.echo",   "connector.hall.echo",    "connector.hall.say",
    "connector.hall.login",  "connector.hall.flood",   "connector.hall.flood",
    "connector.hall.logout", "connector.hall.address", "vault.room.echo",
    "vault.room.late",       "vault.room.late",        "vault.room.bind",
    "vault.room.remember",   "vault.room.kick",        "vault.room.join"};

constexpr std::string_view kWrongRoutes[] = {"connector.hall.nothing",
                                             "connector.hall",
                                             "hall.echo",
                                             "hall.login",
                                             "other.server.method",
                                             "connector.hall.constructor",
                                             "sys.msgRemote.forwardMessage",
                                             "...",
                                             "",
                                             "a\0b.c.d"sv,
                                             "\xff\xfe.\xc0\x80.x"};

constexpr std::string_view kBodies[] = {"{}",
                                        "null",
                                        "5",
                                        "[]",
                                        "\"s\"",
                                        R"({"text":5})",
                                        R"({"text":"\ud83d\ude00"})",
                                        R"({"text":"\ud83d"})",
                                        R"({"__proto__":{"a":1}})",
                                        "{\"a\":1e999}",
                                        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                                        "\xff\xff\xff",
                                        "",
                                        "{"};

constexpr std::string_view kPushRoutes[] = {"keep", "latest", "drop", "cut", "on"};

constexpr std::string_view kHttp[] = {
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4, ::1, nonsense\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n folded\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\n\r\n",
};

constexpr std::string_view kProxyHeaders[] = {
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
    "PROXY TCP6 2001:db8::1 ::1 1 2\r\n",
    "PROXY UNKNOWN\r\n",
    "PROXY TCP4 1.2.3.4.5 5.6.7.8 1 2\r\n",
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01\x02\x03\x04\x7f\0\0\1\x10\x00\x10\x01"sv,
    "\r\n\r\n\0\r\nQUIT\n\x20\x00\0\x00"sv,
    "\r\n\r\n\0\r\nQUIT\n\x21\x21\xff\xff"sv,
};

}  // namespace

std::string HostileScript::noise(std::size_t most) {
  std::string bytes(below(most) + 1, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random_());
  return bytes;
}

std::string HostileScript::package(unsigned type, std::string_view body) {
  std::string bytes(protocol::kPackageHeaderSize, '\0');
  const std::size_t promised = one_in(60) ? body.size() + below(70'000) : body.size();
  protocol::write_package_header(bytes.data(), static_cast<protocol::PackageType>(type), promised);
  return bytes.append(body);
}

std::string HostileScript::deflated(std::string_view bytes, bool raw) {
  Deflater deflater;
  Buffer out;
  const std::string longer = std::string(bytes) + std::string(200, ' ');
  const auto format = raw         ? Compression::message
                      : one_in(2) ? Compression::zlib
                                  : Compression::gzip;
  if (!deflater.deflate(format, longer, out)) return std::string(bytes);
  return std::string(out.view());
}

std::string HostileScript::hello() {
  std::string text = one_in(3) ? any(kHellos) : std::string(kHellos[below(4)]);
  return one_in(6) ? deflated(text, false) : text;
}

std::string HostileScript::handshake() {
  std::string bytes;
  if (!one_in(12)) bytes += package(1, hello());
  if (!one_in(12)) bytes += package(2, "");
  if (one_in(20)) bytes += package(2, "again");
  if (one_in(20)) bytes += package(1, hello());
  return bytes;
}

std::string HostileScript::body_for(std::string_view route) {
  if (one_in(5)) return any(kBodies);
  if (route.ends_with("login") || route.ends_with("bind"))
    return R"({"text":"user)" + std::to_string(below(50)) + R"("})";
  if (route.ends_with("flood"))
    return R"({"route":")" + any(kPushRoutes) + R"(","count":)" + std::to_string(below(60)) +
           R"(,"size":)" + std::to_string(below(one_in(10) ? 100'000 : 3000)) + '}';
  return R"({"text":")" + std::string(below(300), 'a') + R"("})";
}

std::string HostileScript::message() {
  const std::string route = one_in(8) ? any(kWrongRoutes) : any(kGoodRoutes);
  std::string body = body_for(route);
  protocol::MessageHeader header;
  header.type =
      one_in(10) ? static_cast<protocol::MessageType>(below(4)) : protocol::MessageType::request;
  header.id =
      one_in(5) ? static_cast<std::uint32_t>(random_()) : static_cast<std::uint32_t>(below(100));
  header.gzip = one_in(8);
  if (header.gzip && !one_in(4)) body = deflated(body, false);
  header.compressed_route = one_in(15);
  header.code = static_cast<std::uint16_t>(below(12));
  header.route = route;
  Buffer bytes;
  if (!protocol::append_message(bytes, header, body)) return package(4, noise(40));
  return std::string(bytes.view());
}

std::string HostileScript::packages() {
  std::string bytes = handshake();
  const std::size_t count = one_in(10) ? below(300) : below(12);
  for (std::size_t i = 0; i < count; ++i) {
    if (one_in(10))
      bytes += package(3, one_in(3) ? "beat" : "");
    else if (one_in(40))
      bytes += package(static_cast<unsigned>(below(256)), noise(20));
    else if (one_in(40))
      bytes += package(4, noise(30));
    else
      bytes += message();
  }
  return bytes;
}

std::string HostileScript::frame(std::string_view payload, unsigned first, bool masked) {
  std::string bytes(1, static_cast<char>(first));
  const unsigned mask_bit = masked ? 0x80 : 0;
  if (payload.size() < 126) {
    bytes += static_cast<char>(mask_bit | payload.size());
  } else if (payload.size() < 65536) {
    bytes += static_cast<char>(mask_bit | 126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>(payload.size() >> shift);
  }
  if (!masked) return bytes.append(payload);
  const std::string mask = noise(1) + noise(1) + noise(1) + noise(1);
  bytes += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
  return bytes;
}

// All packages in frames that begin and end anywhere, or with each other.
std::string HostileScript::frames(bool deflate) {
  std::string bytes;
  std::string rest = handshake();
  for (std::size_t count = below(12);; --count) {
    if (one_in(12)) bytes += frame(noise(one_in(5) ? 200 : 100), one_in(2) ? 0x89 : 0x8A);
    if (deflate && one_in(2)) {
      bytes += frame(deflated(rest, true), 0xC2);
    } else if (one_in(6) && rest.size() > 4) {
      const std::size_t cut = 1 + below(rest.size() - 1);
      bytes += frame(rest.substr(0, cut), 0x02);
      if (one_in(3)) bytes += frame(noise(100), 0x89);
      bytes += frame(rest.substr(cut), 0x80);
    } else {
      bytes +=
          frame(rest, one_in(30) ? static_cast<unsigned>(random_() & 0xFF) : 0x82, !one_in(80));
    }
    if (count == 0) break;
    rest = message() + (one_in(5) ? message() : "");
  }
  if (one_in(3)) bytes += frame(one_in(2) ? "\x03\xe8"sv : "\x03\xe8\xff\xff"sv, 0x88);
  return bytes;
}

std::string HostileScript::upgrade(bool deflate) {
  std::string head =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  if (deflate)
    head += one_in(2) ? "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                      : "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9; "
                        "client_max_window_bits, x-else\r\n";
  if (one_in(10)) head += "X-Forwarded-For: 9.9.9.9\r\n";
  return head + "\r\n";
}

std::string HostileScript::mutated(std::string bytes) {
  if (bytes.empty() || !one_in(4)) return bytes;
  for (std::size_t count = 1 + below(3); count != 0; --count) {
    const std::size_t at = below(bytes.size());
    switch (below(4)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes.insert(at, noise(4));
        break;
      case 2:
        bytes.resize(at + 1);
        break;
      default:
        bytes.insert(at, bytes.substr(at, below(30)));
    }
  }
  return bytes;
}

std::string HostileScript::connection() {
  std::string start = one_in(6) ? any(kProxyHeaders) : "";
  switch (below(8)) {
    case 0:
      return start + noise(2000);
    case 1:
      return start + mutated(any(kHttp));
    case 2:
    case 3:
    case 4:
      return start + mutated(packages());
    default: {
      const bool deflate = one_in(2);
      return start + mutated(upgrade(deflate) + frames(deflate));
    }
  }
}

std::string HostileScript::datagram() {
  switch (below(4)) {
    case 0:
      return noise(500);
    case 1:
      return package(1, hello() + std::string(below(100), ' '));
    case 2:
      return mutated(message());
    default:
      return package(static_cast<unsigned>(below(7)), noise(100));
  }
}

}  // namespace shaddock::system_test
