#pragma once
// The tables of the HTML report, each a section of its own; empty when there is nothing to tell.

#include <string>

#include "result.h"

namespace shaddock::load {

std::string errors_section(const LoadResult& result);
std::string percentiles_section(const LoadResult& result);
std::string servers_section(const LoadResult& result);
// How it was measured: the load itself, the machine, messages and bytes.
std::string facts_section(const LoadResult& result);
// What the plots over time show, in numbers; folded up.
std::string seconds_section(const LoadResult& result);

}  // namespace shaddock::load
