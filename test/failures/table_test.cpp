#include "table.h"

#include <doctest/doctest.h>

namespace shaddock::failures {
namespace {

Row row() { return {"F1", "a fault", false, nullptr}; }
std::vector<std::vector<Figure>> rounds(std::initializer_list<double> values, double most) {
  std::vector<std::vector<Figure>> all;
  for (const double value : values) all.push_back({{"back after", "ms", value, most}});
  return all;
}

TEST_CASE("a row says the median and the worst of its rounds, and passes by the worst") {
  CHECK(to_text(measured(row(), rounds({30, 10, 20, 50, 40}, 50))) ==
        "| F1 | a fault | back after | 30 ms | 50 ms | 50 ms | pass |\n");
  CHECK(to_text(measured(row(), rounds({30, 10, 20, 51, 40}, 50))) ==
        "| F1 | a fault | back after | 30 ms | 51 ms | 50 ms | FAIL |\n");
}

TEST_CASE("what never happened is the worst") {
  const Measured all = measured(row(), rounds({30, -1, 20}, 50));
  CHECK_FALSE(all.lines.front().fine);
  CHECK(to_text(all) == "| F1 | a fault | back after | 30 ms | never | 50 ms | FAIL |\n");
}

TEST_CASE("a row without rounds is not measured, and says why") {
  Measured none = measured(row(), {});
  none.why = "no nft";
  CHECK(to_text(none) == "| F1 | a fault | no nft | | | | not measured |\n");
}

}  // namespace
}  // namespace shaddock::failures
