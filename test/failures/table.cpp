#include "table.h"

#include <algorithm>
#include <cstdio>

namespace shaddock::failures {

namespace {

std::string number(double value) {
  if (value < 0) return "never";
  char text[32];
  std::snprintf(text, sizeof text, value < 10 && value != static_cast<int>(value) ? "%.1f" : "%.0f",
                value);
  return text;
}

std::string with_unit(double value, const std::string& unit) {
  return value < 0 || unit.empty() ? number(value) : number(value) + ' ' + unit;
}

Measured::Line line(const std::vector<std::vector<Figure>>& rounds, std::size_t place) {
  const Figure& figure = rounds.front()[place];
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(round[place].value);
  // What never happened is worse than all that did.
  std::ranges::sort(values, [](double a, double b) { return a >= 0 && (b < 0 || a < b); });
  const double worst = values.back();
  return {figure.what, figure.unit, values[values.size() / 2],
          worst,       figure.most, worst >= 0 && worst <= figure.most};
}

}  // namespace

Measured measured(const Row& row, const std::vector<std::vector<Figure>>& rounds) {
  Measured all{.id = row.id, .fault = row.fault, .lines = {}, .why = {}};
  if (rounds.empty()) return all;
  for (std::size_t place = 0; place < rounds.front().size(); ++place)
    all.lines.push_back(line(rounds, place));
  return all;
}

std::string head() {
  return "| id | what happens | figure | median | worst | at most | |\n"
         "|---|---|---|---|---|---|---|\n";
}

std::string to_text(const Measured& row) {
  std::string text;
  for (const Measured::Line& line : row.lines)
    text += "| " + row.id + " | " + row.fault + " | " + line.what + " | " +
            with_unit(line.median, line.unit) + " | " + with_unit(line.worst, line.unit) + " | " +
            with_unit(line.most, line.unit) + " | " + (line.fine ? "pass" : "FAIL") + " |\n";
  if (row.lines.empty())
    text = "| " + row.id + " | " + row.fault + " | " + row.why + " | | | | not measured |\n";
  return text;
}

}  // namespace shaddock::failures
