#include "admin/table.h"

#include <algorithm>
#include <cstdio>

#include "admin/text_tail.h"

namespace shaddock::admin {
namespace {

using Line = std::vector<std::string>;

constexpr std::size_t kLongestNote = 500;

}  // namespace

std::string megabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / (1 << 20));
  return text;
}

bool shows_process(const std::vector<RowMessage>& rows, std::size_t index) {
  return std::none_of(rows.begin() + static_cast<std::ptrdiff_t>(index) + 1, rows.end(),
                      [pid = rows[index].pid](const RowMessage& row) { return row.pid == pid; });
}

std::string in_columns(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const Line& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
      text.append(line[i]).append(widths[i] + 2 - line[i].size(), ' ');
    text.append(line.back()).append(1, '\n');
  }
  return text;
}

namespace {

Line line_of(const RowMessage& row, bool memory) {
  Line line{row.id, row.type, row.pid == 0 ? "-" : std::to_string(row.pid), row.state, "-",
            "-",    "-"};
  if (!row.stats) return line;
  if (memory) line[4] = megabytes(row.stats->resident_bytes);
  if (row.frontend) line[5] = std::to_string(row.stats->connections);
  line[6] = format_uptime(row.stats->uptime_ms);
  return line;
}

std::string two_parts(std::uint64_t large, char large_unit, std::uint64_t small, char small_unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%llu%c%02llu%c", static_cast<unsigned long long>(large),
                large_unit, static_cast<unsigned long long>(small), small_unit);
  return text;
}

}  // namespace

std::string format_uptime(std::uint64_t milliseconds) {
  const std::uint64_t seconds = milliseconds / 1000, minutes = seconds / 60, hours = minutes / 60;
  if (minutes == 0) return std::to_string(seconds) + 's';
  if (hours == 0) return two_parts(minutes, 'm', seconds % 60, 's');
  if (hours < 24) return two_parts(hours, 'h', minutes % 60, 'm');
  return two_parts(hours / 24, 'd', hours % 24, 'h');
}

std::string format_table(const std::vector<RowMessage>& rows) {
  std::vector<Line> lines{
      {"serverId", "serverType", "pid", "state", "rss(M)", "connections", "uptime"}};
  for (std::size_t i = 0; i < rows.size(); ++i)
    lines.push_back(line_of(rows[i], shows_process(rows, i)));
  std::string text = in_columns(lines);
  for (const RowMessage& row : rows)
    if (row.by_hand && !row.note)
      text += row.id + ": joined by hand\n";
    else if (row.note)
      text += row.id + ": " + printable(*row.note, kLongestNote) + '\n';
  return text;
}

Json to_json(const std::vector<RowMessage>& rows) {
  Json servers = Json::array();
  for (const RowMessage& row : rows) {
    Json server{{"id", row.id},
                {"type", row.type},
                {"state", row.state},
                {"frontend", row.frontend},
                {"pid", row.pid}};
    if (row.note) server.set("note", *row.note);
    if (row.by_hand) server.set("byHand", *row.by_hand);
    if (row.stats) {
      server.set("rss", row.stats->resident_bytes);
      server.set("connections", row.stats->connections);
      server.set("sessions", row.stats->sessions);
      server.set("uptime", row.stats->uptime_ms);
      if (row.stats->requests) server.set("requests", *row.stats->requests);
    }
    servers.push_back(std::move(server));
  }
  return Json{{"servers", std::move(servers)}};
}

}  // namespace shaddock::admin
