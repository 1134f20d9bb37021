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
  Guest guest;
  if (peer == Peer::client && !enter(address, guest.visitor)) return std::nullopt;
  if (most_half_open_ != 0 && half_open_.size() >= most_half_open_) drop_oldest();
  counters_.add(Count::accepted);
  return Place(*this, half_open_.insert(half_open_.end(), guest));
}

bool Admission::refuse(Count reason) {
  counters_.add(reason);
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

bool Admission::move(Guest& guest, const net::IpAddress& address) {
  if (blocked_.contains(address)) return refuse(Count::refused_blocked);
  if (guest.visitor && visitors_.is(*guest.visitor, address)) return true;
  std::optional<Visitors::Visitor> next;
  if (!enter(address, next)) return false;
  if (guest.visitor) visitors_.leave(*guest.visitor, clock_.now());
  guest.visitor = next;
  return true;
}

void Admission::settle(Entry guest) {
  if (!std::exchange(guest->half_open, false)) return;
  settled_.splice(settled_.end(), half_open_, guest);
}

void Admission::drop_oldest() {
  const Entry oldest = half_open_.begin();
  HalfOpen* owner = oldest->owner;
  settle(oldest);  // it may take a while to go, but is in nobody's way any more
  counters_.add(Count::dropped_half_open);
  if (owner != nullptr) owner->make_room();
}

void Admission::leave(Entry guest) {
  if (guest->visitor) visitors_.leave(*guest->visitor, clock_.now());
  (guest->half_open ? half_open_ : settled_).erase(guest);
}

Admission::Place::Place(Place&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), guest_(other.guest_) {}

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  std::swap(admission_, other.admission_);
  std::swap(guest_, other.guest_);
  return *this;
}

Admission::Place::~Place() {
  if (admission_ != nullptr) admission_->leave(guest_);
}

void Admission::Place::complete() { admission_->settle(guest_); }

bool Admission::Place::move_to(const net::IpAddress& address) {
  return admission_->move(*guest_, address);
}

}  // namespace shaddock::server
