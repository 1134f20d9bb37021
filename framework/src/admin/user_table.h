#pragma once

#include <shaddock/json.h>

#include <cstdint>
#include <string>

#include "admin/messages.h"

namespace shaddock::admin {

// What `users` prints: at most so many rows, and how many users are not shown.
//
//   frontend            connections  uid
//   connector-server-1  2            alice*lobby
//   and 3 more
std::string format_users(const AllUsersMessage& all, std::uint64_t most);

// {"users":[{"frontend":"connector-server-1","uid":"alice","connections":2}, ...],"more":3,
//  "silent":[]}; silent are the frontends that did not answer.
Json to_json(const AllUsersMessage& all, std::uint64_t most);

}  // namespace shaddock::admin
