#pragma once

#include <map>
#include <string>

// The points of each team. Knows no server, so that a test needs none.
class Scores {
 public:
  // The new total. Throws Error(400) unless 1 to 10 points are added.
  int add(const std::string& team, int points);

 private:
  std::map<std::string, int> points_;
};
