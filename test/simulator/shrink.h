#pragma once

#include <algorithm>
#include <functional>
#include <vector>

namespace shaddock::simulator {

// As few of the parts as still fail, in their order: halves are left out, then quarters, and so on
// to single parts, as long as what is left fails. What comes back fails, and does not when any one
// of its parts is left out, unless `fails` is of two minds.
template <class T>
std::vector<T> shrink(std::vector<T> parts,
                      const std::function<bool(const std::vector<T>&)>& fails) {
  std::size_t length = std::max<std::size_t>(parts.size() / 2, 1);
  while (!parts.empty()) {
    bool smaller = false;
    for (std::size_t from = 0; from < parts.size();) {
      std::vector<T> less(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(from));
      const std::size_t rest = std::min(from + length, parts.size());
      less.insert(less.end(), parts.begin() + static_cast<std::ptrdiff_t>(rest), parts.end());
      if (fails(less)) {
        parts = std::move(less);
        smaller = true;
      } else {
        from += length;
      }
    }
    if (length > 1)
      length /= 2;
    else if (!smaller)
      break;
  }
  return parts;
}

}  // namespace shaddock::simulator
