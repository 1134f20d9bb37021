#include "admin/user_table.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

AllUsersMessage town() {
  AllUsersMessage all;
  all.frontends = {{"connector-server-1", UsersMessage{{{"alice", 2}, {"b\x1b[31mob", 1}}, 3}},
                   {"connector-server-2", std::nullopt},
                   {"gate-server-1", UsersMessage{{{"carol", 1}}, 0}}};
  return all;
}

TEST_CASE("users stand in columns, without what would move a cursor, and the rest is counted") {
  CHECK(format_users(town(), 9) ==
        "frontend            connections  uid\n"
        "connector-server-1  2            alice\n"
        "connector-server-1  1            b [31mob\n"
        "gate-server-1       1            carol\n"
        "and 3 more\n");
  CHECK(format_users(town(), 1) ==
        "frontend            connections  uid\n"
        "connector-server-1  2            alice\n"
        "and 5 more\n");
  CHECK(format_users({}, 9) == "frontend  connections  uid\n");
}

TEST_CASE("a script also reads which frontends did not answer") {
  CHECK(to_json(town(), 1).dump() ==
        R"({"users":[{"frontend":"connector-server-1","uid":"alice","connections":2}],)"
        R"("more":5,"silent":["connector-server-2"]})");
}

}  // namespace
}  // namespace shaddock::admin
