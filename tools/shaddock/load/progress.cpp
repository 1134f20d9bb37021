#include "progress.h"

#include <ostream>

#include "human_units.h"

namespace shaddock::load {

namespace {

constexpr std::size_t kSecondsWidth = 4;
constexpr std::size_t kCountWidth = 11;
constexpr std::size_t kDurationWidth = 8;

std::string count_of(const Second& second, bool has_rate) {
  if (!has_rate) return to_the_right(grouped(second.count), kCountWidth);
  const double rate = second.length > 0 ? static_cast<double>(second.count) / second.length : 0;
  return to_the_right(grouped(static_cast<std::uint64_t>(rate + 0.5)), kCountWidth) + "/s";
}

std::string latency_of(const Second& second) {
  if (!second.has_latency) return "";
  return "   p50 " + to_the_right(duration(second.p50_us).text(), kDurationWidth) + "   p99 " +
         to_the_right(duration(second.p99_us).text(), kDurationWidth);
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, bool has_rate)
    : out_(out), terminal_(terminal), has_rate_(has_rate) {}

void Progress::show(const Second& second) {
  errors_ += second.errors;
  note(to_the_right(fixed(second.t, 0), kSecondsWidth) + " s " + count_of(second, has_rate_) +
       latency_of(second) + "   errors " + grouped(errors_) + "   in flight " +
       grouped(second.in_flight));
}

void Progress::note(std::string_view text) {
  if (terminal_) {
    out_ << '\r' << text << "\x1b[K" << std::flush;
    open_ = true;
  } else {
    out_ << text << std::endl;
  }
}

void Progress::end() {
  if (open_) out_ << std::endl;
  open_ = false;
}

}  // namespace shaddock::load
