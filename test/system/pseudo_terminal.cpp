#include "system/pseudo_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace shaddock::system_test {

PseudoTerminal::PseudoTerminal(const std::string& program,
                               const std::vector<std::string>& arguments, Size size) {
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  winsize window{};
  window.ws_row = size.rows;
  window.ws_col = size.columns;
  pid_ = ::forkpty(&descriptor_, nullptr, nullptr, &window);
  if (pid_ == 0) {
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("no pseudo terminal");
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  ::fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
}

PseudoTerminal::~PseudoTerminal() {
  if (!code_) {
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(descriptor_);
}

bool PseudoTerminal::look() {
  int status = 0;
  // Asked before the last bytes are read, so that none is missed.
  if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  char bytes[4096];
  for (ssize_t count; (count = ::read(descriptor_, bytes, sizeof bytes)) > 0;)
    shown_.append(bytes, static_cast<std::size_t>(count));
  return !code_;
}

void PseudoTerminal::press(char key) {
  if (::write(descriptor_, &key, 1) != 1) throw std::runtime_error("the terminal takes no key");
}

void PseudoTerminal::signal(int number) { ::kill(pid_, number); }

termios PseudoTerminal::settings() const {
  termios settings{};
  ::tcgetattr(descriptor_, &settings);
  return settings;
}

}  // namespace shaddock::system_test
