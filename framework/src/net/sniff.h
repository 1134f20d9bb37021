#pragma once

#include <string_view>

namespace shaddock::net {

// What a client speaks, told by its first bytes, so that one port serves all:
//
//   0x16                  a TLS hello
//   0x01 .. 0x05          a Pomelo package
//   an HTTP verb, space   HTTP, which may become a WebSocket
enum class Speech {
  more,  // the bytes so far begin a verb: ask again when there are more of them
  tls,
  package,
  http,
  unknown,  // close
};

Speech sniff(std::string_view first_bytes);

}  // namespace shaddock::net
