#include <doctest/doctest.h>
#include <shaddock/log.h>

#include "base/log_sink.h"
#include "log_folder.h"

using namespace shaddock;

namespace {

std::chrono::system_clock::time_point fixed_time() {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'795'318'572'123));
}

}  // namespace

TEST_CASE("An event is one line with time, level, server, topic, text and fields") {
  auto sink = std::make_shared<MemoryLog>("connector-server-1");
  sink->set_clock(fixed_time);
  const Logger log(sink, "rpc");
  log.warn("call failed",
           {{"route", "chat.chatHandler.send"}, {"code", 522}, {"why", "server lost"}});
  log.topic("session").info("closed\n");
  REQUIRE(sink->lines().size() == 2);
  CHECK(sink->lines()[0] ==
        "2026-11-22T03:36:12.123Z WARN connector-server-1 rpc call failed "
        "route=chat.chatHandler.send code=522 why=\"server lost\"");
  CHECK(sink->lines()[1] == "2026-11-22T03:36:12.123Z INFO connector-server-1 session closed\\n");
}

TEST_CASE("Events below the level are not written") {
  auto sink = std::make_shared<MemoryLog>("x", LogLevel::info);
  const Logger log(sink, "t");
  log.debug("quiet");
  log.info("said");
  sink->set_level(LogLevel::error);
  log.warn("quiet");
  log.error("said");
  CHECK(sink->lines().size() == 2);
  CHECK(sink->count("said") == 2);
  CHECK(sink->count("quiet") == 0);
}

TEST_CASE("A logger without a sink writes nothing") {
  const Logger log(nullptr, "t");
  log.error("into the void", {{"n", 1}});
}

TEST_CASE("The observer sees warnings and errors as they were written, and may log itself") {
  auto sink = std::make_shared<MemoryLog>();
  const Logger log(sink, "t");
  std::vector<std::string> seen;
  sink->set_observer([&](LogLevel level, std::string_view line) {
    CHECK(level >= LogLevel::warn);
    seen.emplace_back(line);
    log.error("cannot tell the master");
  });
  log.info("a");
  log.warn("b");
  log.error("c");
  REQUIRE(seen.size() == 2);
  CHECK(seen[0] == sink->lines()[1]);
  CHECK(seen[1].ends_with(" t c"));
  CHECK(sink->count("cannot tell") == 2);
}

TEST_CASE(
    "A file holds what is logged, in a folder made for it; a warning before the call returns") {
  const LogFolder folder;
  const std::string path = folder.file("development/gate-server-1.log");
  auto opened = open_log(path, "gate-server-1", LogLevel::info);
  REQUIRE(opened.ok());
  (*opened)->set_clock(fixed_time);
  const Logger log(*opened, "server");
  log.info("started");
  CHECK(before_long([&] {
    return content(path) == "2026-11-22T03:36:12.123Z INFO gate-server-1 server started\n";
  }));
  log.debug("not this");
  log.info("caf\u00e9 {} %v");
  CHECK(before_long([&] { return content(path).ends_with("server caf\u00e9 {} %v\n"); }));
  log.warn("at once");
  CHECK(before_long([&] { return content(path).ends_with("server at once\n"); }));
}

TEST_CASE("A log is continued, not begun anew, by the next process") {
  const LogFolder folder;
  const std::string path = folder.file("a.log");
  for (int i = 0; i < 2; ++i) Logger(*open_log(path, "a", LogLevel::info), "t").info("line");
  const std::string text = content(path);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("A log that cannot be opened is an error that names it") {
  const auto opened = open_log("/dev/null/a.log", "a", LogLevel::info);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().text.find("/dev/null/a.log") != std::string::npos);
}

TEST_CASE("A full disk loses lines but nothing else, and they are counted") {
  auto opened = open_log("/dev/full", "a", LogLevel::info,
                         {.file_size = 1 << 20, .files = 2, .waiting = 100});
  REQUIRE(opened.ok());
  const Logger log(*opened, "t");
  int observed = 0;
  (*opened)->set_observer([&](LogLevel, std::string_view) { ++observed; });
  for (int i = 0; i < 30; ++i) log.error("lost");
  CHECK((*opened)->dropped() >= 27);  // one is being written, and one or two wait
  CHECK(observed == 30);
}

TEST_CASE("When lines can be written again the log says how many were lost") {
  const LogFolder folder;
  const FullPipe pipe(folder.file("a.log"));
  auto opened = open_log(folder.file("a.log"), "a", LogLevel::info,
                         {.file_size = 1 << 20, .files = 2, .waiting = 200});
  REQUIRE(opened.ok());
  std::string told;
  (*opened)->set_observer([&](LogLevel, std::string_view line) {
    if (line.find("lines were lost") != std::string_view::npos) told = line;
  });
  const Logger log(*opened, "t");
  for (int i = 0; i < 100; ++i) log.info("a line", {{"n", i}});
  const std::size_t lost = (*opened)->dropped();
  CHECK(lost > 90);
  REQUIRE(told.empty());
  CHECK(before_long([&] {
    pipe.empty();
    log.info("is it well again?");
    return !told.empty();
  }));
  CHECK(told.ends_with(" WARN a log lines were lost before this lines=" +
                       std::to_string((*opened)->dropped())));
}
