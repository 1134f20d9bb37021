#pragma once

#include <string>
#include <string_view>

namespace shaddock::net {

// What is agreed on when a client offers extensions in the upgrade (RFC 6455, 9.1; RFC 7692, 7):
//
//   offered    permessage-deflate; server_max_window_bits=12, permessage-deflate
//   answered   permessage-deflate; server_no_context_takeover; client_no_context_takeover;
//              server_max_window_bits=12
//
// No side keeps its window from one message to the next, so deflate costs no memory per connection.
// The first offer that can be kept is taken; one with an unknown, doubled or wrong parameter, or a
// window too narrow for zlib to write (8), is passed over.
struct WebSocketAgreement {
  bool malformed = false;  // the header is no list of extensions: refuse the upgrade
  int deflate_bits = 0;    // permessage-deflate with this window for what we write; 0: without
};

// `offers`: the values of all headers Sec-WebSocket-Extensions, in order, with commas between.
WebSocketAgreement agree_on_extensions(std::string_view offers);

// The value of Sec-WebSocket-Extensions in the answer.
std::string deflate_answer(int deflate_bits);

}  // namespace shaddock::net
