#pragma once
// One line a second that tells how the run goes. On a terminal the line is rewritten in place,
// elsewhere (a file, a pipe) each is a line of its own.
//
//    12 s     41,152/s   p50  812 us   p99 2.31 ms   errors 0   in flight 1,000
//
// Owned and called by one thread.

#include <iosfwd>
#include <string>
#include <string_view>

#include "result.h"

namespace shaddock::load {

class Progress {
 public:
  // With has_rate false the count of a second is told as it is, as how many are there. The stream
  // has to outlive this.
  Progress(std::ostream& out, bool terminal, bool has_rate = true);

  void show(const Second& second);
  // What is done before or after the window: "connecting: 4,000 of 10,000".
  void note(std::string_view text);
  // Leaves the last line standing; what is printed next begins a line.
  void end();

 private:
  std::ostream& out_;
  bool terminal_;
  bool has_rate_;
  bool open_ = false;
  std::uint64_t errors_ = 0;
};

}  // namespace shaddock::load
