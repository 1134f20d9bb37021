#include "admin/verbs.h"

#include <doctest/doctest.h>

#include <set>

namespace shaddock::admin {
namespace {

using cluster::Role;

TEST_CASE("every verb is for the roles of this table and no other") {
  struct Row {
    const char* route;
    bool server, master, console, observer;
  };
  const Row rows[] = {
      {"sys.master.register", true, false, false, false},
      {"sys.master.ready", true, false, false, false},
      {"sys.master.leave", true, false, false, false},
      {"sys.master.log", true, false, false, false},
      {"sys.agent.view", false, true, false, false},
      {"sys.agent.stats", false, true, false, false},
      {"sys.agent.stop", false, true, false, false},
      {"sys.agent.users", false, true, false, false},
      {"sys.agent.kick", false, true, false, false},
      {"sys.console.list", false, false, true, true},
      {"sys.console.users", false, false, true, true},
      {"sys.console.plan", false, false, true, true},
      {"sys.console.add", false, false, true, false},
      {"sys.console.remove", false, false, true, false},
      {"sys.console.start", false, false, true, false},
      {"sys.console.stop", false, false, true, false},
      {"sys.console.restart", false, false, true, false},
      {"sys.console.kill", false, false, true, false},
      {"sys.console.kick", false, false, true, false},
      {"sys.console.join", false, false, true, false},
  };
  CHECK(std::size(rows) == std::size(kVerbs));
  for (const Row& row : rows) {
    CAPTURE(row.route);
    CHECK(allowed(row.route, Role::server) == row.server);
    CHECK(allowed(row.route, Role::master) == row.master);
    CHECK(allowed(row.route, Role::console) == row.console);
    CHECK(allowed(row.route, Role::observer) == row.observer);
  }
}

TEST_CASE("what is not in the table is refused to all") {
  for (const char* route : {"", "sys.console.lis", "sys.console.list2", "sys.agent.run"})
    for (const Role role : {Role::server, Role::master, Role::console, Role::observer})
      CHECK_FALSE(allowed(route, role));
}

TEST_CASE("no verb stands twice in the table") {
  std::set<std::string_view> routes;
  for (const Verb& verb : kVerbs) CHECK(routes.insert(verb.route).second);
}

}  // namespace
}  // namespace shaddock::admin
