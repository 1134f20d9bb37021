#pragma once
// What a server said in its handshake about how messages are written: routes as codes, bodies as
// protobuf. Immutable, shared by all clients of a loop that were told the same.
//
// A request's package, with an id of two bytes that each request puts in anew:
//
//   | package header: 4 | flag | id: 2 | route or code | body |

#include <shaddock/error.h>
#include <shaddock/json.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/message.h"
#include "protocol/proto_schema.h"

namespace shaddock::load {

class Agreement {
 public:
  // The body of the server's HANDSHAKE package.
  static Result<std::shared_ptr<const Agreement>> read(std::string_view handshake);

  int heartbeat() const { return heartbeat_; }  // seconds; 0: none
  // Whether bodies of that route are sent as the text that they are.
  bool sends_text(std::string_view route) const { return schema_of_sent(route) == nullptr; }

  // All of a message's package but the body.
  std::string head(protocol::MessageType type, std::string_view route) const;
  // Appends the body that the JSON text means.
  Result<void> encode(std::string_view route, std::string_view text, std::string& out) const;
  // What the server sends under that route.
  Result<Json> decode(std::string_view route, std::string_view body) const;
  // Empty: a code that nobody knows.
  std::string_view route_of(const protocol::MessageHeader& header) const;

  static constexpr std::size_t kIdAt = protocol::kPackageHeaderSize + 1;

 private:
  const protocol::ProtoMessage* schema_of_sent(std::string_view route) const {
    return client_.empty() ? nullptr : client_.find(route);
  }
  void read_dictionary(const Json& codes);

  int heartbeat_ = 0;
  std::map<std::string, std::uint16_t, std::less<>> codes_;
  std::vector<std::string> routes_;        // by code
  protocol::ProtoSchema client_, server_;  // what clients send, what they get
};

// Sets the length of the body in a package that was made piece by piece.
void set_length(std::string& package);
// Puts another id into a request's package.
inline void set_id(std::string& package, std::uint16_t id) {
  package[Agreement::kIdAt] = static_cast<char>(id | 0x80);
  package[Agreement::kIdAt + 1] = static_cast<char>(id >> 7);
}

}  // namespace shaddock::load
