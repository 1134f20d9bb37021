#include "bench/micro/plain_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::micro {

using protocol::kPackageHeaderSize;
using protocol::PackageType;

namespace {

constexpr timeval kPatience{30, 0};
constexpr std::size_t kInput = 1 << 20;

std::string messages(protocol::MessageType type, std::uint32_t count, std::string_view route,
                     std::string_view body) {
  Buffer out;
  for (std::uint32_t id = 1; id <= count; ++id)
    if (!protocol::append_message(out, {type, false, false, 0, id, route}, body))
      throw std::length_error("too long for a message");
  return std::string(out.view());
}

int connect_to(int port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("cannot connect");
  return descriptor;
}

}  // namespace

PlainClient::PlainClient(int port) : descriptor_(connect_to(port)), input_(kInput) {
  Buffer hello;
  if (!protocol::append_package(hello, PackageType::handshake, R"({"sys":{"type":"test"}})") ||
      !write(hello.view()) || !read(1))
    throw std::runtime_error("no handshake");
  hello.clear();
  last_.reserve(kInput);
  if (!protocol::append_package(hello, PackageType::handshake_ack, {}) || !write(hello.view()))
    throw std::runtime_error("no ack");
}

PlainClient::~PlainClient() { ::close(descriptor_); }

std::string PlainClient::requests(std::uint32_t count, std::string_view route,
                                  std::string_view body) {
  return messages(protocol::MessageType::request, count, route, body);
}

std::string PlainClient::notifies(std::uint32_t count, std::string_view route,
                                  std::string_view body) {
  return messages(protocol::MessageType::notify, count, route, body);
}

bool PlainClient::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool PlainClient::read(std::size_t packages) {
  while (packages > 0) {
    if (take())
      --packages;
    else if (!fill())
      return false;
  }
  return true;
}

bool PlainClient::take() {
  if (end_ - begin_ < kPackageHeaderSize) return false;
  const auto* at = reinterpret_cast<const unsigned char*>(input_.data() + begin_);
  const std::size_t length = std::size_t{at[1]} << 16 | std::size_t{at[2]} << 8 | at[3];
  if (end_ - begin_ < kPackageHeaderSize + length) return false;
  last_.assign(input_.data() + begin_ + kPackageHeaderSize, length);
  begin_ += kPackageHeaderSize + length;
  return true;
}

bool PlainClient::fill() {
  std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const ssize_t count = ::recv(descriptor_, input_.data() + end_, input_.size() - end_, 0);
  if (count <= 0) return false;
  end_ += static_cast<std::size_t>(count);
  return true;
}

}  // namespace shaddock::micro
