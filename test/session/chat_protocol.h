#pragma once

#include "protocol/client_protocol.h"
#include "protocol/proto_text.h"

namespace shaddock::testing {

// What the servers of a chat agree on: onChat has a schema and the code 2, onPlain the code 3 only.
inline protocol::ClientProtocol chat_protocol() {
  return {protocol::Dictionary::make({"chat.chatHandler.send"}, {"onChat", "onPlain"}).unwrap(),
          protocol::Protos({}, schema_of(kChatProtos))};
}

// The message of Pomelo's vector, and its bytes.
struct Chat {
  std::string msg = "hi", from = "bob", target = "*";
  static void fields(auto& m, auto&& f) {
    f("msg", m.msg);
    f("from", m.from);
    f("target", m.target);
  }
};
inline constexpr std::string_view kChatJson = R"({"msg":"hi","from":"bob","target":"*"})";
inline constexpr std::string_view kChatBytes{
    "\x0a\x02hi\x12\x03"
    "bob\x1a\x01*",
    12};

}  // namespace shaddock::testing
