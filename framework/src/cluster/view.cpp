#include "cluster/view.h"

#include <algorithm>
#include <utility>

namespace shaddock::cluster {

bool Directory::apply(View view) {
  if (view.number <= view_.number) return false;
  view_ = std::move(view);
  types_.clear();
  places_.clear();
  for (std::size_t place = 0; place < view_.servers.size(); ++place) {
    const ServerInfo& server = view_.servers[place];
    places_.emplace(server.id, place);
    ServerList& list = types_[server.type];
    if (server.state != ServerInfo::State::failed) list.push_back(server);
  }
  return true;
}

const ServerList* Directory::find_type(std::string_view type) const {
  const auto found = types_.find(type);
  return found == types_.end() ? nullptr : &found->second;
}

const ServerInfo* Directory::find(std::string_view id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &view_.servers[found->second];
}

bool Directory::complete() const {
  return !types_.empty() && std::all_of(types_.begin(), types_.end(), [](const auto& type) {
    return std::any_of(type.second.begin(), type.second.end(),
                       [](const ServerInfo& one) { return one.up(); });
  });
}

}  // namespace shaddock::cluster
