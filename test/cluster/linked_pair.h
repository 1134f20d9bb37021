#pragma once

#include <doctest/doctest.h>

#include <string>

#include "cluster/memory_network.h"
#include "cluster/party.h"

namespace shaddock::cluster {

struct Text {
  std::string text;
  static void fields(auto& m, auto&& f) { f("text", m.text); }
};

// Two parties in a world in memory, linked.
struct LinkedPair {
  LinkedPair() {
    REQUIRE(b.endpoint->listen({"127.0.0.1", 0}).ok());
    a.endpoint->dial("b", b.endpoint->address());
    settle();
    REQUIRE(a.linked("b"));
  }
  void settle() { world.loop().settle(); }

  MemoryHost world;
  Party a{world.host(), "a"}, b{world.host(), "b"};
};

}  // namespace shaddock::cluster
