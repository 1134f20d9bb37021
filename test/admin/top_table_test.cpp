#include "admin/top_table.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

using net::Duration, net::TimePoint;

RowMessage row(int pid, std::uint64_t requests) {
  RowMessage made;
  made.id = "gate-server-1";
  made.type = "gate";
  made.state = "up";
  made.frontend = true;
  made.pid = pid;
  made.stats = StatsMessage{pid, 7 << 20, 12, 10, 65000, requests};
  return made;
}

TEST_CASE("from two looks a table knows what a server used and did in between") {
  TopTable table;
  table.look({row(5, 1000)}, {400}, TimePoint(Duration(10'000)));
  CHECK(table.text() ==
        "serverId       state  connections  cpu%  rss(M)  requests/s  uptime\n"
        "gate-server-1  up     12           -     7.0     -           1m05s\n");
  CHECK(table.json().at("servers").as_array()[0].find("cpu") == nullptr);
  table.look({row(5, 1500)}, {450}, TimePoint(Duration(12'000)));
  CHECK(table.text() ==
        "serverId       state  connections  cpu%  rss(M)  requests/s  uptime\n"
        "gate-server-1  up     12           2.5   7.0     250         1m05s\n");
  CHECK(table.json().at("servers").as_array()[0].at("cpu") == Json(2.5));
  CHECK(table.json().at("servers").as_array()[0].at("requestRate") == Json(250));
}

TEST_CASE("another process of the same server begins anew") {
  TopTable table;
  table.look({row(5, 1000)}, {400}, TimePoint(Duration(10'000)));
  table.look({row(6, 2000)}, {800}, TimePoint(Duration(11'000)));
  CHECK(table.text().find(" -     7.0     -  ") != std::string::npos);
}

TEST_CASE("a server that did not answer has no figures") {
  TopTable table;
  RowMessage silent = row(5, 0);
  silent.stats.reset();
  table.look({silent}, {400}, TimePoint(Duration(10'000)));
  table.look({silent}, {std::nullopt}, TimePoint(Duration(11'000)));
  CHECK(table.text().find("gate-server-1  up     -            -     -       -           -\n") !=
        std::string::npos);
}

TEST_CASE("the time of a process is read behind its name, whatever that is") {
  FakeFiles files;
  files.files["/proc/7/stat"] =
      "7 (a ) 1 2) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 12345 1 1\n";
  CHECK(cpu_time(files, 7) == std::optional<std::uint64_t>(3000));
  files.files["/proc/8/stat"] = "8 (short) S\n";
  CHECK_FALSE(cpu_time(files, 8));
  CHECK_FALSE(cpu_time(files, 9));
  CHECK_FALSE(cpu_time(files, 0));
}

}  // namespace
}  // namespace shaddock::admin
