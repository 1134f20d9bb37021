#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>

namespace shaddock::net {

// A plain socket to a port of this machine, for what our own streams do not do: read a little and
// no more, end only one direction.
class RawPeer {
 public:
  explicit RawPeer(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::fcntl(socket_, F_SETFL, O_NONBLOCK) == 0);
  }
  ~RawPeer() { ::close(socket_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // As much as the kernel takes now; what is left stays in `bytes`.
  void write(std::string& bytes) {
    const ssize_t taken = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (taken > 0) bytes.erase(0, static_cast<std::size_t>(taken));
  }
  // At most so much of what is there.
  void read(std::size_t most) {
    std::string piece(most, '\0');
    const ssize_t count = ::recv(socket_, piece.data(), most, 0);
    if (count > 0) text.append(piece, 0, static_cast<std::size_t>(count));
    if (count == 0) ended = true;
    if (count < 0 && errno == ECONNRESET) reset = true;
  }
  void end_writing() { ::shutdown(socket_, SHUT_WR); }

  std::string text;
  bool ended = false, reset = false;

 private:
  int socket_;
};

}  // namespace shaddock::net
