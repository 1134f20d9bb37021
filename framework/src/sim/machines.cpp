#include "sim/machines.h"

#include <algorithm>

namespace shaddock::sim {

namespace {

constexpr std::uint16_t kFirstLent = 32768, kLastLent = 60999;  // as Linux does

bool overlap(const net::IpAddress& a, const net::IpAddress& b) {
  if (a == b || a == kEvery || b == kEvery) return true;
  return (a == kEveryV4 && b.is_v4()) || (b == kEveryV4 && a.is_v4());
}

}  // namespace

std::optional<net::IpAddress> ip_of(const std::string& host) {
  if (host.empty()) return kEvery;
  if (host == "localhost") return kLoopback;
  return net::parse_ip(host);
}

template <class Holder>
std::optional<std::uint16_t> Ports<Holder>::hold(const net::IpAddress& ip, std::uint16_t port,
                                                 Holder& holder) {
  if (port == 0) {
    const auto free = lend();
    if (free) held_[*free].push_back({ip, &holder});
    return free;
  }
  auto& held = held_[port];
  const auto same = [&](const Held& other) { return overlap(other.ip, ip); };
  if (std::any_of(held.begin(), held.end(), same)) return std::nullopt;
  held.push_back({ip, &holder});
  if (uses_.empty()) uses_.resize(65536);
  ++uses_[port];
  return port;
}

template <class Holder>
void Ports<Holder>::release(const Holder& holder, std::uint16_t port) {
  auto& held = held_[port];
  std::erase_if(held, [&](const Held& one) { return one.holder == &holder; });
  if (held.empty()) held_.erase(port);
  give_back(port);
}

template <class Holder>
Holder* Ports<Holder>::find(const net::IpAddress& ip, std::uint16_t port) const {
  const auto found = held_.find(port);
  if (found == held_.end()) return nullptr;
  for (const Held& one : found->second) {
    if (overlap(one.ip, ip)) return one.holder;
  }
  return nullptr;
}

template <class Holder>
std::optional<std::uint16_t> Ports<Holder>::lend() {
  if (uses_.empty()) uses_.resize(65536);
  for (int tries = kFirstLent; tries <= kLastLent; ++tries) {
    last_ = last_ == kLastLent ? kFirstLent : static_cast<std::uint16_t>(last_ + 1);
    if (uses_[last_] != 0) continue;
    ++uses_[last_];
    return last_;
  }
  return std::nullopt;
}

template class Ports<ListeningPort>;
template class Ports<DatagramPort>;

std::string Machines::plain(const std::string& name) {
  const auto ip = net::parse_ip(name);
  return ip ? net::to_string(*ip) : name;
}

Machine& Machines::named(const std::string& name) {
  auto& machine = machines_[plain(name)];
  if (!machine) {
    machine = std::make_unique<Machine>(plain(name));
    if (machine->ip) by_ip_[*machine->ip] = machine.get();
  }
  return *machine;
}

Machine* Machines::reached(Machine& from, const net::IpAddress& ip) const {
  if (is_loopback(ip) || ip == from.ip) return &from;
  const auto found = by_ip_.find(ip);
  return found == by_ip_.end() ? nullptr : found->second;
}

}  // namespace shaddock::sim
