#include "plot_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shaddock::load {

namespace {

constexpr double kTen = 10;
constexpr double kRounding = 1e-9;
constexpr std::array<double, 3> kRoundNumbers{1, 2, 5};
constexpr std::size_t kMostLabels = 8;

double power_of_ten(double exponent) { return std::pow(kTen, exponent); }

// The first of 1, 2, 5, 10, 20 ... that is not below the value.
double round_up(double value) {
  const double power = power_of_ten(std::floor(std::log10(value)));
  for (const double number : kRoundNumbers) {
    if (number * power >= value * (1 - kRounding)) return number * power;
  }
  return kTen * power;
}

double round_down(double value) {
  const double power = power_of_ten(std::floor(std::log10(value) + kRounding));
  double result = power;
  for (const double number : kRoundNumbers) {
    if (number * power <= value * (1 + kRounding)) result = number * power;
  }
  return result;
}

std::vector<double> round_numbers(double low, double high) {
  std::vector<double> ticks{round_down(low)};
  while (ticks.back() < high * (1 - kRounding)) {
    ticks.push_back(round_up(ticks.back() * (1 + kTen * kRounding)));
  }
  return ticks;
}

std::vector<double> powers_of_ten(double low, double high, int step) {
  const double first = std::floor(std::log10(low) + kRounding);
  const double last = std::ceil(std::log10(high) - kRounding);
  std::vector<double> ticks;
  for (double exponent = first; exponent < last + step; exponent += step) {
    ticks.push_back(power_of_ten(exponent));
  }
  return ticks;
}

}  // namespace

double PlotAxis::position(double value) const {
  value = std::clamp(value, low, high);
  if (!logarithmic) return (value - low) / (high - low);
  return std::log(value / low) / std::log(high / low);
}

PlotAxis linear_axis(double high) {
  constexpr double kSteps = 5;
  if (!(high > 0)) high = 1;
  const double step = round_up(high / kSteps);
  const auto steps = static_cast<int>(std::ceil(high / step * (1 - kRounding)));
  PlotAxis axis{0, steps * step, false, {}};
  for (int i = 0; i <= steps; ++i) axis.ticks.push_back(i * step);
  return axis;
}

PlotAxis logarithmic_axis(double low, double high) {
  high = std::max(high, low * (1 + kTen * kRounding));
  auto ticks = round_numbers(low, high);
  for (int step = 1; ticks.size() > kMostLabels; ++step) ticks = powers_of_ten(low, high, step);
  return {ticks.front(), ticks.back(), true, ticks};
}

PlotAxis axis_for(double low, double high) {
  constexpr double kWide = 12;
  return low > 0 && high > kWide * low ? logarithmic_axis(low, high) : linear_axis(high);
}

}  // namespace shaddock::load
