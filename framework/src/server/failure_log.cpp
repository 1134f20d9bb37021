#include "server/failure_log.h"

namespace shaddock::server {

void FailureLog::write(std::string_view event, const Error& error, std::string_view route,
                       const LogField& whose) noexcept try {
  cluster::LogLimit& limit = error.unexpected ? defects_ : refusals_;
  if (!limit.allow(clock_.now())) return;
  const auto level = error.unexpected ? &Logger::error : &Logger::info;
  if (const auto not_logged = limit.take_held_back(); not_logged != 0) {
    (log_.*level)("failures not logged", {{"count", not_logged}});
  }
  (log_.*level)(event, {{"route", route}, whose, {"code", error.code}, {"text", error.text}});
} catch (...) {
  // No memory for a line: the request ends all the same.
}

}  // namespace shaddock::server
