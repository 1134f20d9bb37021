#include "net/websocket_deflate.h"

#include "net/websocket_writer.h"

namespace shaddock::net {

void WebSocketDeflater::end_frame(Buffer& out, std::size_t at, Opcode opcode, int deflate_bits) {
  const std::string_view payload = out.view().substr(at + kFrameBegin);
  scratch_.clear();
  if (deflate_bits == 0 || payload.size() < threshold_ ||
      !deflater_.deflate(Compression::message, payload, scratch_, deflate_bits)) {
    return net::end_frame(out, at, opcode);
  }
  out.truncate(at);
  write_frame_header(out, opcode, scratch_.size(), true);
  out.append(scratch_.view());
}

SharedBytes WebSocketDeflater::shared_frame(const SharedBytes& message, Opcode opcode,
                                            int deflate_bits) {
  if (deflate_bits == 0 || message->size() < threshold_) return nullptr;
  if (last_ != message || last_opcode_ != opcode) {
    frames_ = {};
    last_ = message;
    last_opcode_ = opcode;
  }
  auto& frame = frames_.at(static_cast<std::size_t>(deflate_bits));
  if (!frame) frame = make_frame(*message, opcode, deflate_bits);
  return *frame;
}

SharedBytes WebSocketDeflater::make_frame(std::string_view message, Opcode opcode,
                                          int deflate_bits) {
  scratch_.clear();
  if (!deflater_.deflate(Compression::message, message, scratch_, deflate_bits)) return nullptr;
  Buffer frame;
  write_frame_header(frame, opcode, scratch_.size(), true);
  frame.append(scratch_.view());
  return std::make_shared<const std::string>(frame.view());
}

}  // namespace shaddock::net
