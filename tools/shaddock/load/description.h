#pragma once
// What both reports for people say in words.

#include <string>
#include <vector>

#include "result.h"

namespace shaddock::load {

// What was done: "100 clients, 10 requests in flight each".
std::string describe_load(const LoadResult& result);

// "all good", or all that was not: "3 errors, 1 wrong, 12 unanswered".
std::string describe_verdict(const LoadResult& result);

// Why the figures may not be those of the servers; a sentence each.
std::vector<std::string> describe_doubts(const LoadResult& result);

}  // namespace shaddock::load
