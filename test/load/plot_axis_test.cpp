#include "load/plot_axis.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace shaddock::load;

namespace {

using Ticks = std::vector<double>;

void check_ticks(const PlotAxis& axis, const Ticks& expected) {
  REQUIRE(axis.ticks.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(axis.ticks[i] == doctest::Approx(expected[i]));
  }
}

}  // namespace

TEST_CASE("a linear axis begins at 0 and ends at a round number") {
  check_ticks(linear_axis(41'152), {0, 10'000, 20'000, 30'000, 40'000, 50'000});
  check_ticks(linear_axis(3), {0, 1, 2, 3});
  check_ticks(linear_axis(10), {0, 2, 4, 6, 8, 10});
  check_ticks(linear_axis(0.07), {0, 0.02, 0.04, 0.06, 0.08});
}

TEST_CASE("an axis of nothing is from 0 to 1") {
  for (const double nothing : {0.0, -5.0, std::nan("")}) {
    const PlotAxis axis = linear_axis(nothing);
    CHECK(axis.low == 0);
    CHECK(axis.high == 1);
    CHECK(axis.position(0) == 0);
  }
}

TEST_CASE("a logarithmic axis has 1, 2 and 5 of each power of ten, when there is room") {
  check_ticks(logarithmic_axis(736, 33'000), {500, 1000, 2000, 5000, 10'000, 20'000, 50'000});
  check_ticks(logarithmic_axis(1, 10), {1, 2, 5, 10});
  check_ticks(logarithmic_axis(65, 71'000), {10, 100, 1000, 10'000, 100'000});
  check_ticks(logarithmic_axis(7, 7), {5, 10});
}

TEST_CASE("an axis holds its values and has few, ascending labels, whatever they are") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-3, 13);
  for (int i = 0; i < 10'000; ++i) {
    const double a = std::pow(10, exponent(random));
    const double b = std::pow(10, exponent(random));
    const double low = std::min(a, b);
    const double high = std::max(a, b);
    CAPTURE(low);
    CAPTURE(high);
    const PlotAxis axis = axis_for(low, high);
    CHECK(axis.low <= low * 1.000001);
    CHECK(axis.high >= high * 0.999999);
    CHECK(axis.ticks.size() >= 2);
    CHECK(axis.ticks.size() <= 8);
    CHECK(std::is_sorted(axis.ticks.begin(), axis.ticks.end()));
    CHECK(axis.position(axis.low) == 0);
    CHECK(axis.position(axis.high) == doctest::Approx(1));
    CHECK(axis.position(low) <= axis.position(high));
  }
}

TEST_CASE("values on a logarithmic axis lie by their magnitude, and none lies outside") {
  const PlotAxis axis = logarithmic_axis(1, 10'000);
  CHECK(axis.position(100) == doctest::Approx(0.5));
  CHECK(axis.position(0) == 0);
  CHECK(axis.position(1e9) == doctest::Approx(1));
}

TEST_CASE("the scale is logarithmic only when small values would lie on the ground") {
  CHECK_FALSE(axis_for(10, 100).logarithmic);
  CHECK(axis_for(10, 200).logarithmic);
  CHECK_FALSE(axis_for(0, 200).logarithmic);
}
