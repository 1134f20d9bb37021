#include "admin/table.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

TEST_CASE("a header, then a line per row, in columns") {
  RowMessage connector;
  connector.id = "connector-server-1";
  connector.type = "connector";
  connector.state = "up";
  connector.frontend = true;
  connector.pid = 18452;
  connector.stats = StatsMessage{18452, 7 << 20, 12, 10, 65000};
  RowMessage chat;
  chat.id = "chat-server-1";
  chat.type = "chat";
  chat.state = "down";
  CHECK(format_table({connector, chat}) ==
        "serverId            serverType  pid    state  rss(M)  connections  uptime\n"
        "connector-server-1  connector   18452  up     7.0     12           1m05s\n"
        "chat-server-1       chat        -      down   -       -            -\n");
}

TEST_CASE("who was joined by hand is shown as that") {
  RowMessage row;
  row.id = "chat-server-9";
  row.type = "chat";
  row.state = "up";
  row.by_hand = true;
  CHECK(format_table({row}).ends_with("\nchat-server-9: joined by hand\n"));
  CHECK(to_json({row}).at("servers").as_array().at(0).at("byHand") == Json(true));
}

TEST_CASE("for scripts a row has what is known, and nothing for what is not") {
  RowMessage gate;
  gate.id = "gate-server-1";
  gate.type = "gate";
  gate.state = "up";
  gate.frontend = true;
  gate.pid = 7;
  gate.stats = StatsMessage{7, 1024, 3, 2, 65000};
  RowMessage chat;
  chat.id = "chat-server-1";
  chat.type = "chat";
  chat.state = "down";
  CHECK(to_json({gate, chat}).dump() ==
        R"({"servers":[{"id":"gate-server-1","type":"gate","state":"up","frontend":true,"pid":7,)"
        R"("rss":1024,"connections":3,"sessions":2,"uptime":65000},)"
        R"({"id":"chat-server-1","type":"chat","state":"down","frontend":false,"pid":0}]})");
}

TEST_CASE("the memory of a process that several servers share is shown once, at the last") {
  std::vector<RowMessage> rows(4);
  for (RowMessage& row : rows) {
    row.id = row.type = "x";
    row.state = "up";
    row.pid = 5;
    row.stats = StatsMessage{5, 9 << 20, 0, 0, 0};
  }
  rows[1].pid = 6;
  rows[2].stats.reset();
  CHECK(format_table(rows) ==
        "serverId  serverType  pid  state  rss(M)  connections  uptime\n"
        "x         x           5    up     -       -            0s\n"
        "x         x           6    up     9.0     -            0s\n"
        "x         x           5    up     -       -            -\n"
        "x         x           5    up     9.0     -            0s\n");
}

TEST_CASE("uptimes have two parts at most") {
  const std::pair<std::uint64_t, const char*> rows[] = {{0, "0s"},
                                                        {59'999, "59s"},
                                                        {60'000, "1m00s"},
                                                        {3'599'000, "59m59s"},
                                                        {3'720'000, "1h02m"},
                                                        {183'600'000, "2d03h"}};
  for (const auto& [milliseconds, text] : rows) CHECK(format_uptime(milliseconds) == text);
}

}  // namespace
}  // namespace shaddock::admin
