#include "load/report_plots.h"

#include <doctest/doctest.h>

#include "load/sample_result.h"

using namespace shaddock::load;

namespace {

std::vector<Second> seconds(std::size_t count) {
  std::vector<Second> series;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto t = static_cast<double>(i);
    series.push_back({t, 1, i, 1, i, true, 10 * t, 20 * t, 30 * t, 40 * t});
  }
  return series;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a short series stays as it is") {
  const auto series = condensed(seconds(5), 5, true);
  REQUIRE(series.size() == 5);
  CHECK(series[4].count == 5);
  CHECK(condensed({}, 5, true).empty());
}

TEST_CASE("neighbours are put together: counts summed, the worst of percentiles") {
  const auto series = condensed(seconds(10), 4, true);
  REQUIRE(series.size() == 4);
  CHECK(series[0].t == 3);
  CHECK(series[0].length == 3);
  CHECK(series[0].count == 1 + 2 + 3);
  CHECK(series[0].errors == 3);
  CHECK(series[0].in_flight == 3);
  CHECK(series[0].p50_us == 30);
  CHECK(series[0].max_us == 120);
  CHECK(series[3].t == 10);
  CHECK(series[3].length == 1);
}

TEST_CASE("what has no rate is not summed") {
  CHECK(condensed(seconds(10), 4, false)[0].count == 3);
}

TEST_CASE("a rest of a second at the end belongs to the second before it") {
  auto with_rest = seconds(3);
  with_rest.push_back({3.01, 0.01, 7, 0, 0});
  const auto series = condensed(with_rest, 100, true);
  REQUIRE(series.size() == 3);
  CHECK(series[2].t == 3.01);
  CHECK(series[2].count == 3 + 7);
  CHECK(condensed({{0.2, 0.2, 5, 0, 0}}, 100, true).size() == 1);
}

TEST_CASE("a run of requests has three plots") {
  const auto plots = report_plots(sample_result());
  REQUIRE(plots.size() == 3);
  CHECK(plots[0].title == "Throughput");
  CHECK(plots[0].lines.size() == 1);
  CHECK(plots[0].lines[0].points.size() == 6);
  CHECK(plots[0].y.high == 100);
  CHECK(plots[0].x.high == 3);
  CHECK(plots[0].hints[1].text == "to 2.0 s: 100 answers a second");
  CHECK(has(plots[0].summary, "between 100 and 100 answers a second"));
  CHECK(plots[1].lines.size() == 4);
  CHECK(plots[1].hints.size() == 3);
  CHECK(plots[2].lines[0].points.front().y == doctest::Approx(1000));
  CHECK(plots[2].lines[0].points.back().y == doctest::Approx(100'000));
}

TEST_CASE("held connections have one plot, a run without a second none") {
  const auto plots = report_plots(sample_idle());
  REQUIRE(plots.size() == 1);
  CHECK(plots[0].title == "Connections");
  CHECK(plots[0].y.high == 10'000);
  CHECK(report_plots(LoadResult()).empty());
}

TEST_CASE("seconds with errors are marked in the throughput") {
  LoadResult result = sample_result();
  result.series[1].errors = 4;
  const auto plots = report_plots(result);
  CHECK_FALSE(plots[0].hints[0].trouble);
  CHECK(plots[0].hints[1].trouble);
  CHECK(has(plots[0].hints[1].text, "errors: 4"));
  CHECK(has(plots[0].note, "shaded"));
}

TEST_CASE("a second without answers is a gap in the latency") {
  LoadResult result = sample_result();
  result.series[1] = {2, 1, 0, 0, 0};
  const auto plots = report_plots(result);
  REQUIRE(plots.size() == 3);
  CHECK(plots[1].lines[0].points.size() == 5);
  CHECK(plots[1].lines[0].points[2].gap);
  CHECK(plots[1].hints.size() == 2);
}

TEST_CASE("the distribution goes as far as there are values to tell it") {
  LoadResult result = sample_result();
  CHECK(report_plots(result)[2].x_labels.back().text == "99");
  for (int i = 0; i < 20'000; ++i) result.total.latency.record(5000);
  const Plot plot = report_plots(result)[2];
  CHECK(plot.x_labels.front().text == "50");
  CHECK(plot.x_labels.back().text == "99.99");
  CHECK(plot.x_labels.back().minor);
}

TEST_CASE("the distribution ends at the worst of all") {
  LoadResult result = sample_result();
  result.total.latency.record(777'000'000);
  const Plot plot = report_plots(result)[2];
  CHECK(plot.lines[0].points.back().y == doctest::Approx(777'000));
  CHECK(plot.y.high >= 777'000);
}

TEST_CASE("a single answer makes plots as well") {
  LoadResult result = sample_result();
  Counters one;
  one.count = 1;
  one.latency.record(5000);
  result.total = one;
  result.series = {make_second(0.3, 0.3, 0, one)};
  for (const Plot& plot : report_plots(result)) {
    CHECK(plot.y.high > plot.y.low);
    CHECK_FALSE(plot_html(plot).empty());
  }
}
