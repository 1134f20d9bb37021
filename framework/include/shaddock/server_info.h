#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shaddock {

// What is known of one server: its entry of servers.json and whether it runs.
struct ServerInfo {
  enum class State {
    starting,  // spawned or known, not ready yet
    up,
    down,     // crashed or restarting; keeps its place in the list
    failed,   // given up by the supervisor; not in the lists that route functions see
    joining,  // added to a running cluster: in those lists once it is ready
  };

  std::string id;
  std::string type;
  std::string host;         // where other servers reach it
  int port = 0;             // 0: no port for servers, it dials the others (typically a gate)
  std::string client_host;  // what a gate tells clients; empty: host
  int client_port = 0;      // 0: accepts no clients
  bool frontend = false;
  // Keys of the entry that the framework does not know belong to the application, as text.
  std::vector<std::pair<std::string, std::string>> extras;

  State state = State::starting;
  std::uint64_t incarnation = 0;  // greater for each new process of the same id

  bool up() const { return state == State::up; }
  bool listed() const { return state != State::failed && state != State::joining; }
  // The value of a key of the application, or an empty view.
  std::string_view extra(std::string_view key) const {
    for (const auto& [name, value] : extras)
      if (name == key) return value;
    return {};
  }
  // The host that clients should connect to.
  const std::string& host_for_clients() const { return client_host.empty() ? host : client_host; }
};

// The servers of one type in the order of servers.json (those joined by hand follow, by id): the
// same in every process. A server that is down keeps its place, so that the rooms of the others do
// not move.
using ServerList = std::vector<ServerInfo>;

}  // namespace shaddock
