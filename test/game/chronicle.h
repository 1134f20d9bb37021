#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker.h"
#include "scribe.h"

namespace shaddock::game {

// What the scribes of all processes of a run have written, in the order in which it happened.
class Chronicle {
 public:
  // All files of the folder; a server's is named by the number of its life. An error names the file
  // and the line that cannot be read; a last line that was not finished is none.
  static Result<Chronicle> read(const std::string& folder);

  // What a run came to, besides what its checker found.
  struct Counts {
    std::map<int, std::uint64_t> answers;  // by code
    std::uint64_t requests = 0, pushes = 0, visits = 0, reconnects = 0;
  };
  // Tells the checker all of it, then what is settled: each life of `living` lives to the end, all
  // others ended with their last line. Time on the checker's clock is that of the event.
  Result<void> retell(Checker& checker, const std::vector<Life>& living);
  // Since the first line; for the checker's clock.
  sim::Instant now() const { return now_; }
  const Counts& counts() const { return counts_; }
  // What that server said last; the youngest life of each.
  const std::map<std::string, Figures>& figures() const { return figures_; }
  std::uint64_t lines() const { return lines_.size(); }

 private:
  struct Line {
    std::int64_t when = 0;  // nanoseconds
    std::string words;
  };
  Result<void> add_file(const std::string& path, Life life);
  // False: a line that cannot be read.
  bool tell(const std::string& words, Checker& checker, const std::vector<Life>& living);
  bool note(std::string_view event, std::string_view words);

  std::vector<Line> lines_;
  sim::Instant now_{0};
  Counts counts_;
  std::map<std::string, Figures> figures_;
  std::map<Life, std::vector<LinkNumber>> links_;  // that lived when the life last said so
  std::map<std::string, bool> came_before_;        // uids that have visited
};

}  // namespace shaddock::game
