#include "server/admission.h"

#include <cassert>
#include <utility>

namespace shaddock::server {

Result<std::unique_ptr<Admission>> Admission::create(const Limits& limits,
                                                     const net::TimerWheel& clock,
                                                     Counters& counters, std::uint64_t seed) {
  std::unique_ptr<Admission> admission(new Admission(limits, clock, counters, seed));
  const struct {
    const char* name;
    const std::vector<std::string>& rows;
    net::CidrList& list;
  } lists[] = {{"limits.trusted", limits.trusted, admission->trusted_},
               {"limits.blocked", limits.blocked, admission->blocked_}};
  for (const auto& [name, rows, list] : lists) {
    auto parsed = net::CidrList::parse(rows);
    if (!parsed) return Error(parsed.error().code, std::string(name) + ": " + parsed.error().text);
    list = std::move(parsed).value();
  }
  return admission;
}

Admission::Admission(const Limits& limits, const net::TimerWheel& clock, Counters& counters,
                     std::uint64_t seed)
    : clock_(clock),
      counters_(counters),
      most_connections_(limits.connections),
      most_half_open_(limits.half_open),
      visitors_({limits.per_address, limits.new_per_address, limits.new_burst}, seed) {}

Admission::~Admission() { assert(connections() == 0); }

std::optional<Admission::Place> Admission::admit(const net::IpAddress& address, Peer peer) {
  if (blocked_.contains(address)) return refuse(Count::refused_blocked), std::nullopt;
  if (most_connections_ != 0 && connections() >= most_connections_)
    return refuse(Count::refused_full), std::nullopt;
  std::optional<Visitors::Visitor> visitor;
  if (peer == Peer::client && !enter(address, visitor)) return std::nullopt;
  if (most_half_open_ != 0 && half_open_.size() >= most_half_open_) drop_oldest();
  counters_.add(Count::accepted);
  return Place(*this, visitor);
}

bool Admission::refuse(Count reason) {
  counters_.add(reason);
  refusal_ = reason;
  return false;
}

bool Admission::enter(const net::IpAddress& address, std::optional<Visitors::Visitor>& visitor) {
  visitor.reset();
  if (trusted_.contains(address)) return true;
  Visitors::Visitor entered;
  switch (visitors_.enter(address, clock_.now(), entered)) {
    case Visitors::Verdict::too_many:
      return refuse(Count::refused_per_address);
    case Visitors::Verdict::too_fast:
      return refuse(Count::refused_new);
    case Visitors::Verdict::welcome:
      break;
  }
  visitor = entered;
  return true;
}

void Admission::drop_oldest() {
  const Guest oldest = half_open_.front();
  oldest.place->complete();  // it may take a while to go, but is in nobody's way any more
  counters_.add(Count::dropped_half_open);
  if (oldest.owner != nullptr) oldest.owner->make_room();
}

Admission::Place::Place(Admission& admission, std::optional<Visitors::Visitor> visitor)
    : admission_(&admission),
      guest_(admission.half_open_.insert(admission.half_open_.end(), Guest{this})),
      half_open_(true) {
  count_for(visitor);
}

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  if (this == &other) return *this;
  leave();
  take(other);
  return *this;
}

void Admission::Place::take(Place& other) noexcept {
  admission_ = std::exchange(other.admission_, nullptr);
  visitor_ = other.visitor_;
  guest_ = other.guest_;
  counted_ = std::exchange(other.counted_, false);
  half_open_ = std::exchange(other.half_open_, false);
  if (half_open_) guest_->place = this;
}

void Admission::Place::leave() noexcept {
  if (admission_ == nullptr) return;
  complete();
  count_for(std::nullopt);
  --admission_->settled_;
}

void Admission::Place::count_for(std::optional<Visitors::Visitor> visitor) {
  if (counted_) admission_->visitors_.leave(visitor_, admission_->clock_.now());
  counted_ = visitor.has_value();
  if (visitor) visitor_ = *visitor;
}

void Admission::Place::complete() {
  if (!std::exchange(half_open_, false)) return;
  admission_->half_open_.erase(guest_);
  ++admission_->settled_;
}

bool Admission::Place::move_to(const net::IpAddress& address) {
  if (admission_->blocked_.contains(address)) return admission_->refuse(Count::refused_blocked);
  if (counted_ && admission_->visitors_.is(visitor_, address)) return true;
  std::optional<Visitors::Visitor> next;
  if (!admission_->enter(address, next)) return false;
  count_for(next);
  return true;
}

}  // namespace shaddock::server
