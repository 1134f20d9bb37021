#include "server/restarts.h"

#include <utility>
#include <vector>

namespace shaddock::server {

Restarts::Restarts(net::TimerWheel& timers, const cluster::Directory& directory, std::size_t most,
                   std::size_t most_bytes)
    : timers_(timers),
      directory_(directory),
      most_(most),
      most_bytes_(most_bytes),
      timer_(timers, [this] { on_time(); }) {}

void Restarts::drains(const cluster::Identity& server) {
  leavers_[server.id] = {server.incarnation, std::nullopt};
}

void Restarts::lost(const cluster::Identity& server) {
  const auto at = leavers_.find(server.id);
  if (at != leavers_.end() && at->second.incarnation == server.incarnation)
    at->second.lost_at = timers_.now();
}

void Restarts::linked(const cluster::Identity& server) {
  const auto at = leavers_.find(server.id);
  if (at == leavers_.end()) return;
  if (at->second.incarnation < server.incarnation)
    leavers_.erase(at);
  else
    at->second.lost_at.reset();
}

void Restarts::arrives(const ServerInfo& server) {
  Leaver& earlier = leavers_[server.id];
  if (server.incarnation != 0) earlier.incarnation = server.incarnation - 1;
  earlier.lost_at = timers_.now();
}

bool Restarts::expects(const ServerInfo& server) const {
  const auto at = leavers_.find(server.id);
  if (at == leavers_.end() || directory_.find(server.id) == nullptr) return false;
  return !at->second.lost_at || timers_.now() - *at->second.lost_at <= kPatience;
}

const ServerInfo* Restarts::expected(std::string_view type) const {
  for (const auto& [id, leaver] : leavers_) {
    const ServerInfo* const server = directory_.find(id);
    if (server != nullptr && server->type == type && expects(*server)) return server;
  }
  return nullptr;
}

bool Restarts::hold(std::string_view type, std::uint64_t owner, std::size_t bytes,
                    net::TimePoint until, Work work) {
  constexpr std::size_t kShares = 16;
  Load& load = loads_[std::string(type)];
  if (!load.fits(bytes, most_, most_bytes_)) return false;
  if (owner != 0) {
    Load& share = shares_[owner];
    const std::size_t most = std::max<std::size_t>(most_ / kShares, 1);
    if (!share.fits(bytes, most, most_bytes_ / kShares) && share.count != 0) return false;
    ++share.count;
    share.bytes += bytes;
  }
  ++load.count;
  load.bytes += bytes;
  held_.push_back({std::string(type), owner, bytes, until, std::move(work)});
  if (!timer_.active() || until < timer_.deadline()) timer_.start(until - timers_.now());
  return true;
}

// What holds itself again comes behind those that were not tried yet, all of which come before it
// in the next round.
void Restarts::run(Now now) {
  for (std::size_t left = held_.size(); left > 0 && !held_.empty(); --left) {
    Held first = std::move(held_.front());
    held_.pop_front();
    end(std::move(first), now);
  }
}

void Restarts::put_down(Load& load, std::size_t bytes) {
  --load.count;
  load.bytes -= bytes;
}

void Restarts::end(Held held, Now now) {
  put_down(loads_[held.type], held.bytes);
  if (const auto share = shares_.find(held.owner); share != shares_.end()) {
    put_down(share->second, held.bytes);
    if (share->second.count == 0) shares_.erase(share);
  }
  held.work(now);
}

void Restarts::on_time() {
  std::vector<Held> late;
  for (Held& held : held_)
    if (held.until <= timers_.now()) late.push_back(std::move(held));
  std::erase_if(held_, [](const Held& held) { return !held.work; });
  arm();
  for (Held& held : late) end(std::move(held), Now::give_up);
}

void Restarts::arm() {
  const auto sooner = [](const Held& one, const Held& other) { return one.until < other.until; };
  const auto first = std::min_element(held_.begin(), held_.end(), sooner);
  if (first != held_.end()) timer_.start(first->until - timers_.now());
}

}  // namespace shaddock::server
