#include "histogram.h"

#include <cmath>

namespace shaddock::load {

Histogram::Histogram() : buckets_(index_of(kMaxNs) + 1) {}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  const std::size_t first = index_of(other.min_);
  const std::size_t last = index_of(other.max_);
  for (std::size_t i = first; i <= last; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::clear() {
  if (count_ == 0) return;
  const auto begin = buckets_.begin();
  std::fill(begin + static_cast<std::ptrdiff_t>(index_of(min_)),
            begin + static_cast<std::ptrdiff_t>(index_of(max_)) + 1, 0);
  count_ = 0;
  sum_ = 0;
  min_ = kMaxNs;
  max_ = 0;
}

double Histogram::mean_ns() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile_ns(double share) const {
  if (count_ == 0) return 0;
  constexpr double kRounding = 1e-12;  // 0.07 of 100 is the seventh, though 0.07 * 100 > 7
  const double exact = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
  const double wanted = std::ceil(exact * (1 - kRounding));
  const std::uint64_t rank =
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  if (rank == 1) return min_;
  if (rank == count_) return max_;
  std::size_t index = index_of(min_);
  for (std::uint64_t seen = buckets_[index]; seen < rank;) seen += buckets_[++index];
  return std::clamp(middle_of(index), min_, max_);
}

std::uint64_t Histogram::middle_of(std::size_t index) {
  if (index < 2 * kPerOctave) return index;
  const std::size_t shift = index / kPerOctave - 1;
  const std::uint64_t first = (index - shift * kPerOctave) << shift;
  return first + (std::uint64_t{1} << shift) / 2;
}

}  // namespace shaddock::load
