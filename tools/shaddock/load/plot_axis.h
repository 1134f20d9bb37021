#pragma once
// The scale of one side of a plot: where values lie, and which of them are labelled.

#include <vector>

namespace shaddock::load {

struct PlotAxis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;  // ascending, from low to high

  // 0 at low, 1 at high; what lies outside is put on the edge.
  double position(double value) const;
};

// From 0 to the first round number that is not below `high`, in 2 to 6 steps of 1, 2 or 5.
PlotAxis linear_axis(double high);

// From a round number not above `low` to one not below `high`, with at most 8 labels: at 1, 2 and 5
// of each power of ten, or powers of ten, or every second of these and so on. Both are above 0.
PlotAxis logarithmic_axis(double low, double high);

// Linear as long as the small values can be told apart from 0.
PlotAxis axis_for(double low, double high);

}  // namespace shaddock::load
