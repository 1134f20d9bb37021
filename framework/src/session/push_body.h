#pragma once

#include <shaddock/fields.h>
#include <shaddock/log.h>

#include <array>
#include <optional>
#include <string_view>

#include "base/buffer.h"
#include "protocol/client_protocol.h"

namespace shaddock::session {

// Where the codings of a push are written; the next push uses the same.
struct PushBuffers {
  Buffer json, protobuf;
};

// What a push says, as JSON and as protobuf: each is made once, when it is first asked for. Made
// from the message itself by the server that pushes; from the bytes of a frame by a frontend, some
// of whose clients may not speak the coding that these came in.
//
// A message that the schema refuses (a required field is absent) has no protobuf: that is logged,
// and nothing is sent. Pomelo sends an empty body; then clients run their callback on a message
// without fields, and nobody learns that the server is wrong.
//
// Lives no longer than what it was made from, and than the next PushBody with the same buffers.
class PushBody {
 public:
  // What it takes to encode; `protocol` may be nullptr.
  struct Tools {
    const protocol::ClientProtocol* protocol;
    PushBuffers& buffers;
    const Logger& log;
  };
  PushBody(const Tools& tools, std::string_view route, const Type& type, const void* message);
  PushBody(const Tools& tools, std::string_view route, std::string_view bytes, bool protobuf);

  std::string_view route() const { return route_; }
  // Whether clients that speak protobuf get this push in it.
  bool has_schema() { return schema() != nullptr; }
  // Nothing: there is no such form of it.
  std::optional<std::string_view> bytes(bool protobuf);

 private:
  enum class State { unknown, made, impossible };
  struct Form {
    State state = State::unknown;
    std::string_view bytes;
  };

  const protocol::ProtoMessage* schema();
  Result<void> encode(bool protobuf, const Type& type, const void* message, Buffer& out);
  Result<void> transcode(bool protobuf, Buffer& out);

  Tools tools_;
  std::string_view route_;
  const Type* type_ = nullptr;  // nullptr: made from bytes
  const void* message_ = nullptr;
  std::optional<const protocol::ProtoMessage*> schema_;
  std::array<Form, 2> forms_;  // JSON, protobuf
};

}  // namespace shaddock::session
