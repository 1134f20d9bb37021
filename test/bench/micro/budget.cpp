#include "bench/micro/budget.h"

#include <algorithm>
#include <cstdio>

namespace shaddock::micro {

namespace {

constexpr int kRepetitions = 9;

// Hands each result on and prints nothing.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(std::vector<std::pair<std::string, double>>& medians) : medians_(medians) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<double> times;
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration && !run.error_occurred)
        times.push_back(run.GetAdjustedCPUTime());
    if (times.empty()) return;
    std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2),
                     times.end());
    medians_.emplace_back(runs.front().run_name.function_name, times[times.size() / 2]);
  }

 private:
  std::vector<std::pair<std::string, double>>& medians_;
};

}  // namespace

void Budget::measure() {
  std::vector<std::pair<std::string, double>> medians;
  Collector collector(medians);
  benchmark::RunSpecifiedBenchmarks(&collector, "^budget/");
  for (Row& row : rows_)
    for (const auto& [name, time] : medians)
      if (name == "budget/" + row.text) row.nanoseconds = time;
}

double Budget::print_rows(Kind kind) const {
  double sum = 0;
  for (const Row& row : rows_) {
    if (row.kind != kind) continue;
    sum += row.nanoseconds;
    std::printf("  %-58s %8.1f", row.text.c_str(), row.nanoseconds);
    if (row.design) std::printf(" %8.0f", *row.design);
    std::printf("\n");
  }
  return sum;
}

bool Budget::print_table() {
  measure();
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& one, const Row& other) { return one.place < other.place; });
  std::printf("Budget of one routed request, ns (CPU, median of %d)\n", kRepetitions);
  std::printf("  %-58s %8s %8s\n", "line", "measured", "design");
  const double lines = print_rows(Kind::line);
  std::printf("  %-58s %8.1f\n\n", "sum of the lines", lines);
  const double whole = print_rows(Kind::stretch);
  std::printf("  %-58s %8.1f %8.0f\n", "all of our code", whole, kAllowed);
  return whole <= kAllowed;
}

}  // namespace shaddock::micro
