#include "server/restarts.h"

#include <utility>

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

bool Restarts::hold(std::string_view type, std::size_t bytes, net::TimePoint since, Work work) {
  Load& load = loads_[std::string(type)];
  if (load.count >= most_ || load.bytes + bytes > most_bytes_) return false;
  ++load.count;
  load.bytes += bytes;
  held_.push_back({std::string(type), bytes, since + kPatience, std::move(work)});
  if (!timer_.active()) timer_.start(held_.back().until - timers_.now());
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

void Restarts::end(Held held, Now now) {
  Load& load = loads_[held.type];
  --load.count;
  load.bytes -= held.bytes;
  held.work(now);
}

void Restarts::on_time() {
  while (!held_.empty() && held_.front().until <= timers_.now()) {
    Held late = std::move(held_.front());
    held_.pop_front();
    end(std::move(late), Now::give_up);
  }
  if (!held_.empty()) timer_.start(held_.front().until - timers_.now());
}

}  // namespace shaddock::server
