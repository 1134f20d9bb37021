#pragma once

#include <random>
#include <string>
#include <string_view>

namespace shaddock::system_test {

// What somebody may say to the fortress on one connection, from the first byte to the last: a
// conversation of random parts that are right, nearly right, or no protocol at all. The same random
// numbers give the same bytes.
class HostileScript {
 public:
  explicit HostileScript(std::mt19937_64& random) : random_(random) {}

  std::string connection();
  // For UDP.
  std::string datagram();

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class List>
  std::string any(const List& list) {
    return std::string(list[below(std::size(list))]);
  }

  std::string noise(std::size_t most);
  std::string package(unsigned type, std::string_view body);
  std::string deflated(std::string_view bytes, bool raw);
  std::string hello();
  std::string handshake();
  std::string message();
  std::string body_for(std::string_view route);
  std::string packages();
  std::string frame(std::string_view payload, unsigned first, bool masked = true);
  std::string frames(bool deflate);
  std::string upgrade(bool deflate);
  std::string mutated(std::string bytes);

  std::mt19937_64& random_;
};

}  // namespace shaddock::system_test
