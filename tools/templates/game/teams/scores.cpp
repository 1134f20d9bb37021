#include "teams/scores.h"

#include <shaddock/error.h>

int Scores::add(const std::string& team, int points) {
  if (points < 1 || points > 10) throw shaddock::Error(400, "points: 1 to 10");
  return points_[team] += points;
}
