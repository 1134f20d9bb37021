#include "report_plots.h"

#include <algorithm>
#include <cmath>

#include "human_units.h"

namespace shaddock::load {

namespace {

constexpr std::size_t kMostPoints = 240;
constexpr double kNsPerUs = 1000;
constexpr int kCrimson = 4;

using Field = double Second::*;

double rate_of(const Second& second) {
  return second.length > 0 ? static_cast<double>(second.count) / second.length : 0;
}

double level_of(const Second& second, bool has_rate) {
  return has_rate ? rate_of(second) : static_cast<double>(second.count);
}

std::string time_text(double seconds) { return compact(seconds) + " s"; }

// A value that holds from the beginning to the end of its second: two points.
void add_step(PlotLine& line, const Second& second, double value) {
  line.points.push_back({second.t - second.length, value});
  line.points.push_back({second.t, value});
}

std::vector<PlotLabel> labels_of(const PlotAxis& axis, std::string (*text)(double)) {
  std::vector<PlotLabel> labels;
  for (const double tick : axis.ticks) labels.push_back({axis.position(tick), text(tick)});
  return labels;
}

void set_time_axis(Plot& plot, const std::vector<Second>& series) {
  const double end = series.back().t;
  plot.x = linear_axis(end);
  plot.x.high = end;
  std::erase_if(plot.x.ticks, [&](double tick) { return tick > end; });
  plot.x_labels = labels_of(plot.x, time_text);
}

std::string axis_duration(double us) { return short_duration(us).text(); }

void set_latency_axis(Plot& plot, double low, double high) {
  plot.y = axis_for(low, high);
  plot.y_labels = labels_of(plot.y, axis_duration);
  if (plot.y.logarithmic) plot.note += ", logarithmic scale";
}

void add_hint(Plot& plot, const Second& second, const std::string& text) {
  const std::string when = "to " + fixed(second.t, 1) + " s: ";
  plot.hints.push_back({second.t - second.length, second.t, when + text});
}

std::string step_text(const std::vector<Second>& series) {
  constexpr double kOneSecond = 1.5;
  const double length = series.front().length;
  if (length < kOneSecond) return "Percentiles of each second";
  return "Percentiles of the worst second in every " + compact(length) + " s";
}

Plot count_plot(const LoadResult& result, const std::vector<Second>& series) {
  Plot plot;
  plot.title = result.has_rate() ? "Throughput" : "Connections";
  plot.note = result.counted + (result.has_rate() ? " a second" : "");
  plot.filled = true;
  plot.lines.push_back({result.counted, kCrimson, {}});
  double low = level_of(series.front(), result.has_rate());
  double high = low;
  for (const Second& second : series) {
    const double level = level_of(second, result.has_rate());
    low = std::min(low, level);
    high = std::max(high, level);
    add_step(plot.lines.front(), second, level);
    add_hint(plot, second, significant(level) + " " + plot.note);
    if (second.errors == 0) continue;
    plot.hints.back().text += ", errors: " + grouped(second.errors);
    plot.hints.back().trouble = true;
  }
  plot.y = linear_axis(high);
  plot.y_labels = labels_of(plot.y, compact);
  const bool trouble = std::any_of(plot.hints.begin(), plot.hints.end(),
                                   [](const PlotHint& hint) { return hint.trouble; });
  if (trouble) plot.note += "; shaded where there were errors";
  plot.summary = plot.title + " over " + time_text(series.back().t) + ": between " +
                 significant(low) + " and " + significant(high) + " " + plot.note;
  set_time_axis(plot, series);
  return plot;
}

PlotLine percentile_line(const char* name, int colour, const std::vector<Second>& series,
                         Field field) {
  PlotLine line{name, colour, {}};
  for (const Second& second : series) {
    if (second.has_latency) {
      add_step(line, second, second.*field);
    } else {
      line.points.push_back({second.t, 0, true});
    }
  }
  return line;
}

Plot latency_plot(const std::vector<Second>& series) {
  Plot plot;
  plot.title = "Latency over time";
  plot.note = step_text(series);
  plot.lines = {percentile_line("p50", 1, series, &Second::p50_us),
                percentile_line("p90", 2, series, &Second::p90_us),
                percentile_line("p99", 3, series, &Second::p99_us),
                percentile_line("max", 4, series, &Second::max_us)};
  double low = 0;
  double high = 0;
  for (const Second& second : series) {
    if (!second.has_latency) continue;
    low = low == 0 ? second.p50_us : std::min(low, second.p50_us);
    high = std::max(high, second.max_us);
    add_hint(plot, second,
             "p50 " + duration(second.p50_us).text() + ", p90 " + duration(second.p90_us).text() +
                 ", p99 " + duration(second.p99_us).text() + ", max " +
                 duration(second.max_us).text());
  }
  plot.summary = "Latency over " + time_text(series.back().t) + ": medians from " +
                 duration(low).text() + " on, the worst " + duration(high).text();
  set_latency_axis(plot, low, high);
  set_time_axis(plot, series);
  return plot;
}

std::string share_text(int nines) {
  if (nines == 1) return "90";
  return nines == 2 ? "99" : "99." + std::string(static_cast<std::size_t>(nines - 2), '9');
}

// x of the distribution: 0 is nothing, 1 is 90 %, 2 is 99 %, 3 is 99.9 %.
double share_at(double nines) { return 1 - std::pow(10, -nines); }

void set_share_axis(Plot& plot, double nines) {
  plot.x = {0, nines, false, {}};
  plot.x_labels.push_back({plot.x.position(-std::log10(0.5)), "50"});
  for (int i = 1; i <= static_cast<int>(nines); ++i) {
    const bool minor = i > 3 && i % 2 == 0;
    plot.x_labels.push_back({plot.x.position(i), share_text(i), minor});
  }
}

Plot distribution_plot(const Histogram& latency) {
  constexpr int kSteps = 120;
  constexpr double kMostNines = 6;
  const double nines =
      std::clamp(std::log10(static_cast<double>(latency.count())), 1.0, kMostNines);
  Plot plot;
  plot.title = "Latency by percentile";
  plot.note = "What share of all, in %, took no longer";

  PlotLine line{"latency", kCrimson, {}};
  for (int i = 0; i <= kSteps; ++i) {
    const double x = nines * i / kSteps;
    const double share = i == kSteps ? 1 : share_at(x);  // the last is the maximum
    const double us = static_cast<double>(latency.percentile_ns(share)) / kNsPerUs;
    line.points.push_back({x, us});
    if (i == 0) continue;
    const double percent_of_all = 100 * share_at(x);
    const int decimals = x < 1 ? 0 : static_cast<int>(std::ceil(x)) - 1;
    plot.hints.push_back({nines * (i - 1) / kSteps, x,
                          fixed(percent_of_all, decimals) + " %: " + duration(us).text()});
  }
  const double high = line.points.back().y;
  plot.lines.push_back(std::move(line));
  plot.summary = "Latency by percentile: half took at most " +
                 duration(static_cast<double>(latency.percentile_ns(0.5)) / kNsPerUs).text() +
                 ", 99 % at most " +
                 duration(static_cast<double>(latency.percentile_ns(0.99)) / kNsPerUs).text();
  set_latency_axis(
      plot, static_cast<double>(std::max<std::uint64_t>(1, latency.min_ns())) / kNsPerUs, high);
  set_share_axis(plot, nines);
  return plot;
}

void add_to(Second& sum, const Second& next, bool has_rate) {
  sum.t = next.t;
  sum.length += next.length;
  sum.count = has_rate ? sum.count + next.count : next.count;
  sum.errors += next.errors;
  sum.in_flight = next.in_flight;
  sum.has_latency = sum.has_latency || next.has_latency;
  for (const Field field : {&Second::p50_us, &Second::p90_us, &Second::p99_us, &Second::max_us}) {
    sum.*field = std::max(sum.*field, next.*field);
  }
}

}  // namespace

std::vector<Second> condensed(const std::vector<Second>& series, std::size_t most, bool has_rate) {
  const std::size_t group = std::max<std::size_t>(1, (series.size() + most - 1) / most);
  std::vector<Second> result;
  for (std::size_t i = 0; i < series.size(); ++i) {
    // A rest of a second at the end would make a spike or a notch.
    const bool rest = i > 0 && i + 1 == series.size() && series[i].length < series[0].length / 2;
    if (i % group == 0 && !rest) {
      result.push_back(series[i]);
    } else {
      add_to(result.back(), series[i], has_rate);
    }
  }
  return result;
}

std::vector<Plot> report_plots(const LoadResult& result) {
  const auto series = condensed(result.series, kMostPoints, result.has_rate());
  if (series.empty()) return {};
  std::vector<Plot> plots{count_plot(result, series)};
  const bool timed = std::any_of(series.begin(), series.end(),
                                 [](const Second& second) { return second.has_latency; });
  if (timed) plots.push_back(latency_plot(series));
  if (result.total.latency.count() > 0) plots.push_back(distribution_plot(result.total.latency));
  return plots;
}

}  // namespace shaddock::load
