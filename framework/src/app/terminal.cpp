#include "app/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace shaddock::app {
namespace {

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

bool Terminal::is_there() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

Terminal::Terminal() {
  ::tcgetattr(STDIN_FILENO, &before_);
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  write("\x1b[?1049h\x1b[?25l");
}

Terminal::~Terminal() {
  write("\x1b[?25h\x1b[?1049l");
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void Terminal::show(std::string_view text) {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  std::string screen = "\x1b[H";
  for (unsigned row = 0; !text.empty() && (!known || row + 1 < size.ws_row); ++row) {
    const std::string_view line = text.substr(0, text.find('\n'));
    screen.append(known ? line.substr(0, size.ws_col) : line).append("\x1b[K\r\n");
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  write(screen + "\x1b[J");
}

std::optional<char> Terminal::key() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char key = 0;
  if (::poll(&input, 1, 0) != 1 || ::read(STDIN_FILENO, &key, 1) != 1) return std::nullopt;
  return key;
}

}  // namespace shaddock::app
