#include "report_html.h"

#include <algorithm>

#include "description.h"
#include "html_text.h"
#include "human_units.h"
#include "report_plots.h"
#include "report_style.h"
#include "report_tables.h"

namespace shaddock::load {

namespace {

constexpr double kNsPerUs = 1000;
constexpr double kUsPerSecond = 1e6;

std::string headline(const LoadResult& result) {
  if (result.total.count == 0) return "No " + result.counted;
  if (!result.has_rate()) return grouped(result.total.count) + " " + result.counted;
  return significant(result.per_second()) + " " + result.counted + " a second";
}

std::string subject(const LoadResult& result) {
  return result.route.empty() ? result.script : result.script + " " + result.route;
}

std::string window(const LoadResult& result) {
  return result.seconds > 0 ? ", " + duration(result.seconds * kUsPerSecond).text() : "";
}

std::string doubts(const LoadResult& result) {
  const auto all = describe_doubts(result);
  if (all.empty()) return "";
  std::string text = "<ul class=\"doubt\">\n";
  for (const std::string& doubt : all) text += "<li>" + html_text(doubt) + "</li>\n";
  return text + "</ul>\n";
}

std::string header(const LoadResult& result) {
  const std::string verdict = describe_verdict(result);
  return "<header>\n<p class=\"eyebrow\">shaddock load " + html_text(subject(result)) +
         "</p>\n<h1>" + html_text(headline(result)) + "</h1>\n<p class=\"soft\">" +
         html_text(describe_load(result) + window(result)) + "</p>\n<p class=\"verdict " +
         (result.good() ? "good" : "bad") + "\">" + html_text(verdict) + "</p>\n</header>\n" +
         doubts(result);
}

std::string tile(const std::string& name, const Amount& amount) {
  return "<div class=\"card\"><dt>" + html_text(name) + "</dt><dd>" + html_text(amount.number) +
         (amount.unit.empty() ? "" : " <small>" + html_text(amount.unit) + "</small>") +
         "</dd></div>\n";
}

std::string latency_tiles(const Histogram& latency) {
  if (latency.count() == 0) return "";
  const auto at = [&](double share) {
    return duration(static_cast<double>(latency.percentile_ns(share)) / kNsPerUs);
  };
  return tile("Median latency", at(0.5)) + tile("99 % took at most", at(0.99)) +
         tile("The longest took", at(1));
}

std::string memory_tile(const LoadResult& result) {
  double sum = 0;
  bool known = false;
  for (const ServerUse& server : result.servers) {
    known = known || server.bytes_per_connection;
    sum += server.bytes_per_connection.value_or(0);
  }
  return known ? tile("Memory a connection", bytes(sum)) : "";
}

std::string tiles(const LoadResult& result) {
  std::string text =
      "<dl class=\"tiles\">\n" + tile(result.counted, {grouped(result.total.count), ""});
  if (const auto rate = result.per_cpu_second(); rate && result.has_rate()) {
    text += tile(result.counted + " per CPU-second", {significant(*rate), ""});
  }
  if (const auto used = result.cpu_seconds()) {
    text += tile("CPU time of the servers", duration(*used * kUsPerSecond));
  }
  return text + memory_tile(result) + latency_tiles(result.total.latency) + "</dl>\n";
}

std::string plots(const LoadResult& result) {
  const auto all = report_plots(result);
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 1) text += "<div class=\"pair\">\n";
    text += plot_html(all[i]);
  }
  return all.size() > 1 ? text + "</div>\n" : text;
}

// Lines break before an option, not inside of one.
std::string options_apart(const std::string& command) {
  std::string text;
  for (std::size_t at = 0; at < command.size();) {
    const std::size_t next = std::min(command.find(" --", at + 1), command.size());
    const std::size_t word = command[at] == ' ' ? at + 1 : at;
    text += command.substr(at, word - at) + "<span>" +
            html_text(command.substr(word, next - word)) + "</span>";
    at = next;
  }
  return text;
}

std::string command(const LoadResult& result) {
  if (result.command_line.empty()) return "";
  return "<section class=\"card\">\n<h2>Command</h2>\n<pre><code>" +
         options_apart(result.command_line) + "</code></pre>\n</section>\n";
}

}  // namespace

std::string report_html(const LoadResult& result) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
         html_text(headline(result) + " - " + subject(result)) + "</title>\n<style>" +
         std::string(kReportStyle) + "</style>\n</head>\n<body>\n<main>\n" + header(result) +
         tiles(result) + errors_section(result) + plots(result) + percentiles_section(result) +
         servers_section(result) + facts_section(result) + command(result) +
         seconds_section(result) + "</main>\n</body>\n</html>\n";
}

}  // namespace shaddock::load
