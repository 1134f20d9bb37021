#pragma once
// Pomelo's handshake tells schemas in their parsed form:
//
//   {"onMove": {"eid": {"option":"required","type":"uInt32","tag":1}, "__messages":{..},
//   "__tags":{..}}}
//
// which is turned back into the file that it was made from:
//
//   {"onMove": {"required uInt32 eid": 1, "message Pos": {...}}}

#include <shaddock/error.h>
#include <shaddock/json.h>

#include "protocol/proto_schema.h"

namespace shaddock::load {

// An error for what is no parsed form, or no schema.
Result<protocol::ProtoSchema> schema_of_parsed_form(const Json& parsed);

}  // namespace shaddock::load
