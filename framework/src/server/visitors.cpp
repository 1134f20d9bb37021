#include "server/visitors.h"

namespace shaddock::server {
namespace {

net::IpAddress network_of(const net::IpAddress& address) {
  return address.is_v4() ? address : net::IpAddress{address.high, 0};
}

// The finish of splitmix64: every bit of the result depends on every bit of the value.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

}  // namespace

std::size_t Visitors::Hash::operator()(const net::IpAddress& network) const {
  return mix(mix(network.high ^ seed) + network.low);
}

Visitors::Visitors(const Limits& limits, std::uint64_t seed)
    : limits_(limits), by_network_(0, Hash{seed}) {}

Visitors::Verdict Visitors::enter(const net::IpAddress& address, net::TimePoint now,
                                  Visitor& visitor) {
  forget_idle(now);
  const Visitor found = find_or_add(network_of(address));
  if (limits_.connections != 0 && found->connections >= limits_.connections)
    return Verdict::too_many;
  if (!found->fresh.take(now)) {
    if (found->connections == 0) idle_.splice(idle_.end(), idle_, found);
    return Verdict::too_fast;
  }
  if (found->connections++ == 0) connected_.splice(connected_.end(), idle_, found);
  visitor = found;
  return Verdict::welcome;
}

void Visitors::leave(Visitor visitor, net::TimePoint now) {
  if (--visitor->connections == 0) idle_.splice(idle_.end(), connected_, visitor);
  forget_idle(now);
}

bool Visitors::is(Visitor visitor, const net::IpAddress& address) const {
  return visitor->network == network_of(address);
}

Visitors::Visitor Visitors::find_or_add(const net::IpAddress& network) {
  if (const auto found = by_network_.find(network); found != by_network_.end())
    return found->second;
  if (by_network_.size() >= limits_.remembered && !idle_.empty()) forget_oldest();
  idle_.push_back({network, TokenBucket(limits_.new_per_second, limits_.new_burst)});
  return by_network_.emplace(network, std::prev(idle_.end())).first->second;
}

// A few at a time, so that no call takes long; more than can be added, so that all go in the end.
void Visitors::forget_idle(net::TimePoint now) {
  constexpr int kAtOnce = 4;
  for (int i = 0; i < kAtOnce && !idle_.empty() && idle_.front().fresh.full(now); ++i)
    forget_oldest();
}

void Visitors::forget_oldest() {
  by_network_.erase(idle_.front().network);
  idle_.pop_front();
}

}  // namespace shaddock::server
