#pragma once

#include <string>
#include <string_view>

namespace shaddock::load {

// Any text for a place between tags or inside a quoted attribute. What is no UTF-8, and control
// characters but line breaks and tabs, become U+FFFD.
std::string html_text(std::string_view text);

}  // namespace shaddock::load
