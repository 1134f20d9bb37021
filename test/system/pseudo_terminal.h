#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

namespace shaddock::system_test {

// A program that runs in a terminal of its own. One thread; whoever waits calls look() again and
// again.
class PseudoTerminal {
 public:
  struct Size {
    unsigned short rows = 24, columns = 80;
  };
  PseudoTerminal(const std::string& program, const std::vector<std::string>& arguments, Size size);
  ~PseudoTerminal();  // kills what still runs
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  // Takes what the program has written by now; false when it has ended.
  bool look();
  // Everything that it has written, as it was sent to the terminal.
  const std::string& shown() const { return shown_; }
  void press(char key);
  void signal(int number);
  // How keys come: at once and unseen, or in lines.
  termios settings() const;
  // Once it has ended: its exit code, -1 for a signal.
  int code() const { return code_.value_or(-1); }

 private:
  int pid_ = -1, descriptor_ = -1;
  std::string shown_;
  std::optional<int> code_;
};

}  // namespace shaddock::system_test
