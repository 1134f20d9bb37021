#include <doctest/doctest.h>
#include <shaddock/log.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/log_sink.h"

using namespace shaddock;
namespace fs = std::filesystem;

namespace {

std::chrono::system_clock::time_point fixed_time() {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'795'318'572'123));
}

// A folder of its own for each test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "shaddock-log-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), {}));
  }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
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

TEST_CASE("A file holds each line as soon as it is logged, in a folder made for it") {
  const Folder folder;
  const std::string path = folder.file("development/gate-server-1.log");
  auto opened = open_log(path, "gate-server-1", LogLevel::info);
  REQUIRE(opened.ok());
  (*opened)->set_clock(fixed_time);
  const Logger log(*opened, "server");
  log.info("started");
  CHECK(content(path) == "2026-11-22T03:36:12.123Z INFO gate-server-1 server started\n");
  log.debug("not this");
  log.info("caf\u00e9 {} %v");
  CHECK(content(path).ends_with("server caf\u00e9 {} %v\n"));
}

TEST_CASE("A log is continued, not begun anew, by the next process") {
  const Folder folder;
  const std::string path = folder.file("a.log");
  for (int i = 0; i < 2; ++i) Logger(*open_log(path, "a", LogLevel::info), "t").info("line");
  const std::string text = content(path);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("Full files are turned over and only so many are kept") {
  const Folder folder;
  auto opened =
      open_log(folder.file("a.log"), "a", LogLevel::info, {.file_size = 1000, .files = 3});
  REQUIRE(opened.ok());
  const Logger log(*opened, "t");
  for (int i = 0; i < 200; ++i) log.info("some text to fill the file", {{"n", i}});
  CHECK(folder.files() == 3);
  CHECK(content(folder.file("a.log")).size() <= 1000);
  CHECK(content(folder.file("a.1.log")).size() <= 1000);
  CHECK(content(folder.file("a.log")).find("n=199\n") != std::string::npos);
  CHECK((*opened)->dropped() == 0);
}

TEST_CASE("A log that cannot be opened is an error that names it") {
  const auto opened = open_log("/dev/null/a.log", "a", LogLevel::info);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().text.find("/dev/null/a.log") != std::string::npos);
}

TEST_CASE("A full disk loses lines but nothing else") {
  auto opened = open_log("/dev/full", "a", LogLevel::info);
  REQUIRE(opened.ok());
  const Logger log(*opened, "t");
  int observed = 0;
  (*opened)->set_observer([&](LogLevel, std::string_view) { ++observed; });
  for (int i = 0; i < 3; ++i) log.error("lost");
  CHECK((*opened)->dropped() == 3);
  CHECK(observed == 3);
}
