#pragma once

#include "protocol/dictionary.h"
#include "protocol/proto_schema.h"

namespace shaddock::protocol {

// What all servers of a cluster must agree on about their clients, made from the application and
// the files of the configuration folder. Immutable; shared by all servers of a process.
struct ClientProtocol {
  Dictionary dictionary;
  Protos protos;
};

}  // namespace shaddock::protocol
