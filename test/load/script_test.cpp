#include "load/script.h"

#include <doctest/doctest.h>

#include <set>

using namespace shaddock::load;

TEST_CASE("Clients are dealt to loops in turn, each once") {
  Options options;
  options.clients = 10;
  options.threads = 3;
  const auto shares = deal_clients(options);
  REQUIRE(shares.size() == 3);
  CHECK(shares[0].clients == std::vector<int>{0, 3, 6, 9});
  CHECK(shares[2].clients == std::vector<int>{2, 5, 8});
  CHECK(shares[2].loop == 2);
}

TEST_CASE("The clients of a room stay together") {
  Options options;
  options.script = ScriptName::room;
  options.clients = 20;
  options.rooms = 3;
  options.threads = 2;
  const auto shares = deal_clients(options);
  REQUIRE(shares.size() == 2);
  std::set<int> seen;
  for (const Share& share : shares) {
    for (const int client : share.clients) {
      CHECK(seen.insert(client).second);
      CHECK((client % 3) % 2 == share.loop);
    }
  }
  CHECK(seen.size() == 20);
  options.rooms = 1;
  CHECK(deal_clients(options).size() == 1);
}

TEST_CASE("Clients come from the addresses in turn") {
  Options options;
  options.targets = {{{"127.0.0.1", 1}, false, false, "/"}};
  CHECK(source_of(options, 5).empty());
  options.source_addresses = 2;
  CHECK(source_of(options, 0) == "127.0.1.1");
  CHECK(source_of(options, 5) == "127.0.1.2");
}
