#include "admin/verbs.h"

#include <doctest/doctest.h>

#include <set>

namespace shaddock::admin {
namespace {

using cluster::Role;

TEST_CASE("every verb is for exactly one role") {
  struct Row {
    const char* route;
    bool server, master, console;
  };
  const Row rows[] = {
      {"sys.master.register", true, false, false}, {"sys.master.ready", true, false, false},
      {"sys.master.log", true, false, false},      {"sys.agent.view", false, true, false},
      {"sys.agent.stats", false, true, false},     {"sys.agent.stop", false, true, false},
      {"sys.console.list", false, false, true},    {"sys.console.start", false, false, true},
      {"sys.console.stop", false, false, true},    {"sys.console.restart", false, false, true},
      {"sys.console.kill", false, false, true},    {"sys.console.users", false, false, true},
      {"sys.console.kick", false, false, true},    {"sys.agent.users", false, true, false},
      {"sys.agent.kick", false, true, false},
  };
  CHECK(std::size(rows) == std::size(kVerbs));
  for (const Row& row : rows) {
    CAPTURE(row.route);
    CHECK(allowed(row.route, Role::server) == row.server);
    CHECK(allowed(row.route, Role::master) == row.master);
    CHECK(allowed(row.route, Role::console) == row.console);
  }
}

TEST_CASE("what is not in the table is refused to all") {
  for (const char* route : {"", "sys.console.lis", "sys.console.list2", "sys.agent.run"})
    for (const Role role : {Role::server, Role::master, Role::console})
      CHECK_FALSE(allowed(route, role));
}

TEST_CASE("no verb stands twice in the table") {
  std::set<std::string_view> routes;
  for (const Verb& verb : kVerbs) CHECK(routes.insert(verb.route).second);
}

}  // namespace
}  // namespace shaddock::admin
