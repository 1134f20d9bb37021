#include "net/local_listeners.h"

#include <algorithm>
#include <utility>

#include "net/ip_address.h"

namespace shaddock::net {

namespace {

constexpr int kFirstPort = 49'152, kPorts = 16'384;  // of what the system gives to who connects

bool is_loopback(const std::string& host) {
  const auto ip = parse_ip(host);
  if (!ip) return false;
  return ip->is_v4() ? (ip->low >> 24 & 0xFF) == 127 : *ip == IpAddress{0, 1};
}

}  // namespace

void LocalAcceptor::accept(std::unique_ptr<Stream> stream) {
  ++running_;
  on_accept_(std::move(stream));
  if (--running_ == 0 && !open_) on_accept_ = nullptr;
}

void LocalAcceptor::close() {
  open_ = false;
  if (running_ == 0) on_accept_ = nullptr;
}

Address LocalListeners::canonical(const Address& address) {
  if (address.host == "localhost") return {"127.0.0.1", address.port};
  const auto ip = parse_ip(address.host);
  if (!ip) return address;
  if (*ip == IpAddress{} || *ip == *parse_ip("0.0.0.0")) return {"", address.port};
  return {to_string(*ip), address.port};
}

std::optional<LocalListeners::Place> LocalListeners::add(Entry entry) {
  entry.asked = canonical(entry.asked);
  const std::lock_guard lock(mutex_);
  for (const Entry& other : entries_) {
    if (other.kind != entry.kind || other.asked.port != entry.asked.port) continue;
    const bool all = other.asked.host.empty() || entry.asked.host.empty();
    if (all || other.asked.host == entry.asked.host) return std::nullopt;
  }
  return entries_.insert(entries_.end(), std::move(entry));
}

void LocalListeners::remove(Place place) {
  Entry removed;  // destroyed when the lock is no longer held
  const std::lock_guard lock(mutex_);
  removed = std::move(*place);
  entries_.erase(place);
}

bool LocalListeners::answers(const Entry& entry, const Address& dialled) const {
  if (entry.asked.port != dialled.port) return false;
  if (entry.asked.host == dialled.host) return true;
  return entry.asked.host.empty() && (owns_all_hosts_ || is_loopback(dialled.host));
}

std::optional<LocalListeners::Entry> LocalListeners::find(Kind kind, const Address& dialled) const {
  const Address wanted = canonical(dialled);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.kind == kind && answers(entry, wanted);
  });
  return found == entries_.end() ? std::nullopt : std::optional(*found);
}

int LocalListeners::next_port() {
  const std::lock_guard lock(mutex_);
  last_port_ = (last_port_ + 1) % kPorts;
  return kFirstPort + last_port_;
}

}  // namespace shaddock::net
