#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "protocol/proto_schema.h"

namespace shaddock::protocol {

// A message of the file, before the types of its fields are known.
struct Scope;
using Names = std::vector<std::pair<std::string_view, Scope*>>;

struct Scope {
  ProtoMessage* message = nullptr;
  const Scope* outer = nullptr;  // of a nested message
  std::string path;
  std::vector<const Node::Member*> places;  // of each field
  Names nested;                             // in the order of the file
};

// What Pomelo sends to clients, byte for byte: each field as {"option":..,"type":..,"tag":..}, then
// __messages (those nested in it) and __tags ({"1":"name"}). `names` are those of the top level.
std::string parsed_form(const Names& names);

}  // namespace shaddock::protocol
