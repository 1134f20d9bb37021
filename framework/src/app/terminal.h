#pragma once

#include <termios.h>

#include <optional>
#include <string_view>

namespace shaddock::app {

// The terminal of the process while it shows one screen: keys come at once and unseen, the cursor
// is hidden. Its end puts back what was there.
class Terminal {
 public:
  // Whether stdin and stdout are one.
  static bool is_there();

  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // The text instead of the one before; what has no room is cut.
  void show(std::string_view text);
  // A key that was pressed, if there is one.
  std::optional<char> key();

 private:
  termios before_{};
};

}  // namespace shaddock::app
