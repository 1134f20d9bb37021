#pragma once

#include <shaddock/json.h>

#include <string>
#include <vector>

#include "admin/messages.h"

namespace shaddock::admin {

// What `list` prints: a header, then a line per row, in columns.
//
//   serverId       serverType  pid    state  rss(M)  connections  uptime
//   gate-server-1  gate        18453  up     6.7     0            1h02m
std::string format_table(const std::vector<RowMessage>& rows);

// Lines of as many words each, in columns.
std::string in_columns(const std::vector<std::vector<std::string>>& lines);

// 12.3
std::string megabytes(std::uint64_t bytes);
// Servers may share a process: what is the process's is shown once, at the last of them.
bool shows_process(const std::vector<RowMessage>& rows, std::size_t index);

// {"servers":[{"id":"gate-server-1","type":"gate","state":"up","frontend":true,"pid":18453,
//   "rss":7025664,"connections":0,"sessions":0,"uptime":3720000}, ...]}
// A row without stats has no member after pid, one without a process pid 0. Uptime is milliseconds.
Json to_json(const std::vector<RowMessage>& rows);

// 5s, 3m05s, 1h02m, 2d03h
std::string format_uptime(std::uint64_t milliseconds);

}  // namespace shaddock::admin
