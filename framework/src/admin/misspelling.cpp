#include "admin/misspelling.h"

#include <algorithm>
#include <vector>

namespace shaddock::admin {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

// Optimal string alignment, without regard to case.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::vector<std::size_t>> rows(one.size() + 1,
                                             std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 0; i <= one.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= other.size(); ++j) rows[0][j] = j;
  const auto same = [&](std::size_t i, std::size_t j) {
    return lower(one[i - 1]) == lower(other[j - 1]);
  };
  for (std::size_t i = 1; i <= one.size(); ++i)
    for (std::size_t j = 1; j <= other.size(); ++j) {
      rows[i][j] =
          std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + !same(i, j)});
      if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j))
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  return rows.back().back();
}

std::size_t tolerance(std::string_view word) {
  return word.size() < 3 ? 0 : word.size() < 6 ? 1 : 2;
}

}  // namespace

std::string_view meant_by(std::string_view text, std::span<const std::string_view> words) {
  constexpr std::size_t kLongest = 64;
  std::string_view best;
  std::size_t nearest = 3;
  if (text.size() > kLongest) return best;
  for (const std::string_view word : words) {
    const std::size_t far = distance(text, word);
    if (far > tolerance(word) || far >= nearest) continue;
    best = word;
    nearest = far;
  }
  return best;
}

}  // namespace shaddock::admin
