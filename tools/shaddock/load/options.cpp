#include "options.h"

#include <algorithm>
#include <charconv>

#include "id_ring.h"
#include "protocol/message.h"
#include "text_template.h"

namespace shaddock::load {
namespace {

constexpr std::uint64_t kMostExpectations = 100'000'000;  // 400 MB

bool is_route(const std::string& route) {
  return !route.empty() && route.size() <= protocol::kMaxRoute;
}

std::string problem_of_room(const Options& options) {
  if (!is_route(options.call.route)) return "--say takes ROUTE=BODY";
  if (!is_route(options.push)) return "--push names the route that is heard";
  const TextTemplate heard(options.heard.value_or(options.call.body));
  if (!heard.names_client() || !heard.names_n())
    return "the body of --say, or --heard, must hold {client} and {n}, which tell what was heard";
  if (options.rooms > options.clients) return "there are more --rooms than --clients";
  const auto expectations = static_cast<std::uint64_t>(options.clients) *
                            static_cast<std::uint64_t>(options.senders_per_room());
  if (expectations > kMostExpectations) return "too many members and senders: use --senders";
  return {};
}

std::string problem_of_storm(const Options& options) {
  if (options.gate && !is_route(options.query.route)) return "--gate goes with --query ROUTE=BODY";
  if (!options.gate && !options.query.route.empty()) return "--query goes with --gate";
  if (!options.gate && options.targets.empty()) return "--url or --gate is required";
  return {};
}

std::string problem_of_numbers(const Options& options) {
  if (options.clients < 1) return "--clients: 1 or more";
  if (options.threads < 1 || options.threads > 256) return "--threads: 1 to 256";
  if (options.threads > options.clients) return "there are more --threads than --clients";
  if (options.rooms < 1) return "--rooms: 1 or more";
  if (options.senders < 0) return "--senders: 1 or more";
  if (options.seconds <= 0) return "--seconds: more than 0";
  if (options.warmup < 0 || options.drain < 0) return "--warmup, --drain: 0 or more";
  if (options.inflight < 1 || options.inflight > static_cast<int>(IdRing::kMost))
    return "--inflight: 1 to " + std::to_string(IdRing::kMost);
  if (options.rate < 0 || options.connect_rate < 0) return "rates are 0 or more";
  if (options.source_addresses < 0 || options.source_addresses > 250)
    return "--source-addresses: 1 to 250";
  return {};
}

}  // namespace

std::string to_string(ScriptName script) {
  constexpr const char* kNames[] = {"request", "room", "storm", "idle"};
  return kNames[static_cast<std::size_t>(script)];
}

int Options::senders_per_room() const {
  const int largest = (clients + rooms - 1) / rooms;
  return senders == 0 ? largest : std::min(senders, largest);
}

int Options::sources() const {
  const auto local = [](const Target& target) { return is_loopback(target); };
  if (!std::all_of(targets.begin(), targets.end(), local) || (gate && !is_loopback(*gate)))
    return 0;
  if (source_addresses > 0) return source_addresses;
  if (script == ScriptName::storm) return kStormSources;
  return clients > kClientsPerSource ? (clients + kClientsPerSource - 1) / kClientsPerSource : 0;
}

std::string problem_of(const Options& options) {
  if (std::string wrong = problem_of_numbers(options); !wrong.empty()) return wrong;
  for (const Call& login : options.logins)
    if (!is_route(login.route)) return "--login takes ROUTE=BODY";
  if (options.script == ScriptName::storm) return problem_of_storm(options);
  if (options.targets.empty()) return "--url is required";
  if (options.script == ScriptName::room) return problem_of_room(options);
  if (options.script == ScriptName::request && !is_route(options.call.route))
    return "--route: 1 to 255 bytes";
  return {};
}

std::optional<Call> parse_call(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return Call{text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<NamedPid> parse_pid(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t from = colon == std::string::npos ? 0 : colon + 1;
  NamedPid pid{colon == std::string::npos ? text : text.substr(0, colon), 0};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + from, end, pid.pid);
  if (error != std::errc() || stop != end || pid.pid < 1 || pid.name.empty()) return std::nullopt;
  return pid;
}

}  // namespace shaddock::load
