#include "load/plot.h"

#include <doctest/doctest.h>

#include "load/well_formed.h"

using namespace shaddock::load;

namespace {

Plot plot() {
  Plot plot;
  plot.title = "Throughput";
  plot.note = "answers a second";
  plot.summary = "between 0 and 100";
  plot.x = {0, 10, false, {}};
  plot.y = {0, 100, false, {}};
  plot.lines = {{"p50", 2, {{0, 0}, {5, 50}, {10, 100}}}};
  return plot;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string problem_of(const Plot& plot) {
  return problem_of_page("<!doctype html>\n" + plot_html(plot));
}

}  // namespace

TEST_CASE("a line goes through its points, the origin at the bottom left") {
  const std::string html = plot_html(plot());
  CHECK(has(html, "class=\"line s2 d1\" d=\"M0.0 1000.0L500.0 500.0L1000.0 0.0\""));
  CHECK_FALSE(has(html, "area"));
  CHECK(problem_of(plot()) == "");
}

TEST_CASE("a gap interrupts the line") {
  Plot gaps = plot();
  gaps.lines[0].points = {{0, 0}, {2, 0, true}, {5, 50}, {10, 100}};
  CHECK(has(plot_html(gaps), "d=\"M0.0 1000.0M500.0 500.0L1000.0 0.0\""));
}

TEST_CASE("the area reaches from the first line to the ground") {
  Plot filled = plot();
  filled.filled = true;
  CHECK(has(plot_html(filled),
            "class=\"area s2\" d=\"M0.0 1000.0L500.0 500.0L1000.0 0.0V1000H0.0Z\""));
}

TEST_CASE("labels stand at their place, those on the left from the top") {
  Plot labelled = plot();
  labelled.x_labels = {{0.25, "here", true}};
  labelled.y_labels = {{0.25, "low"}};
  const std::string html = plot_html(labelled);
  CHECK(has(html, "<span class=\"x minor\" style=\"left:25.00%\">here</span>"));
  CHECK(has(html, "<span class=\"y\" style=\"top:75.00%\">low</span>"));
  CHECK(has(html, "class=\"grid\" d=\"M0 750.0H1000\""));
}

TEST_CASE("a legend is there for two lines, in which each has dashes of its own") {
  CHECK_FALSE(has(plot_html(plot()), "legend"));
  Plot two = plot();
  two.lines.push_back({"p90", 3, {}});
  const std::string html = plot_html(two);
  CHECK(has(html, "legend"));
  CHECK(has(html, "line s2 d1"));
  CHECK(has(html, "line s3 d2"));
  CHECK(problem_of(two) == "");
}

TEST_CASE("hints cover their columns, and trouble is marked") {
  Plot hinted = plot();
  hinted.hints = {{0, 5, "fine", false}, {5, 10, "bad", true}};
  const std::string html = plot_html(hinted);
  CHECK(has(html,
            "<rect class=\"hint\" x=\"0.0\" y=\"0\" width=\"500.0\" height=\"1000\">"
            "<title>fine</title></rect>"));
  CHECK(has(html, "<rect class=\"hint trouble\" x=\"500.0\""));
  CHECK(problem_of(hinted) == "");
}

TEST_CASE("no text of a plot can become a tag") {
  const std::string evil = "\"><script>&";
  Plot bad = plot();
  bad.title = bad.note = bad.summary = evil;
  bad.lines = {{evil, 1, {}}, {evil, 2, {}}};
  bad.x_labels = bad.y_labels = {{0, evil}};
  bad.hints = {{0, 1, evil}};
  CHECK_FALSE(has(plot_html(bad), "<script"));
  CHECK(problem_of(bad) == "");
}
