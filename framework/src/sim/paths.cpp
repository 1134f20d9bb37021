#include "sim/paths.h"

namespace shaddock::sim {

namespace {

constexpr std::string_view kAny = "*";

bool covers(const std::string& name, const std::string& other) {
  return name == kAny || name == other;
}

}  // namespace

bool Paths::matches(const std::string& rule_from, const std::string& rule_to,
                    const std::string& from, const std::string& to) {
  if (from == to && (rule_from == kAny) != (rule_to == kAny)) return false;
  return covers(rule_from, from) && covers(rule_to, to);
}

PathState& Paths::between(const std::string& from, const std::string& to) {
  const auto [found, is_new] = states_.try_emplace({from, to});
  if (is_new) {
    for (const Rule& rule : rules_) {
      if (matches(rule.from, rule.to, from, to)) apply(rule, found->second);
    }
  }
  return found->second;
}

void Paths::set(const std::string& from, const std::string& to, const Path& path) {
  add({from, to, path});
}

void Paths::cut(const std::string& from, const std::string& to, Instant now) {
  add({from, to, std::nullopt, true, now});
}

void Paths::mend(const std::string& from, const std::string& to) {
  add({from, to, std::nullopt, false});
}

void Paths::add(Rule rule) {
  for (auto& [ends, state] : states_) {
    if (matches(rule.from, rule.to, ends.first, ends.second)) apply(rule, state);
  }
  const bool for_all = rule.from == kAny && rule.to == kAny;
  std::erase_if(rules_, [&](const Rule& old) {
    if (old.path.has_value() != rule.path.has_value()) return false;
    return for_all || (old.from == rule.from && old.to == rule.to);
  });
  rules_.push_back(std::move(rule));
}

void Paths::apply(const Rule& rule, PathState& state) {
  if (rule.path) {
    state.path = *rule.path;
  } else if (rule.cut != state.cut) {
    state.cut = rule.cut;
    if (rule.cut)
      state.cut_since = rule.when;
    else
      ++state.mended;
  }
}

}  // namespace shaddock::sim
