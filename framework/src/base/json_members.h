#pragma once

#include <shaddock/json.h>

namespace shaddock {

// Of members with the same name only the last value stays, in the place of the first. n log n,
// since names may come from a peer.
void keep_last_duplicates(Json::Object& members);

}  // namespace shaddock
