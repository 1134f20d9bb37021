#include "admin/audit_log.h"

#include <chrono>
#include <ctime>

#include "admin/text_tail.h"

namespace shaddock::admin {
namespace {

constexpr unsigned kPrivateFile = 0600;

std::string time_text(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

void AuditLog::write(const Order& order, std::string_view problem) const {
  std::string line = time_text(host_.loop.wall_clock()) + ' ' + order.role + ' ' +
                     (order.user.empty() ? "-" : order.user) + ' ' + order.address + ' ' +
                     order.verb;
  if (!order.arguments.empty()) line += ' ' + order.arguments;
  line += problem.empty() ? ": done" : ": " + std::string(problem);
  static_cast<void>(host_.files.append(path_, printable(line, kLongest) + '\n', kPrivateFile));
}

}  // namespace shaddock::admin
