#pragma once

#include <benchmark/benchmark.h>

#include <optional>
#include <string>
#include <vector>

// The budget of one routed request: every line of its path through both servers is a benchmark
// whose name begins with "budget/", with its place on the path. `bench_micro --budget` measures
// these alone and prints them as a table beside what the design allows.
namespace shaddock::micro {

class Budget {
 public:
  // What all of our code in both processes may cost.
  static constexpr double kAllowed = 650;

  // One line of the path; `design`: the figure of it that the design was made with, in nanoseconds.
  template <class F>
  void line(int place, const std::string& text, std::optional<double> design, F function) {
    add(Kind::line, place, text, design, function);
  }
  // A stretch of the path, run as it is: from the bytes that a server has read to those that it
  // will write.
  template <class F>
  void stretch(int place, const std::string& text, F function) {
    add(Kind::stretch, place, text, std::nullopt, function);
  }

  // Runs them; true when all stretches together stay within what is allowed.
  bool print_table();

 private:
  enum class Kind { line, stretch };
  struct Row {
    Kind kind;
    int place;
    std::string text;
    std::optional<double> design;
    double nanoseconds = 0;
  };

  template <class F>
  void add(Kind kind, int place, const std::string& text, std::optional<double> design,
           F function) {
    benchmark::RegisterBenchmark(("budget/" + text).c_str(), function);
    rows_.push_back({kind, place, text, design});
  }
  void measure();
  double print_rows(Kind kind) const;

  std::vector<Row> rows_;
};

}  // namespace shaddock::micro
