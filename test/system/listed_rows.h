#pragma once

#include <shaddock/json.h>

#include <string>

#include "system/chat_cluster.h"

namespace shaddock::system_test {

// What `list` says of a server; null: nothing.
inline Json row_of(ChatCluster& cluster, const std::string& id) {
  const auto rows = parse_json(cluster.run({"list", "--json"}).output);
  if (!rows) return Json(nullptr);
  for (const Json& row : rows->at("servers").as_array())
    if (row.at("id") == Json(id)) return row;
  return Json(nullptr);
}

// "up", "up, by hand", and so on; empty: it is not listed.
inline std::string state_of(ChatCluster& cluster, const std::string& id) {
  const Json row = row_of(cluster, id);
  if (!row.is_object()) return "";
  return row.at("state").as_string() + (row.find("byHand") != nullptr ? ", by hand" : "");
}

}  // namespace shaddock::system_test
