#include <doctest/doctest.h>

#include "system/conversation.h"

// What an operator sees of people, and does to them.
namespace shaddock::system_test {
namespace {

TEST_CASE("people are listed with their frontends, and one who is kicked is gone") {
  ChatCluster cluster;
  cluster.start();
  auto people = let_in(cluster, {"ann", "ben", "cat"}, "r1");
  const auto users = parse_json(cluster.run({"users", "--json"}).output);
  REQUIRE(users);
  REQUIRE(users->at("users").size() == 3);
  CHECK(users->at("users").dump().find("\"uid\":\"ben*r1\",\"connections\":1") !=
        std::string::npos);
  const auto few = parse_json(cluster.run({"users", "--json", "-n", "1"}).output);
  REQUIRE(few);
  CHECK(few->at("users").size() == 1);
  CHECK(few->at("more") == Json(2));

  const auto kicked = cluster.run({"kick", "ben*r1", "be nice"});
  CHECK(kicked.code == 0);
  CHECK(kicked.says("kicked 1 session"));
  CHECK(cluster.until([&] { return !people[1]->inside(); }));
  CHECK(people[0]->inside());
  CHECK(cluster.until([&] {
    const auto left = parse_json(cluster.run({"users", "--json"}).output);
    return left && left->at("users").size() == 2;
  }));
  cluster.stop();
}

}  // namespace
}  // namespace shaddock::system_test
