#include "target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <memory>

namespace shaddock::load {
namespace {

struct Scheme {
  std::string_view name;
  bool websocket, tls;
};

constexpr Scheme kSchemes[] = {{"tcp://", false, false},
                               {"tls://", false, true},
                               {"ws://", true, false},
                               {"wss://", true, true}};

Error wrong(std::string_view url, std::string_view why) {
  return Error(code::kBadMessage, std::string(url) + ": " + std::string(why));
}

bool take_address(std::string_view text, net::Address& address) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return false;
  address.host = host;
  return !host.empty() && address.port > 0 && address.port <= 65535;
}

bool is_numeric(const std::string& host) {
  in6_addr room;
  return ::inet_pton(AF_INET, host.c_str(), &room) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

std::string numeric_host(const addrinfo& found) {
  char text[INET6_ADDRSTRLEN];
  ::getnameinfo(found.ai_addr, found.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return text;
}

}  // namespace

Result<Target> parse_target(std::string_view url) {
  for (const Scheme& scheme : kSchemes) {
    if (!url.starts_with(scheme.name)) continue;
    Target target;
    target.websocket = scheme.websocket;
    target.tls = scheme.tls;
    std::string_view rest = url.substr(scheme.name.size());
    if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
      if (!scheme.websocket && slash + 1 != rest.size())
        return wrong(url, "only ws and wss have a path");
      target.path = rest.substr(slash);
      rest = rest.substr(0, slash);
    }
    if (target.path.find_first_of(" \r\n") != std::string::npos)
      return wrong(url, "a blank in the path");
    if (!take_address(rest, target.address)) return wrong(url, "it lacks a host and port");
    return target;
  }
  return wrong(url, "begins with none of tcp://, tls://, ws:// and wss://");
}

Result<void> resolve(Target& target) {
  if (is_numeric(target.address.host)) return {};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(target.address.host.c_str(), nullptr, &hints, &list);
  if (status != 0) return Error(code::kFailed, target.address.host + ": " + ::gai_strerror(status));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
  const addrinfo* best = list;
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    if (found->ai_family == AF_INET) {
      best = found;
      break;
    }
  }
  target.address.host = numeric_host(*best);
  return {};
}

bool is_loopback(const Target& target) { return target.address.host.starts_with("127."); }

}  // namespace shaddock::load
