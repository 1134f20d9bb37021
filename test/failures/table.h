#pragma once

#include <string>
#include <vector>

#include "rows.h"

namespace shaddock::failures {

// The figures of one row after some rounds: median and worst of each, and whether the worst is
// within what is asked. A figure below zero is what never happened.
struct Measured {
  struct Line {
    std::string what, unit;
    double median = 0, worst = 0, most = 0;
    bool fine = false;
  };
  std::string id, fault;
  std::vector<Line> lines;  // none: not measured
  std::string why;          // it was not
};

Measured measured(const Row& row, const std::vector<std::vector<Figure>>& rounds);

// Lines of a table as Markdown has it: id | fault | figure | median | worst | at most | how it
// went.
std::string head();
std::string to_text(const Measured& row);

}  // namespace shaddock::failures
