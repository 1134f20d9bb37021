#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/deflate.h"
#include "net/websocket.h"

namespace shaddock::net {

// Writes the messages of permessage-deflate (RFC 7692) for all connections of a loop: a message
// leaves deflated, with RSV1 in its header, when it has at least `threshold` bytes and gets smaller
// by that; else it leaves plain, as the extension allows for each message. Reading is in
// websocket.h, how it is agreed on in websocket_offer.h.
class WebSocketDeflater {
 public:
  explicit WebSocketDeflater(std::size_t threshold = 256, int level = 1)
      : threshold_(threshold), deflater_(level) {}

  // Does what end_frame() of websocket_writer.h does. `deflate_bits`: as agreed on; 0: plain.
  void end_frame(Buffer& out, std::size_t at, Opcode opcode, int deflate_bits);

  // The whole frame of a message that many clients get one after the other, deflated once for each
  // window; null when it is to be sent plain.
  SharedBytes shared_frame(const SharedBytes& message, Opcode opcode, int deflate_bits);

 private:
  SharedBytes make_frame(std::string_view message, Opcode opcode, int deflate_bits);

  std::size_t threshold_;
  Deflater deflater_;
  Buffer scratch_;
  // The message that was shared last, and its frames by their window; a null one is sent plain. It
  // is owned, for whoever made it may write another one in the place of one that nobody owns.
  SharedBytes last_;
  Opcode last_opcode_ = Opcode::binary;
  std::array<std::optional<SharedBytes>, Deflater::kWidest + 1> frames_;
};

}  // namespace shaddock::net
