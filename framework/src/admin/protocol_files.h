#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "protocol/proto_schema.h"

namespace shaddock::admin {

class ConfigurationFiles;

// What the files of the configuration folder say about the protocol of clients. A file that is
// absent is as good as an empty one. Copies share the schemas.
struct ProtocolFiles {
  std::vector<std::string> routes;  // dictionary.json: coded after those of the handlers
  protocol::ProtoSchema client;     // clientProtos.json: what clients send
  protocol::ProtoSchema server;     // serverProtos.json: what they get
};

// Each file counts as a whole, for every environment:
//
//   dictionary.json    ["onChat", "onAdd"]; also {}, which Pomelo's template has for none
//   serverProtos.json  {"onChat": {"required string msg": 1}}, see protocol/proto_schema.h
ProtocolFiles read_protocol_files(ConfigurationFiles& files, std::vector<Problem>& problems);

}  // namespace shaddock::admin
