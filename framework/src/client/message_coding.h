#pragma once

#include <shaddock/json.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/client_protocol.h"
#include "protocol/message.h"

namespace shaddock::client {

// Routes and bodies of messages as server and client have agreed to write them: routes as codes and
// bodies as protobuf where the server's handshake says so and it is known how, else text and JSON.
class MessageCoding {
 public:
  MessageCoding() = default;
  // What the handshake's "sys" says holds; without `protocol` there is nothing to say.
  MessageCoding(std::shared_ptr<const protocol::ClientProtocol> protocol, const Json* sys);

  // A whole package; nothing when the body does not fit its schema or the route is too long.
  std::optional<std::string> encode(protocol::MessageHeader header, const Json& body) const;
  // Empty: a code that nobody knows.
  std::string_view route_of(const protocol::MessageHeader& header) const;
  // What the server sends under that route.
  Result<Json> read(std::string_view route, std::string_view body) const;

 private:
  std::shared_ptr<const protocol::ClientProtocol> protocol_;
  bool codes_ = false, protobuf_ = false;
};

}  // namespace shaddock::client
