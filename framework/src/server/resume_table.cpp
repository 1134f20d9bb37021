#include "server/resume_table.h"

#include "base/crypto.h"

namespace shaddock::server {

Resumable::Resumable(ResumeTable& of, Client& client)
    : table(of), owner(&client), number(++of.last_number_), log(of.limits_.buffer) {
  secret = ResumeToken::make_secret(table.random_);
  table.by_number_.emplace(number, this);
}

Resumable::~Resumable() {
  table.by_number_.erase(number);
  table.bytes_ -= log.bytes();
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
  if (token.frontend != frontend_) return nullptr;
  const auto at = by_number_.find(token.number);
  return at != by_number_.end() && at->second->knows(token.secret) ? at->second : nullptr;
}

}  // namespace shaddock::server
