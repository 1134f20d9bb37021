#pragma once
// The plots of the HTML report, made of a result.

#include <vector>

#include "plot.h"
#include "result.h"

namespace shaddock::load {

// The series with at most that many entries: neighbours are put together. Counts are summed (or the
// last one told, when they have no rate); of percentiles the worst is kept.
std::vector<Second> condensed(const std::vector<Second>& series, std::size_t most, bool has_rate);

// What was counted over time; then, if a latency was measured, its percentiles over time and its
// distribution. Empty without a series.
std::vector<Plot> report_plots(const LoadResult& result);

}  // namespace shaddock::load
