#include "server/output_guard.h"

#include <algorithm>
#include <utility>

namespace shaddock::server {

using WhenSlow = Settings::Connector::WhenSlow;

WhenSlow OutputGuard::policy(std::string_view route, std::size_t queued, bool pressed) const {
  if (keeps_all()) return WhenSlow::keep;
  if (has_room(queued, pressed))
    return kept_ && find_kept(route) != kept_->end() ? WhenSlow::keep_latest : WhenSlow::keep;
  const auto at = settings_.when_slow.find(route);
  if (at == settings_.when_slow.end()) return WhenSlow::keep;
  return at->second == WhenSlow::disconnect && has_room(queued) ? WhenSlow::keep : at->second;
}

OutputGuard::Kept::iterator OutputGuard::find_kept(std::string_view route) const {
  return std::find_if(kept_->begin(), kept_->end(),
                      [route](const auto& one) { return one.first == route; });
}

void OutputGuard::keep_latest(std::string_view route, const SharedBytes& package) {
  if (!kept_) kept_ = std::make_unique<Kept>();
  if (const auto older = find_kept(route); older != kept_->end()) kept_->erase(older);
  kept_->emplace_back(route, package);
}

SharedBytes OutputGuard::take_kept() {
  if (!kept_) return nullptr;
  SharedBytes package = std::move(kept_->front().second);
  kept_->erase(kept_->begin());
  if (kept_->empty()) kept_.reset();
  return package;
}

bool OutputGuard::begin_watch(net::TimePoint now, std::uint64_t written) {
  if (watched_since_ || settings_.limits.write_stall.count() == 0) return false;
  watched_since_ = now;
  written_ = written;
  return true;
}

void OutputGuard::watch(net::TimePoint now, std::size_t queued, std::uint64_t written) {
  if (queued == 0) {
    watched_since_.reset();
  } else if (!watched_since_ || written - written_ >= least_taken()) {
    watched_since_ = now;
    written_ = written;
  }
}

std::uint64_t OutputGuard::least_taken() const {
  const auto seconds = std::chrono::duration<double>(settings_.limits.write_stall).count();
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(seconds * kLeastRate));
}

std::optional<net::TimePoint> OutputGuard::stalled_at() const {
  const auto limit = settings_.limits.write_stall;
  if (!watched_since_ || limit.count() == 0) return std::nullopt;
  return *watched_since_ + limit;
}

}  // namespace shaddock::server
