#include "progress.h"

#include <iomanip>
#include <ostream>
#include <sstream>

#include "human_units.h"

namespace shaddock::load {

namespace {

constexpr int kSecondsWidth = 4;
constexpr int kCountWidth = 11;
constexpr int kDurationWidth = 8;

std::string padded(const std::string& text, int width) {
  std::ostringstream out;
  out << std::setw(width) << text;
  return out.str();
}

std::string count_of(const Second& second, bool has_rate) {
  if (!has_rate) return padded(grouped(second.count), kCountWidth);
  const double rate = second.length > 0 ? static_cast<double>(second.count) / second.length : 0;
  return padded(grouped(static_cast<std::uint64_t>(rate + 0.5)), kCountWidth) + "/s";
}

std::string latency_of(const Second& second) {
  if (!second.has_latency) return "";
  return "   p50 " + padded(duration(second.p50_us).text(), kDurationWidth) + "   p99 " +
         padded(duration(second.p99_us).text(), kDurationWidth);
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, bool has_rate)
    : out_(out), terminal_(terminal), has_rate_(has_rate) {}

void Progress::show(const Second& second) {
  errors_ += second.errors;
  note(padded(fixed(second.t, 0), kSecondsWidth) + " s " + count_of(second, has_rate_) +
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
