#pragma once
// The result as a short text for people, at most 80 columns unless names are long.

#include <string>

#include "result.h"

namespace shaddock::load {

// With `color` the verdict and what is wrong stand out by terminal colours.
std::string report_table(const LoadResult& result, bool color);

}  // namespace shaddock::load
