#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace shaddock::system_test {

// A blocking TCP connection from an address of one's choice in 127.0.0.0/8; what it waits for comes
// from another process.
class LoopbackSocket {
 public:
  LoopbackSocket(int port, const char* from = "127.0.0.1")
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in own = address(from, 0), other = address("127.0.0.1", port);
    connected_ =
        ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0 &&
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&other), sizeof other) == 0;
  }
  ~LoopbackSocket() { ::close(descriptor_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  void write(std::string_view bytes) {
    connected_ = connected_ && ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                                   static_cast<ssize_t>(bytes.size());
  }
  // Waits until this was said; false when the connection ends, or nothing comes for a long time.
  bool hears(std::string_view text) {
    while (heard_.find(text) == std::string::npos)
      if (!read()) return false;
    return true;
  }
  bool ends() {
    while (read()) {
    }
    return ended_;
  }
  // Reads one byte, if there is one.
  void taste() {
    char byte = 0;
    if (connected_) ::recv(descriptor_, &byte, 1, MSG_DONTWAIT);
  }
  const std::string& heard() const { return heard_; }

 private:
  static sockaddr_in address(const char* host, int port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host, &made.sin_addr);
    return made;
  }
  bool read() {
    constexpr int kPatience = 30'000;
    pollfd wanted{descriptor_, POLLIN, 0};
    if (!connected_) ended_ = true;
    if (ended_ || ::poll(&wanted, 1, kPatience) != 1) return false;
    char bytes[4096];
    const ssize_t count = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (count <= 0) return ended_ = true, false;
    heard_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int descriptor_;
  bool connected_ = false, ended_ = false;
  std::string heard_;
};

}  // namespace shaddock::system_test
