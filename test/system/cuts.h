#pragma once

#include <set>
#include <string>

#include "system/chat_cluster.h"

namespace shaddock::system_test {

// What is done to the packets of a port, by rules of nft in a network namespace of our own (the
// caller has made it: see in_namespace.sh). Nothing is done without `nft`, the path of that
// program.
class Cuts {
 public:
  enum class What {
    all,          // nothing comes through to the port, nor back
    half,         // nothing comes through to it
    reset,        // who sends something ends the connection
    lose,         // five packets in a hundred are lost
    lose_little,  // one
    slow,         // one Mbit/s comes through to it
  };

  Cuts(ChatCluster& cluster, std::string nft);

  bool possible() const { return !nft_.empty(); }
  void begin(What what, int port);
  void end(What what, int port);
  void end_all();
  // New connections to the port come to the other one, but for those from `source`. For good.
  void lead(int port, int other, const std::string& source);

 private:
  void tell(const std::string& rules);

  ChatCluster& cluster_;
  const std::string nft_;
  std::multiset<std::pair<What, int>> cut_;
};

}  // namespace shaddock::system_test
