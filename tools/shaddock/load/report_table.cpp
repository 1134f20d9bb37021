#include "report_table.h"

#include <algorithm>
#include <vector>

#include "description.h"
#include "human_units.h"

namespace shaddock::load {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kLatencyWidth = 10;  // seven figures have to fit beside it
constexpr std::string_view kIndent = "  ";
constexpr std::string_view kGap = "  ";
constexpr double kNsPerUs = 1000;

std::string painted(const std::string& text, const char* colour, bool color) {
  return color ? std::string("\x1b[") + colour + "m" + text + "\x1b[0m" : text;
}

std::string line(const std::string& name, const std::string& text) {
  return std::string(kIndent) + to_the_left(name, kNameWidth) + text + "\n";
}

// The first column to the left, the others to the right, each as wide as its widest cell.
std::string columns(const std::vector<Row>& rows, std::size_t first_width = kNameWidth) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], characters(row[i]));
  }
  widths[0] = std::max(widths[0], first_width - kGap.size());
  std::string text;
  for (const Row& row : rows) {
    std::string cells(kIndent);
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells += i == 0 ? to_the_left(row[i], widths[i])
                      : std::string(kGap) + to_the_right(row[i], widths[i]);
    }
    cells.erase(cells.find_last_not_of(' ') + 1);
    text += cells + "\n";
  }
  return text;
}

std::string head(const LoadResult& result) {
  std::string text = result.script;
  if (!result.route.empty()) text += " " + result.route;
  text += "\n" + std::string(kIndent) + describe_load(result);
  if (!result.urls.empty()) text += "\n" + std::string(kIndent) + result.urls.front();
  if (result.urls.size() > 1) text += " and " + grouped(result.urls.size() - 1) + " more";
  return text + "\n\n";
}

std::string rates(const LoadResult& result) {
  const std::string window = " in " + fixed(result.seconds, 2) + " s";
  std::string text = line(result.counted, grouped(result.total.count) + window);
  if (!result.has_rate()) return text;
  text += line("per second", significant(result.per_second()));
  if (const auto rate = result.per_cpu_second()) {
    text += line("per CPU-second", significant(*rate) + " of " + fixed(*result.cpu_seconds(), 2) +
                                       " s that the servers used");
  }
  return text;
}

std::string latencies(const Histogram& latency) {
  if (latency.count() == 0) return "";
  const auto cell = [](double ns) { return duration(ns / kNsPerUs).text(); };
  const auto at = [&](double share) {
    return cell(static_cast<double>(latency.percentile_ns(share)));
  };
  return "\n" + columns({{"latency", "min", "mean", "p50", "p90", "p99", "p99.9", "max"},
                         {"", cell(static_cast<double>(latency.min_ns())), cell(latency.mean_ns()),
                          at(0.5), at(0.9), at(0.99), at(0.999),
                          cell(static_cast<double>(latency.max_ns()))}},
                        kLatencyWidth);
}

std::string transfers(const LoadResult& result) {
  std::string text;
  const auto per_write = result.messages_per_write();
  const auto per_read = result.messages_per_read();
  if (per_write) text += "sent " + significant(*per_write) + " a write";
  if (per_read) {
    text +=
        (text.empty() ? "" : ", ") + std::string("received ") + significant(*per_read) + " a read";
  }
  const Counters& total = result.total;
  if (!text.empty()) text = line("messages", text);
  return text +
         line("bytes", "sent " + bytes(static_cast<double>(total.bytes_sent)).text() +
                           ", received " + bytes(static_cast<double>(total.bytes_received)).text());
}

Row server_row(const ServerUse& server, double seconds, bool per_connection) {
  const std::string pid = std::to_string(server.pid);
  if (server.gone) return {server.name, pid, "gone"};
  Row row{server.name,
          pid,
          fixed(server.cpu_seconds, 2) + " s",
          percent(seconds > 0 ? server.cpu_seconds / seconds : 0),
          bytes(static_cast<double>(server.rss_bytes)).text(),
          bytes(static_cast<double>(server.pss_bytes)).text()};
  if (per_connection && server.bytes_per_connection) {
    row.push_back(bytes(*server.bytes_per_connection).text());
  }
  return row;
}

std::string servers(const LoadResult& result) {
  if (result.servers.empty()) return "";
  const bool per_connection =
      std::any_of(result.servers.begin(), result.servers.end(),
                  [](const ServerUse& server) { return server.bytes_per_connection.has_value(); });
  Row titles{"server", "pid", "CPU", "of a core", "RSS", "PSS"};
  if (per_connection) titles.push_back("a connection");
  std::vector<Row> rows{titles};
  for (const ServerUse& server : result.servers) {
    rows.push_back(server_row(server, result.seconds, per_connection));
  }
  return "\n" + columns(rows);
}

std::string machine(const LoadResult& result) {
  const double share = result.seconds > 0 ? result.load_cpu_seconds / result.seconds : 0;
  std::string text =
      fixed(result.load_cpu_seconds, 2) + " s of CPU, " + percent(share) + " of a core";
  if (result.threads > 1) text += ", in " + counted_noun(result.threads, "thread");
  text = "\n" + line("this load", text);
  if (result.stolen) text += line("stolen from a core", percent(*result.stolen));
  return text;
}

std::string doubts(const LoadResult& result, bool color) {
  std::string text;
  for (const std::string& doubt : describe_doubts(result)) {
    text += std::string(kIndent) + painted(doubt, "33", color) + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

std::string verdict(const LoadResult& result, bool color) {
  std::string text = "\n" + std::string(kIndent) +
                     painted(describe_verdict(result), result.good() ? "1;32" : "1;31", color) +
                     "\n";
  std::size_t width = 0;
  for (const auto& [cause, times] : result.total.error_texts) {
    width = std::max(width, grouped(times).size());
  }
  for (const auto& [cause, times] : result.total.error_texts) {
    text += std::string(kIndent) + to_the_right(grouped(times), width) + " x " + cause + "\n";
  }
  return text;
}

}  // namespace

std::string report_table(const LoadResult& result, bool color) {
  return head(result) + rates(result) + latencies(result.total.latency) + "\n" + transfers(result) +
         servers(result) + machine(result) + doubts(result, color) + verdict(result, color);
}

}  // namespace shaddock::load
