#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/document.h"
#include "protocol/proto_schema.h"

namespace shaddock::protocol {

// One file, ready for use. Fields point at messages, which stay where they are.
struct CompiledProtos {
  std::map<std::string, const ProtoMessage*, std::less<>> routes;
  std::deque<ProtoMessage> messages;
  std::string parsed_form = "{}";
};

// Finds all problems in one run; what remains is consistent, but not all that the file meant.
CompiledProtos compile_protos(const Document& document, std::vector<Problem>& problems);

}  // namespace shaddock::protocol
