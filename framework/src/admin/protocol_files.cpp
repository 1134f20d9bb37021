#include "admin/protocol_files.h"

#include <set>

#include "admin/configuration_files.h"
#include "protocol/message.h"

namespace shaddock::admin {
namespace {

std::vector<std::string> read_routes(const Document& document, std::vector<Problem>& problems) {
  const Node& root = document.root;
  if (root.kind == Node::Kind::object && root.members.empty()) return {};
  if (root.kind != Node::Kind::array) {
    problems.push_back(
        document.error(root, "", "must be an array of routes, got " + root.describe()));
    return {};
  }
  std::vector<std::string> routes;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    const Node& item = root.items[i];
    const std::string key = '[' + std::to_string(i) + ']';
    if (item.kind != Node::Kind::string || item.text.empty() ||
        item.text.size() > protocol::kMaxRoute) {
      problems.push_back(document.error(
          item, key, "must be a route of 1 to 255 bytes in quotes, got " + item.describe()));
      continue;
    }
    if (!seen.insert(item.text).second)
      problems.push_back(document.warning(item, key, "given twice; the later code counts"));
    routes.push_back(item.text);
  }
  return routes;
}

protocol::ProtoSchema read_schema(ConfigurationFiles& files, const std::string& name,
                                  std::vector<Problem>& problems) {
  const Document* const document = files.whole(name);
  return document == nullptr ? protocol::ProtoSchema()
                             : protocol::ProtoSchema::parse(*document, problems);
}

}  // namespace

ProtocolFiles read_protocol_files(ConfigurationFiles& files, std::vector<Problem>& problems) {
  ProtocolFiles read;
  if (const Document* const document = files.whole("dictionary.json"))
    read.routes = read_routes(*document, problems);
  read.client = read_schema(files, "clientProtos.json", problems);
  read.server = read_schema(files, "serverProtos.json", problems);
  return read;
}

}  // namespace shaddock::admin
