#include "admin/audit_log.h"

#include <utility>

#include "base/log_line.h"

namespace shaddock::admin {
namespace {

constexpr unsigned kPrivateFile = 0600;
constexpr net::Duration kBetweenRefusals{1000};

void add(std::string& line, std::string_view name, std::string_view value) {
  if (value.size() <= AuditLog::kLongestValue) return append_field(line, {name, value});
  append_field(line, {name, std::string(value.substr(0, AuditLog::kLongestValue)) + "..."});
}

}  // namespace

void AuditLog::ended(const Order& order, std::string_view problem) {
  write(order, problem.empty() ? "done" : problem);
}

void AuditLog::refused(const Order& order, std::string_view why) {
  const net::TimePoint now = host_.loop.now();
  if (now < quiet_until_) return void(++untold_);
  quiet_until_ = now + kBetweenRefusals;
  write(order, why, std::exchange(untold_, 0));
}

void AuditLog::write(const Order& order, std::string_view result, std::size_t untold) {
  std::string line;
  append_time(line, host_.loop.wall_clock());
  line += " order";
  add(line, "role", order.role);
  add(line, "user", order.user);
  add(line, "from", order.address);
  add(line, "verb", order.verb);
  add(line, "arguments", order.arguments);
  add(line, "result", result);
  if (untold != 0) add(line, "refused_meanwhile", std::to_string(untold));
  if (const auto done = host_.files.append(path_, line + '\n', kPrivateFile); !done.ok())
    log_.error("an order could not be written to the audit log", {{"reason", done.error().text}});
}

}  // namespace shaddock::admin
