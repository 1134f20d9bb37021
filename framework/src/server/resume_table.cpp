#include "server/resume_table.h"

#include <utility>

#include "base/crypto.h"

namespace shaddock::server {

Resumable::Resumable(ResumeTable& of, Client& client)
    : table(of), owner(&client), number(++of.last_number_), log(of.limits_.buffer) {
  secret = ResumeToken::make_secret(table.random_);
  table.by_number_.emplace(number, this);
}

Resumable::~Resumable() {
  forget_tokens();
  table.bytes_ -= log.bytes();
}

void Resumable::forget_tokens() {
  table.by_number_.erase(number);
  if (!came_as_.empty()) table.came_.erase(std::exchange(came_as_, {}));
}

void Resumable::use_up() {
  shown.clear();
  if (!came_as_.empty()) table.came_.erase(std::exchange(came_as_, {}));
}

void Resumable::came_with(const ResumeToken& token) {
  shown = token.secret;
  came_as_ = token.name();
  table.came_.insert_or_assign(came_as_, this);
  if (token.frontend == table.frontend_) table.gone_.erase(token.number);
}

void Resumable::go(const std::string& frontend, net::TimePoint now) {
  forget_tokens();
  auto& gone = table.gone_;
  while (!gone.empty() &&
         (gone.begin()->second.until < now || gone.size() >= ResumeTable::kMostGone))
    gone.erase(gone.begin());
  gone[number] = {frontend, now + table.limits_.keep};
}

void Resumable::settle(std::size_t bytes_before) { table.bytes_ += log.bytes() - bytes_before; }

void Resumable::keep(const SharedBytes& package) {
  const std::size_t before = log.bytes();
  if (table.bytes_ + ResumeLog::weight(package) > table.limits_.bytes) log.lose();
  log.add(package);
  settle(before);
}

bool Resumable::acknowledge(std::uint32_t count) {
  const std::size_t before = log.bytes();
  const bool sent = log.acknowledge_low(count);
  settle(before);
  return sent;
}

bool Resumable::knows(std::string_view other) const {
  const bool newest = constant_time_equal(other, secret);
  const bool last = constant_time_equal(other, shown);
  return newest || last;
}

void Resumable::renew(std::string_view shown_now) {
  shown = std::string(shown_now);
  secret = ResumeToken::make_secret(table.random_);
}

std::string Resumable::token() const { return ResumeToken{table.frontend_, number, secret}.text(); }

Resumable* ResumeTable::find(const ResumeToken& token) const {
  Resumable* known = nullptr;
  if (token.frontend == frontend_) {
    const auto at = by_number_.find(token.number);
    if (at != by_number_.end()) known = at->second;
  }
  if (const auto at = came_.find(token.name()); known == nullptr && at != came_.end())
    known = at->second;
  return known != nullptr && known->knows(token.secret) ? known : nullptr;
}

std::string ResumeTable::gone_to(const ResumeToken& token) const {
  const auto at = gone_.find(token.number);
  return token.frontend == frontend_ && at != gone_.end() ? at->second.frontend : std::string();
}

}  // namespace shaddock::server
