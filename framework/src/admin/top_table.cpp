#include "admin/top_table.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "admin/table.h"

namespace shaddock::admin {
namespace {

using Number = std::optional<std::uint64_t>;

// A second, from what grew; nothing when it began anew.
std::optional<double> rate(const Number& before, const Number& now, net::Duration time) {
  if (!before || !now || *now < *before || time.count() <= 0) return std::nullopt;
  return static_cast<double>(*now - *before) * 1000 / static_cast<double>(time.count());
}

std::string with_digits(const std::optional<double>& value, int digits) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, *value);
  return text;
}

}  // namespace

void TopTable::look(std::vector<RowMessage> rows, const std::vector<Number>& cpu,
                    net::TimePoint now) {
  rates_.clear();
  std::map<std::string, Seen> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowMessage& row = rows[i];
    const Seen current{row.pid, cpu[i], row.stats ? row.stats->requests : Number(), now};
    const auto before = seen_.find(row.id);
    Rates rates;
    if (before != seen_.end() && before->second.pid == row.pid) {
      const net::Duration time = now - before->second.when;
      rates.cpu = rate(before->second.cpu, current.cpu, time);
      if (rates.cpu) *rates.cpu /= 10;  // of milliseconds a second
      rates.requests = rate(before->second.requests, current.requests, time);
    }
    rates_.push_back(rates);
    seen.emplace(row.id, current);
  }
  seen_ = std::move(seen);
  rows_ = std::move(rows);
}

std::string TopTable::text() const {
  std::vector<std::vector<std::string>> lines{
      {"serverId", "state", "connections", "cpu%", "rss(M)", "requests/s", "uptime"}};
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const RowMessage& row = rows_[i];
    const bool process = row.stats && shows_process(rows_, i);
    lines.push_back({row.id, row.state,
                     row.stats && row.frontend ? std::to_string(row.stats->connections) : "-",
                     process ? with_digits(rates_[i].cpu, 1) : "-",
                     process ? megabytes(row.stats->resident_bytes) : "-",
                     with_digits(rates_[i].requests, 0),
                     row.stats ? format_uptime(row.stats->uptime_ms) : "-"});
  }
  return in_columns(lines);
}

Json TopTable::json() const {
  Json json = to_json(rows_);
  Json servers = json.at("servers");
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Json& server = servers.as_array()[i];
    if (rates_[i].cpu) server.set("cpu", *rates_[i].cpu);
    if (rates_[i].requests) server.set("requestRate", *rates_[i].requests);
  }
  json.set("servers", std::move(servers));
  return json;
}

// Behind the name, which may hold anything, the 12th and 13th are the ticks of user and system.
std::optional<std::uint64_t> cpu_time(net::Files& files, int pid) {
  if (pid == 0) return std::nullopt;
  const auto text = files.read("/proc/" + std::to_string(pid) + "/stat");
  if (!text || !*text) return std::nullopt;
  std::size_t at = (*text)->rfind(')');
  for (int i = 0; i < 12 && at != std::string::npos; ++i) at = (*text)->find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  unsigned long long user = 0, system = 0;
  if (std::sscanf((*text)->c_str() + at, "%llu %llu", &user, &system) != 2) return std::nullopt;
  return (user + system) * 1000 / static_cast<unsigned long long>(::sysconf(_SC_CLK_TCK));
}

}  // namespace shaddock::admin
