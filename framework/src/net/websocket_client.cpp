#include "net/websocket_client.h"

#include <algorithm>
#include <charconv>

#include "net/http.h"

namespace shaddock::net {
namespace {

constexpr std::size_t kLongestHead = 8 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kVersion = "HTTP/1.1 ";

bool starts_with_name(std::string_view line, std::string_view lower_name) {
  return line.size() > lower_name.size() && line[lower_name.size()] == ':' &&
         std::equal(lower_name.begin(), lower_name.end(), line.begin(), [](char name, char c) {
           return name == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
         });
}

}  // namespace

std::string websocket_request(std::string_view host, std::string_view path, std::string_view key) {
  std::string head = "GET ";
  head.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  head.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13");
  head.append("\r\nSec-WebSocket-Key: ").append(key).append(kHeadEnd);
  return head;
}

UpgradeReply::UpgradeReply(std::string_view key) : accept_(websocket_accept(key)) {}

std::size_t UpgradeReply::feed(std::string_view chunk) {
  const std::size_t before = head_.size();
  const std::size_t from = before - std::min(before, kHeadEnd.size() - 1);
  head_.append(chunk.substr(0, kLongestHead - before));
  const std::size_t end = head_.find(kHeadEnd, from);
  if (end != std::string::npos) {
    head_.resize(end + kHeadEnd.size());
    judge();
  } else if (head_.size() == kLongestHead) {
    state_ = State::refused;
  }
  return head_.size() - before;
}

void UpgradeReply::judge() {
  if (head_.starts_with(kVersion)) {
    std::from_chars(head_.data() + kVersion.size(), head_.data() + kVersion.size() + 3, status_);
  }
  const bool accepted = status_ == 101 && has_line("sec-websocket-accept", accept_);
  state_ = accepted ? State::accepted : State::refused;
}

bool UpgradeReply::has_line(std::string_view name, std::string_view value) const {
  std::string_view rest = head_;
  for (std::size_t end; (end = rest.find("\r\n")) != std::string_view::npos;
       rest.remove_prefix(end + 2)) {
    std::string_view line = rest.substr(0, end);
    if (!starts_with_name(line, name)) continue;
    line.remove_prefix(name.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line == value) return true;
  }
  return false;
}

}  // namespace shaddock::net
