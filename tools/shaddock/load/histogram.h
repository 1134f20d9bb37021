#pragma once
// Counts of durations, kept so that any percentile can be told at the end.
//
// Log-linear buckets as in HDR histograms: values below 512 ns have a bucket each; above that each
// power of two is cut into 256 equal buckets, so a bucket is at most 0.4 % of its values wide. What
// is told is the middle of a bucket: at most 0.2 % off. Values beyond an hour count as an hour.
//
//   ns    0 .. 511   512 .. 1023   1024 .. 2047   2048 ..
//   wide     1            2             4            8        256 buckets each (512 in the first)
//
// About 70 KiB, taken once by the constructor; record() allocates nothing and takes a constant
// time. One thread at a time; threads keep one each and merge. For seconds of a run: record into
// one, merge it into the sum when the second is over, clear it.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shaddock::load {

class Histogram {
 public:
  static constexpr std::uint64_t kMaxNs = 3'600'000'000'000;

  Histogram();

  void record(std::uint64_t ns);
  void merge(const Histogram& other);
  void clear();

  std::uint64_t count() const { return count_; }
  // Exact, but for values beyond an hour; 0 when there are no values.
  std::uint64_t min_ns() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max_ns() const { return max_; }
  double mean_ns() const;

  // The smallest value that at least that share of all values does not exceed: 0.5 is the median.
  // 0 when there are no values; never outside of min_ns() and max_ns().
  std::uint64_t percentile_ns(double share) const;

 private:
  static constexpr unsigned kBits = 8;
  static constexpr std::size_t kPerOctave = std::size_t{1} << kBits;

  static constexpr unsigned shift_of(std::uint64_t ns) {
    const auto width = static_cast<unsigned>(std::bit_width(ns));
    return width > kBits + 1 ? width - kBits - 1 : 0;
  }
  static constexpr std::size_t index_of(std::uint64_t ns) {
    const unsigned shift = shift_of(ns);
    return shift * kPerOctave + static_cast<std::size_t>(ns >> shift);
  }
  static std::uint64_t middle_of(std::size_t index);

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = kMaxNs;
  std::uint64_t max_ = 0;
};

inline void Histogram::record(std::uint64_t ns) {
  ns = std::min(ns, kMaxNs);
  ++buckets_[index_of(ns)];
  ++count_;
  sum_ += ns;
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
}

}  // namespace shaddock::load
