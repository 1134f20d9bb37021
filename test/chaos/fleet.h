#pragma once

#include <string>
#include <vector>

#include "figures.h"
#include "system/chat_cluster.h"

namespace shaddock::chaos {

// The game on real processes of this machine: a master, 2 gates, 3 connectors, 3 chats, all on
// 127.0.0.1, each on ports of its own. What their handlers tell is written to events().
class Fleet final : public system_test::ChatCluster {
 public:
  // The seed says by which rules it is played.
  Fleet(const std::string& program, std::uint64_t seed, bool sabotage);
  ~Fleet();

  const std::string& events() const { return events_; }
  std::vector<net::Address> gates();
  // Where that server or the master is reached by others; 0: nowhere.
  int server_port(const std::string& id);
  // Every server is up, says the master.
  bool all_up();
  std::vector<game::Life> lives();  // of all servers, in their order
  // What the server's youngest life said last.
  game::Figures figures(const std::string& id);
  // No bell rings any more.
  void be_quiet() { write(events_ + "/../quiet", ""); }

 private:
  struct Folder {
    std::string path, events;
  };
  Fleet(const std::string& program, bool sabotage, Folder folder);
  static Folder make_folder();

  const std::string own_folder_, events_;
};

}  // namespace shaddock::chaos
