#pragma once

#include <shaddock/fields.h>
#include <shaddock/settings.h>

#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/value_limits.h"
#include "cluster/wire.h"
#include "protocol/client_protocol.h"
#include "protocol/protobuf.h"

namespace shaddock::server {

// The schemas of one route; nullptr: that body is JSON.
struct BodySchemas {
  const protocol::ProtoMessage* request = nullptr;  // clientProtos.json
  const protocol::ProtoMessage* answer = nullptr;   // serverProtos.json
};

// Bodies of clients' messages and of the answers to them, to and from what handlers take and give:
// as JSON, or as protobuf where the coding of the message says so and its route has a schema. Holds
// the limits on what clients send. Immutable.
class BodyCodec {
 public:
  // `protocol` may be nullptr and outlives it. A limit of 0 is none; depth ends at 32.
  BodyCodec(const protocol::ClientProtocol* protocol, const Settings::Connector::Limits& limits);

  BodySchemas schemas(std::string_view route) const;

  // `out` is a fresh object of that type. Code 400, naming the field. A Json gets {} for what is no
  // JSON (handler_json in base/json_codec.h).
  Result<void> read(const BodySchemas& schemas, cluster::BodyCoding coding, std::string_view bytes,
                    const Type& type, void* out) const;
  // What cannot be read is {}.
  Json read_or_empty(const BodySchemas& schemas, cluster::BodyCoding coding,
                     std::string_view bytes) const;
  // Code 500, and nothing written, when the value does not fit its schema.
  Result<void> write(const BodySchemas& schemas, cluster::BodyCoding coding, const Type& type,
                     const void* value, Buffer& out) const;

  // The body of a client's message as JSON text: as it came, or out of protobuf; empty when that
  // cannot be read.
  std::string as_json(std::string_view route, cluster::BodyCoding coding,
                      std::string_view bytes) const;

 private:
  const protocol::ClientProtocol* protocol_;
  ValueLimits json_;
  protocol::ProtoLimits protobuf_;
};

}  // namespace shaddock::server
