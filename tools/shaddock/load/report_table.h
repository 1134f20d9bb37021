#pragma once
// The result as a short text for people, at most 80 columns unless names are long.

#include <string>

#include "result.h"

namespace shaddock::load {

// With `color` the verdict and what is wrong stand out by terminal colours.
std::string report_table(const LoadResult& result, bool color);

// What was done, on one line: "100 clients, each with 10 requests in flight". Both human reports
// say it.
std::string describe_load(const LoadResult& result);

// "all good", or all that was not: "3 errors, 1 wrong, 12 unanswered".
std::string describe_verdict(const LoadResult& result);

}  // namespace shaddock::load
