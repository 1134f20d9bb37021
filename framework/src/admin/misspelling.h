#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shaddock::admin {

// The word that `text` was most likely meant to be: equal but for case, or one or two letters (by
// its length) added, left out, changed or exchanged. Empty when there is none.
std::string_view meant_by(std::string_view text, std::span<const std::string_view> words);

}  // namespace shaddock::admin
