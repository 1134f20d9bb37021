#include "checker.h"

#include "answers.h"
#include "attendance.h"
#include "calm.h"
#include "deliveries.h"
#include "endings.h"
#include "membership.h"
#include "papers.h"
#include "planned_stops.h"
#include "program_order.h"
#include "prompt.h"
#include "request_order.h"
#include "single_owner.h"

namespace shaddock::game {

Checker::Checker(Findings::Clock clock, const Expectations& expectations)
    : findings_(std::move(clock)) {
  guarantees_.push_back(std::make_unique<Answers>(findings_));
  guarantees_.push_back(std::make_unique<RequestOrder>(findings_));
  guarantees_.push_back(std::make_unique<Deliveries>(findings_, expectations.restarts));
  guarantees_.push_back(std::make_unique<ProgramOrder>(findings_));
  guarantees_.push_back(std::make_unique<Endings>(findings_));
  guarantees_.push_back(std::make_unique<Membership>(findings_, expectations.links_live));
  guarantees_.push_back(
      std::make_unique<Attendance>(findings_, expectations.links_live, expectations.news));
  guarantees_.push_back(std::make_unique<Papers>(findings_));
  guarantees_.push_back(
      std::make_unique<SingleOwner>(findings_, expectations.calm || expectations.restarts));
  guarantees_.push_back(std::make_unique<Calm>(findings_, expectations.calm, expectations.stops));
  if (expectations.stops)
    guarantees_.push_back(std::make_unique<PlannedStops>(findings_, expectations.restarts));
  if (expectations.longest_wait.count() != 0)
    guarantees_.push_back(std::make_unique<Prompt>(findings_, expectations.longest_wait));
}

}  // namespace shaddock::game
