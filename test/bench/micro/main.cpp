// Micro-benchmarks of what a message passes.
//
//   bench_micro            all of them; the options of Google Benchmark hold (--help)
//   bench_micro --budget   the budget of one routed request, line by line; exit status 1 when it is
//                          not kept
#include <benchmark/benchmark.h>

#include <string_view>
#include <vector>

#include "bench/micro/benchmarks.h"

int main(int argc, char** argv) {
  using namespace shaddock::micro;
  std::vector<char*> words(argv, argv + argc);
  const bool budget_only =
      std::erase_if(words, [](const char* word) { return std::string_view(word) == "--budget"; });
  char repetitions[] = "--benchmark_repetitions=9", shortly[] = "--benchmark_min_time=0.05";
  if (budget_only) words.insert(words.begin() + 1, {repetitions, shortly});
  int count = static_cast<int>(words.size());
  words.push_back(nullptr);
  benchmark::Initialize(&count, words.data());
  if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;

  Budget budget;
  add_client_codecs(budget);
  add_routing(budget);
  add_calls(budget);
  add_wire(budget);
  add_dispatch(budget);
  add_path(budget);
  add_push();
  add_timers();
  add_framing();
  if (budget_only) return budget.print_table() ? 0 : 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
