#include "plot.h"

#include "html_text.h"
#include "human_units.h"

namespace shaddock::load {

namespace {

constexpr double kSide = 1000;  // of the square that is stretched to the plot

std::string number(double value) { return fixed(value, 1); }
std::string across(const Plot& plot, double x) { return number(plot.x.position(x) * kSide); }
std::string down(const Plot& plot, double y) { return number((1 - plot.y.position(y)) * kSide); }

std::string colour_of(const PlotLine& line) { return "s" + std::to_string(line.colour); }

// Lines differ in their dashes, too: not everybody tells colours apart.
std::string style_of(const Plot& plot, std::size_t line) {
  return "line " + colour_of(plot.lines[line]) + " d" + std::to_string(line + 1);
}

std::string path(const std::string& style, const std::string& shape) {
  return "<path class=\"" + style + "\" d=\"" + shape + "\"/>\n";
}

std::string grid(const Plot& plot) {
  std::string shape;
  for (const PlotLabel& label : plot.y_labels)
    shape += "M0 " + number((1 - label.at) * kSide) + "H1000";
  return path("grid", shape);
}

std::string line_shape(const Plot& plot, const PlotLine& line) {
  std::string shape;
  bool pen_down = false;
  for (const PlotPoint& point : line.points) {
    if (!point.gap)
      shape += (pen_down ? "L" : "M") + across(plot, point.x) + " " + down(plot, point.y);
    pen_down = !point.gap;
  }
  return shape;
}

std::string area_shape(const Plot& plot, const PlotLine& line) {
  if (line.points.empty()) return "";
  return line_shape(plot, line) + "V1000H" + across(plot, line.points.front().x) + "Z";
}

std::string hints(const Plot& plot) {
  std::string text;
  for (const PlotHint& hint : plot.hints) {
    const double from = plot.x.position(hint.from) * kSide;
    const double to = plot.x.position(hint.to) * kSide;
    text += std::string("<rect class=\"hint") + (hint.trouble ? " trouble" : "") + "\" x=\"" +
            number(from) + "\" y=\"0\" width=\"" + number(to - from) +
            "\" height=\"1000\"><title>" + html_text(hint.text) + "</title></rect>\n";
  }
  return text;
}

std::string drawing(const Plot& plot) {
  std::string text =
      "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" +
      html_text(plot.summary) + "\">\n" + grid(plot);
  if (plot.filled && !plot.lines.empty()) {
    text += path("area " + colour_of(plot.lines.front()), area_shape(plot, plot.lines.front()));
  }
  for (std::size_t i = plot.lines.size(); i-- > 0;) {
    text += path(style_of(plot, i), line_shape(plot, plot.lines[i]));
  }
  return text + hints(plot) + "</svg>\n";
}

std::string labels(const std::vector<PlotLabel>& labels, const char* side) {
  std::string text;
  for (const PlotLabel& label : labels) {
    const bool vertical = side[0] == 'y';
    const double place = vertical ? 1 - label.at : label.at;
    text += std::string("<span class=\"") + side + (label.minor ? " minor" : "") + "\" style=\"" +
            (vertical ? "top:" : "left:") + fixed(place * 100, 2) + "%\">" + html_text(label.text) +
            "</span>";
  }
  return text + "\n";
}

std::string legend(const Plot& plot) {
  if (plot.lines.size() < 2) return "";
  std::string text = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    text += "<li><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\">" +
            path(style_of(plot, i), "M2 4H22") + "</svg>" + html_text(plot.lines[i].name) + "</li>";
  }
  return text + "</ul>\n";
}

}  // namespace

std::string plot_html(const Plot& plot) {
  return "<figure class=\"card\">\n<figcaption><h2>" + html_text(plot.title) + "</h2><p>" +
         html_text(plot.note) + "</p>\n" + legend(plot) + "</figcaption>\n<div class=\"plot\">\n" +
         drawing(plot) + "<div aria-hidden=\"true\">" + labels(plot.y_labels, "y") +
         labels(plot.x_labels, "x") + "</div></div>\n</figure>\n";
}

}  // namespace shaddock::load
