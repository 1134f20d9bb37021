#include "result.h"

#include "base/utf8.h"

namespace shaddock::load {

namespace {

constexpr std::string_view kOthers = "others";
constexpr double kNsPerUs = 1000;

std::optional<double> ratio(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return std::nullopt;
  return static_cast<double>(a) / static_cast<double>(b);
}

bool is_control(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

// At most `max` bytes of it as UTF-8 that neither moves a cursor nor breaks a line.
std::string printable(std::string_view text, std::size_t max) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const auto character = read_utf8(text, at);
    const bool good = character && !is_control(*character);
    if (!character) ++at;
    const std::string_view shown = good ? text.substr(begin, at - begin) : "?";
    if (result.size() + shown.size() > max) break;
    result += shown;
  }
  return result;
}

}  // namespace

void Counters::add_error(std::string_view text) {
  ++errors;
  add_text(printable(text, kMaxTextBytes), 1);
}

void Counters::add_wrong(std::string_view text) {
  ++wrong;
  add_text("wrong: " + printable(text, kMaxTextBytes), 1);
}

void Counters::add_text(const std::string& text, std::uint64_t times) {
  const bool known = error_texts.contains(text);
  if (known || error_texts.size() < kMaxTexts) {
    error_texts[text] += times;
  } else {
    error_texts[std::string(kOthers)] += times;
  }
}

void Counters::merge(const Counters& other) {
  count += other.count;
  errors += other.errors;
  wrong += other.wrong;
  unanswered += other.unanswered;
  lost += other.lost;
  doubled += other.doubled;
  messages_sent += other.messages_sent;
  messages_received += other.messages_received;
  writes += other.writes;
  reads += other.reads;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  for (const auto& [text, times] : other.error_texts) add_text(text, times);
  latency.merge(other.latency);
}

void Counters::clear() { *this = Counters(); }

Second make_second(double t, double length, std::uint64_t in_flight, const Counters& counted) {
  const Histogram& latency = counted.latency;
  Second second{t, length, counted.count, counted.errors, in_flight};
  if (latency.count() == 0) return second;
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / kNsPerUs; };
  second.has_latency = true;
  second.p50_us = us(latency.percentile_ns(0.5));
  second.p90_us = us(latency.percentile_ns(0.9));
  second.p99_us = us(latency.percentile_ns(0.99));
  second.max_us = us(latency.max_ns());
  return second;
}

double LoadResult::per_second() const {
  return seconds > 0 ? static_cast<double>(total.count) / seconds : 0;
}

std::optional<double> LoadResult::cpu_seconds() const {
  std::optional<double> sum;
  for (const ServerUse& server : servers) {
    if (!server.gone) sum = sum.value_or(0) + server.cpu_seconds;
  }
  return sum;
}

std::optional<double> LoadResult::per_cpu_second() const {
  const auto used = cpu_seconds();
  if (!used || *used <= 0) return std::nullopt;
  return static_cast<double>(total.count) / *used;
}

std::optional<double> LoadResult::messages_per_write() const {
  return streams() ? ratio(total.messages_sent, total.writes) : std::nullopt;
}

std::optional<double> LoadResult::messages_per_read() const {
  return streams() ? ratio(total.messages_received, total.reads) : std::nullopt;
}

bool LoadResult::good() const {
  return total.count > 0 && total.errors == 0 && total.wrong == 0 && total.unanswered == 0 &&
         total.lost == 0 && total.doubled == 0;
}

}  // namespace shaddock::load
