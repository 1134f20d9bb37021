#include "system/port_block.h"

#include <stdexcept>

namespace shaddock::system_test {
namespace {

constexpr int kLowest = 20000, kHighest = 32000;

}  // namespace

std::vector<int> free_ports(net::Host& host, std::size_t count) {
  // Where to begin is left to chance, so that two who look at the same time do not meet.
  int port = kLowest + static_cast<int>(host.random.next() % (kHighest - kLowest));
  std::vector<std::unique_ptr<net::Listener>> held;
  std::vector<int> ports;
  for (int tried = 0; tried < kHighest - kLowest && ports.size() < count; ++tried) {
    if (++port >= kHighest) port = kLowest;
    auto listener = host.network.listen({"", port}, [](std::unique_ptr<net::Stream>) {});
    if (!listener) continue;
    ports.push_back(port);
    held.push_back(std::move(*listener));
  }
  if (ports.size() < count) throw std::runtime_error("not enough free ports");
  return ports;
}

}  // namespace shaddock::system_test
