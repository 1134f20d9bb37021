#include "report_tables.h"

#include <algorithm>
#include <array>
#include <vector>

#include "html_text.h"
#include "human_units.h"
#include "report_plots.h"

namespace shaddock::load {

namespace {

constexpr double kNsPerUs = 1000;

std::string cell(const std::string& text) { return "<td>" + html_text(text) + "</td>"; }

// On a phone the titles of columns are not shown; each cell then tells its own.
std::string named_cell(const char* name, const std::string& text) {
  return std::string("<td data-name=\"") + name + "\">" + html_text(text) + "</td>";
}

std::string memory_cell(const char* name, std::uint64_t size) {
  return named_cell(name, bytes(static_cast<double>(size)).text());
}

std::string titles(const std::vector<std::string>& names) {
  std::string text = "<thead><tr>";
  for (const std::string& name : names) text += "<th scope=\"col\">" + html_text(name) + "</th>";
  return text + "</tr></thead>\n";
}

// A region that can be scrolled sideways, by keyboard as well.
std::string table(const std::string& name, const std::string& rows, const char* style = "wide") {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + html_text(name) +
         "\"><table class=\"" + style + "\">\n" + rows + "</table></div>\n";
}

std::string section(const std::string& title, const std::string& content) {
  return "<section class=\"card\">\n<h2>" + html_text(title) + "</h2>\n" + content + "</section>\n";
}

bool tells_connections(const LoadResult& result) {
  return std::any_of(result.servers.begin(), result.servers.end(), [](const ServerUse& server) {
    return server.bytes_per_connection.has_value();
  });
}

std::string core_share(double share) {
  const double full = std::clamp(share, 0.0, 1.0) * 100;
  return "<td data-name=\"of a core\">" + percent(share) +
         "<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:" + fixed(full, 1) +
         "%\"></i></span></td>";
}

std::string server_row(const ServerUse& server, const LoadResult& result) {
  const std::string name = "<tr><th scope=\"row\">" + html_text(server.name) + "<small>" +
                           std::to_string(server.pid) + "</small></th>";
  const bool connections = tells_connections(result);
  if (server.gone) {
    return name + "<td colspan=\"" + (connections ? "5" : "4") + "\">was not there</td></tr>\n";
  }
  std::string row = name + named_cell("CPU", fixed(server.cpu_seconds, 2) + " s") +
                    core_share(result.seconds > 0 ? server.cpu_seconds / result.seconds : 0) +
                    memory_cell("RSS", server.rss_bytes) + memory_cell("PSS", server.pss_bytes);
  if (connections) {
    const auto each = server.bytes_per_connection;
    row += named_cell("a connection", each ? bytes(*each).text() : "");
  }
  return row + "</tr>\n";
}

std::string sum_row(const LoadResult& result) {
  ServerUse sum;
  for (const ServerUse& server : result.servers) {
    sum.cpu_seconds += server.cpu_seconds;
    sum.rss_bytes += server.rss_bytes;
    sum.pss_bytes += server.pss_bytes;
    if (!server.bytes_per_connection) continue;
    sum.bytes_per_connection = sum.bytes_per_connection.value_or(0) + *server.bytes_per_connection;
  }
  std::string row =
      "<tfoot><tr><th scope=\"row\">Together</th>" +
      named_cell("CPU", fixed(sum.cpu_seconds, 2) + " s") +
      named_cell("of a core", percent(result.seconds > 0 ? sum.cpu_seconds / result.seconds : 0)) +
      memory_cell("RSS", sum.rss_bytes) + memory_cell("PSS", sum.pss_bytes);
  if (sum.bytes_per_connection)
    row += named_cell("a connection", bytes(*sum.bytes_per_connection).text());
  return row + "</tr></tfoot>\n";
}

std::string fact(const std::string& name, const std::string& text) {
  if (text.empty()) return "";
  return "<dt>" + html_text(name) + "</dt><dd>" + html_text(text) + "</dd>\n";
}

std::string joined(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 8;
  std::string all;
  for (std::size_t i = 0; i < std::min(texts.size(), kMost); ++i) {
    all += (i == 0 ? "" : ", ") + texts[i];
  }
  if (texts.size() > kMost) all += " and " + grouped(texts.size() - kMost) + " more";
  return all;
}

std::string carried(std::optional<double> messages, const char* by) {
  return messages ? significant(*messages) + " messages " + by + ", " : "";
}

std::string load_use(const LoadResult& result) {
  const double share = result.seconds > 0 ? result.load_cpu_seconds / result.seconds : 0;
  return counted_noun(result.threads, "thread") + ", " + fixed(result.load_cpu_seconds, 2) +
         " s of CPU (" + percent(share) + " of a core)";
}

std::string latency_from(const LoadResult& result) {
  if (result.total.latency.count() == 0) return "";
  if (result.script == "storm") return "is that of a whole login";
  const std::string end = result.script == "room" ? " until a member heard it" : "";
  if (result.rate.value_or(0) <= 0) return "counts from when each was sent" + end;
  return "counts from when each was due" + end + ", so the time it waited to be sent is in it";
}

std::string second_row(const Second& second, const LoadResult& result) {
  const double level = result.has_rate() && second.length > 0
                           ? static_cast<double>(second.count) / second.length
                           : static_cast<double>(second.count);
  std::string row =
      "<tr><th scope=\"row\">" + fixed(second.t, 1) + " s</th>" + cell(significant(level));
  for (const double us : {second.p50_us, second.p90_us, second.p99_us, second.max_us}) {
    row += cell(second.has_latency ? duration(us).text() : "");
  }
  return row + cell(grouped(second.errors)) + cell(grouped(second.in_flight)) + "</tr>\n";
}

}  // namespace

std::string errors_section(const LoadResult& result) {
  if (result.total.error_texts.empty()) return "";
  std::string rows = titles({"What", "Times"}) + "<tbody>\n";
  for (const auto& [text, times] : result.total.error_texts) {
    rows += "<tr>" + cell(text) + cell(grouped(times)) + "</tr>\n";
  }
  return section("What went wrong", table("What went wrong", rows + "</tbody>\n"));
}

std::string percentiles_section(const LoadResult& result) {
  const Histogram& latency = result.total.latency;
  if (latency.count() == 0) return "";
  const auto entry = [](const std::string& name, double ns) {
    return "<div><dt>" + name + "</dt><dd>" + html_text(duration(ns / kNsPerUs).text()) +
           "</dd></div>\n";
  };
  constexpr std::array<std::pair<const char*, double>, 7> kShares{{{"50 %", 0.5},
                                                                   {"75 %", 0.75},
                                                                   {"90 %", 0.9},
                                                                   {"95 %", 0.95},
                                                                   {"99 %", 0.99},
                                                                   {"99.9 %", 0.999},
                                                                   {"99.99 %", 0.9999}}};
  std::string text = "<dl class=\"shares\">\n" + entry("mean", latency.mean_ns()) +
                     entry("min", static_cast<double>(latency.min_ns()));
  for (const auto& [name, share] : kShares) {
    text += entry(name, static_cast<double>(latency.percentile_ns(share)));
  }
  text += entry("max", static_cast<double>(latency.max_ns()));
  return section("Latency", text + "</dl>\n");
}

std::string servers_section(const LoadResult& result) {
  if (result.servers.empty()) return "";
  std::vector<std::string> names{"Server", "CPU", "of a core", "RSS", "PSS"};
  if (tells_connections(result)) names.push_back("a connection");
  std::string rows = titles(names) + "<tbody>\n";
  for (const ServerUse& server : result.servers) rows += server_row(server, result);
  rows += "</tbody>\n";
  if (result.servers.size() > 1) rows += sum_row(result);
  return section("Servers", table("Servers", rows, "stacked"));
}

std::string facts_section(const LoadResult& result) {
  const Counters& total = result.total;
  return section("How it was measured",
                 "<dl class=\"facts\">\n" + fact("Started", result.started) +
                     fact("Targets", joined(result.urls)) + fact("The load", load_use(result)) +
                     fact("Latency", latency_from(result)) +
                     fact("Sent", carried(result.messages_per_write(), "a write") +
                                      bytes(static_cast<double>(total.bytes_sent)).text()) +
                     fact("Received", carried(result.messages_per_read(), "a read") +
                                          bytes(static_cast<double>(total.bytes_received)).text()) +
                     fact("Stolen from a core", result.stolen ? percent(*result.stolen) : "") +
                     "</dl>\n");
}

std::string seconds_section(const LoadResult& result) {
  constexpr std::size_t kMostRows = 240;
  const auto series = condensed(result.series, kMostRows, result.has_rate());
  if (series.empty()) return "";
  std::string rows = titles({"To", result.has_rate() ? "Per second" : result.counted, "p50", "p90",
                             "p99", "max", "errors", "in flight"}) +
                     "<tbody>\n";
  for (const Second& second : series) rows += second_row(second, result);
  return "<details class=\"card\">\n<summary>All seconds in numbers</summary>\n" +
         table("All seconds", rows + "</tbody>\n") + "</details>\n";
}

}  // namespace shaddock::load
