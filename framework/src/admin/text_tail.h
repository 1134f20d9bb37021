#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shaddock::admin {

// The text as a terminal may show it: control characters are blanks, bytes that are not UTF-8
// question marks. Cut between two characters.
std::string printable(std::string_view text, std::size_t longest);

// The last lines of a text that are not blank, oldest first, each cut to `longest` bytes and
// without control characters: fit for a terminal, whatever a process wrote.
std::vector<std::string> last_lines(std::string_view text, std::size_t most,
                                    std::size_t longest = 500);

}  // namespace shaddock::admin
