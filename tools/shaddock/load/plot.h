#pragma once
// One plot as a <figure>: lines in an SVG that is stretched to the width of the page, labels around
// it in HTML, so that they keep their size on a phone. The style sheet of the page gives colours by
// the classes s1 to s4 and dashes by d1 to d4. Every text is escaped here.
//
//   figcaption   title, note, legend (when there is more than one line)
//   svg          grid, areas, lines, and invisible columns whose <title> tells what is under the
//                pointer; role img with the summary for who cannot see it

#include <string>
#include <vector>

#include "plot_axis.h"

namespace shaddock::load {

struct PlotPoint {
  double x = 0;
  double y = 0;
  bool gap = false;  // no value: the line is interrupted here
};

struct PlotLine {
  std::string name;
  int colour = 1;  // 1 to 4
  std::vector<PlotPoint> points;
};

struct PlotLabel {
  double at = 0;  // 0 to 1
  std::string text;
  bool minor = false;  // left out where there is little room
};

// What is told of the part of the plot between two values of x.
struct PlotHint {
  double from = 0;
  double to = 0;
  std::string text;
  bool trouble = false;  // then it is shaded
};

struct Plot {
  std::string title;
  std::string note;
  std::string summary;
  PlotAxis x;
  PlotAxis y;
  std::vector<PlotLabel> x_labels;
  std::vector<PlotLabel> y_labels;
  std::vector<PlotLine> lines;  // at most 4
  std::vector<PlotHint> hints;
  bool filled = false;  // the area below the first line
};

std::string plot_html(const Plot& plot);

}  // namespace shaddock::load
