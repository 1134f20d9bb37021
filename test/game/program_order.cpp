#include "program_order.h"

#include <shaddock/error.h>

namespace shaddock::game {

namespace {

// Sessions that go on elsewhere wait for answers that come sooner.
constexpr sim::Instant kWait{1'400'000};

}  // namespace

void ProgramOrder::asked(Visit visit, Number number) { visitors_[visit].waiting.insert(number); }

// A request whose end came from elsewhere, since its link was lost, has no answer to stand between.
void ProgramOrder::framed(Visit visit, Number number, PushId before, PushId after) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end() || !at->second.waiting.contains(number)) return;
  Visitor& visitor = at->second;
  if (visitor.under_way.contains(number) && findings_.now() - visitor.turned > kWait) return;
  visitor.before[number] = before;
  visitor.after[after] = number;
}

void ProgramOrder::turned_to(Visit visit, std::string_view) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return;
  at->second.under_way = at->second.waiting;
  at->second.turned = findings_.now();
}

void ProgramOrder::heard(Visit visit, PushId push) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return;
  Visitor& visitor = at->second;
  std::erase_if(visitor.before, [&](const auto& one) { return one.second == push; });
  const auto after = visitor.after.find(push);
  if (after == visitor.after.end()) return;
  findings_.add("G4", name(visit, after->second),
                name(push) + " was made after the answer and came before it");
  visitor.after.erase(after);
}

void ProgramOrder::answered(Visit visit, Number number, int code) {
  const auto at = visitors_.find(visit);
  if (at == visitors_.end()) return;
  Visitor& visitor = at->second;
  visitor.waiting.erase(number);
  const auto before = visitor.before.find(number);
  if (before != visitor.before.end()) {
    if (code == code::kOk)
      findings_.add(
          "G4", name(visit, number),
          name(before->second) + " was made before the answer and did not come before it");
    visitor.before.erase(before);
  }
  std::erase_if(visitor.after, [&](const auto& one) { return one.second == number; });
}

void ProgramOrder::ended(Visit visit, std::string_view) { visitors_.erase(visit); }

}  // namespace shaddock::game
