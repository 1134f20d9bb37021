#pragma once

#include <cstddef>
#include <memory>

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

  // The whole frame of a message that many clients get, deflated once for all that follow each
  // other; null when it is to be sent plain.
  SharedBytes shared_frame(const SharedBytes& message, Opcode opcode, int deflate_bits);

 private:
  std::size_t threshold_;
  Deflater deflater_;
  Buffer scratch_;
  std::weak_ptr<const std::string> last_;  // the message of last_frame_
  SharedBytes last_frame_;
  Opcode last_opcode_ = Opcode::binary;
  int last_bits_ = 0;
};

}  // namespace shaddock::net
