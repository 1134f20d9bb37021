#include "script.h"

#include <algorithm>

#include "idle_script.h"
#include "request_script.h"
#include "room_script.h"
#include "storm_script.h"

namespace shaddock::load {

std::vector<Share> deal_clients(const Options& options) {
  const bool by_room = options.script == ScriptName::room;
  const int most = by_room ? options.rooms : options.clients;
  std::vector<Share> shares(static_cast<std::size_t>(std::min(options.threads, most)));
  for (int client = 0; client < options.clients; ++client) {
    const auto unit = static_cast<std::size_t>(by_room ? client % options.rooms : client);
    shares[unit % shares.size()].clients.push_back(client);
  }
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i].loop = static_cast<int>(i);
  return shares;
}

std::unique_ptr<Script> make_script(Place& place, const Options& options, const Share& share) {
  switch (options.script) {
    case ScriptName::request:
      return std::make_unique<RequestScript>(place, options, share);
    case ScriptName::room:
      return std::make_unique<RoomScript>(place, options, share);
    case ScriptName::storm:
      return std::make_unique<StormScript>(place, options, share);
    case ScriptName::idle:
      return std::make_unique<IdleScript>(place, options, share);
  }
  return nullptr;
}

std::string source_of(const Options& options, std::uint64_t client) {
  const int sources = options.sources();
  if (sources == 0) return {};
  return "127.0.1." + std::to_string(1 + client % static_cast<std::uint64_t>(sources));
}

}  // namespace shaddock::load
