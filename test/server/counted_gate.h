#pragma once

#include <string>
#include <string_view>

#include "server/counters.h"
#include "server/gate.h"

namespace shaddock::server {

// A gate whose counters and wires a test looks at.
struct CountedGate : Gate {
  using Gate::Gate;

  std::uint64_t count(Count reason) { return server().counts()[reason]; }
  // All that was refused, dropped or ended.
  std::uint64_t refusals() {
    std::uint64_t sum = 0;
    for (const auto& [name, value] : server().counters())
      if (name != "accepted") sum += value;
    return sum;
  }
  void send(TestClient& client, std::string_view bytes) {
    if (client.stream) client.stream->write(bytes);
    settle();
  }
  cluster::MemoryStream& wire(TestClient& client) {
    return static_cast<cluster::MemoryStream&>(*client.stream);
  }
  bool serves(TestClient& client) { return ask(client, "connector.h.echo", "1") == "1"; }
};

// A masked frame as a client sends it, of any opcode and length.
inline std::string frame_of(unsigned opcode, std::string_view payload, bool last = true) {
  std::string frame(1, static_cast<char>((last ? 0x80 : 0) | opcode));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65'536) {
    frame += '\xFE';
    for (int shift : {8, 0}) frame += static_cast<char>(payload.size() >> shift);
  } else {
    frame += '\xFF';
    for (int shift : {56, 48, 40, 32, 24, 16, 8, 0})
      frame += static_cast<char>(payload.size() >> shift);
  }
  frame.append(4, '\0');  // a mask that changes nothing
  return frame.append(payload);
}
inline constexpr unsigned kContinuation = 0, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

// A request for connector.h.echo whose package has a body of so many bytes.
inline std::string request_of_size(std::size_t size) {
  const std::string_view route = "connector.h.echo";
  const std::size_t head = 3 + route.size();  // flag, id and length of the route
  return request_of(100, route, '"' + std::string(size - head - 2, 'x') + '"');
}

}  // namespace shaddock::server
