#include "load/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using shaddock::load::Histogram;

namespace {

constexpr double kError = 0.002;

std::uint64_t exact(const std::vector<std::uint64_t>& sorted, double share) {
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size()) - 1e-9));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (const std::uint64_t value : values) histogram.record(value);
  return histogram;
}

std::vector<std::uint64_t> random_values(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  // Every magnitude is as likely as the other: 1 ns to an hour.
  std::uniform_real_distribution<double> exponent(0, std::log(3.6e12));
  std::vector<std::uint64_t> values(count);
  for (auto& value : values) value = static_cast<std::uint64_t>(std::exp(exponent(random)));
  return values;
}

void check_like_sorted(const Histogram& histogram, std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  REQUIRE(histogram.count() == values.size());
  CHECK(histogram.min_ns() == values.front());
  CHECK(histogram.max_ns() == values.back());
  for (const double share : {0.0, 0.001, 0.07, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 0.99999, 1.0}) {
    CAPTURE(share);
    const auto expected = static_cast<double>(exact(values, share));
    const auto told = static_cast<double>(histogram.percentile_ns(share));
    CHECK(std::abs(told - expected) <= kError * expected);
  }
}

void check_same(const Histogram& a, const Histogram& b) {
  CHECK(a.count() == b.count());
  CHECK(a.min_ns() == b.min_ns());
  CHECK(a.max_ns() == b.max_ns());
  CHECK(a.mean_ns() == b.mean_ns());
  for (int i = 0; i <= 1000; ++i) CHECK(a.percentile_ns(i / 1000.0) == b.percentile_ns(i / 1000.0));
}

}  // namespace

TEST_CASE("an empty histogram tells zeros") {
  const Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.min_ns() == 0);
  CHECK(histogram.max_ns() == 0);
  CHECK(histogram.mean_ns() == 0);
  CHECK(histogram.percentile_ns(0.5) == 0);
}

TEST_CASE("percentiles are those of a sorted list, to 0.2 %") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const auto values = random_values(seed, 1 + seed * seed * 37);
    check_like_sorted(histogram_of(values), values);
  }
}

TEST_CASE("every value up to 512 ns is told exactly") {
  for (std::uint64_t value = 0; value < 512; ++value) {
    Histogram histogram = histogram_of({value, value + 100'000});
    CHECK(histogram.percentile_ns(0.5) == value);
  }
}

TEST_CASE("the values at both sides of every power of two are told to 0.2 %") {
  for (unsigned bit = 1; bit < 41; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1}) {
      CAPTURE(value);
      // Neighbours far away, so that neither the minimum nor the maximum mends the answer.
      const Histogram histogram = histogram_of({0, value, Histogram::kMaxNs});
      const auto told = static_cast<double>(histogram.percentile_ns(0.5));
      CHECK(std::abs(told - static_cast<double>(value)) <= kError * static_cast<double>(value));
    }
  }
}

TEST_CASE("a percentile never falls as the share grows, and stays between minimum and maximum") {
  const Histogram histogram = histogram_of(random_values(7, 5000));
  std::uint64_t last = histogram.min_ns();
  for (int i = 0; i <= 10'000; ++i) {
    const std::uint64_t now = histogram.percentile_ns(i / 10'000.0);
    CHECK(now >= last);
    last = now;
  }
  CHECK(last == histogram.max_ns());
}

TEST_CASE("a share is of the values, not of a rounded product") {
  std::vector<std::uint64_t> values;
  for (std::uint64_t value = 1; value <= 100; ++value) values.push_back(value);
  const Histogram histogram = histogram_of(values);
  for (std::uint64_t value = 1; value <= 100; ++value) {
    CHECK(histogram.percentile_ns(static_cast<double>(value) / 100) == value);
  }
}

TEST_CASE("the mean is exact") {
  CHECK(histogram_of({1'000'000, 2'000'000, 6'000'000}).mean_ns() == 3'000'000);
}

TEST_CASE("a value beyond an hour counts as an hour") {
  const Histogram histogram = histogram_of({5, UINT64_MAX});
  CHECK(histogram.count() == 2);
  CHECK(histogram.max_ns() == Histogram::kMaxNs);
  CHECK(histogram.percentile_ns(1) == Histogram::kMaxNs);
}

TEST_CASE("merged histograms are that of all values") {
  const auto some = random_values(1, 3000);
  auto all = random_values(2, 2000);
  Histogram merged = histogram_of(all);
  merged.merge(histogram_of(some));
  merged.merge(Histogram());
  all.insert(all.end(), some.begin(), some.end());
  check_same(merged, histogram_of(all));

  Histogram from_nothing;
  from_nothing.merge(merged);
  check_same(from_nothing, merged);
}

TEST_CASE("a cleared histogram begins again") {
  Histogram histogram = histogram_of(random_values(3, 2000));
  histogram.clear();
  check_same(histogram, Histogram());
  const auto values = random_values(4, 500);
  for (const std::uint64_t value : values) histogram.record(value);
  check_same(histogram, histogram_of(values));
}
