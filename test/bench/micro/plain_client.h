#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::micro {

// A client over a blocking TCP socket, which allocates while it is made and never afterwards.
class PlainClient {
 public:
  explicit PlainClient(int port);  // handshake and ack are done
  ~PlainClient();
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  // The packages of `count` requests with ids from 1, or of as many notifies.
  static std::string requests(std::uint32_t count, std::string_view route, std::string_view body);
  static std::string notifies(std::uint32_t count, std::string_view route, std::string_view body);

  // False when the connection broke or nothing came for a long time.
  bool write(std::string_view bytes);
  // Reads that many packages.
  bool read(std::size_t packages);
  // Body of the last package that was read, head of the message included.
  std::string_view last() const { return last_; }

 private:
  bool fill();
  bool take();

  int descriptor_;
  std::vector<char> input_;
  std::size_t begin_ = 0, end_ = 0;
  std::string last_;
};

}  // namespace shaddock::micro
