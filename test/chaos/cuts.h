#pragma once

#include <set>
#include <string>

#include "fleet.h"

namespace shaddock::chaos {

// What is done to the packets of a port, by rules of nft in a network namespace of our own (the
// caller has made it: see tools/chaos). Nothing is done without `nft`, the path of that program.
class Cuts {
 public:
  enum class What { all, half, reset, lose };

  Cuts(Fleet& cluster, std::string nft);

  bool possible() const { return !nft_.empty(); }
  void begin(What what, int port);
  void end(What what, int port);
  void end_all();

 private:
  void tell(const std::string& rules);

  Fleet& cluster_;
  const std::string nft_;
  std::multiset<std::pair<What, int>> cut_;
};

}  // namespace shaddock::chaos
