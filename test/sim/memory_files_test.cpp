#include "sim/memory_files.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::sim;

namespace {

using Names = std::vector<std::string>;

std::string text_of(MemoryFiles& files, const std::string& path) {
  const auto read = files.read(path);
  REQUIRE(read.ok());
  REQUIRE(read->has_value());
  return **read;
}

unsigned mode_of(MemoryFiles& files, const std::string& path) {
  const auto status = files.status(path);
  REQUIRE(status.ok());
  REQUIRE(status->has_value());
  return (**status).mode;
}

}  // namespace

TEST_CASE("what is written can be read, with its size and mode") {
  MemoryFiles files;
  REQUIRE(files.replace("/file", "hello", 0600).ok());
  CHECK(text_of(files, "/file") == "hello");
  const auto status = files.status("/file");
  REQUIRE(status.ok());
  CHECK((**status).size == 5);
  CHECK((**status).mode == 0600);
}

TEST_CASE("what is not there is nothing, not an error") {
  MemoryFiles files;
  CHECK(!files.read("/absent").value());
  CHECK(!files.read_end("/absent", 0, 10).value());
  CHECK(!files.status("/absent").value());
  CHECK(files.list("/absent").empty());
  CHECK(files.remove("/absent").ok());
}

TEST_CASE("a file is replaced whole, with its mode; appending keeps the mode it has") {
  MemoryFiles files;
  REQUIRE(files.append("/log", "one ", 0600).ok());
  REQUIRE(files.append("/log", "two", 0644).ok());
  CHECK(text_of(files, "/log") == "one two");
  CHECK(mode_of(files, "/log") == 0600);
  REQUIRE(files.replace("/log", "new", 0640).ok());
  CHECK(text_of(files, "/log") == "new");
  CHECK(mode_of(files, "/log") == 0640);
}

TEST_CASE("the end of a file begins where it is asked to, and is as long as it may be") {
  MemoryFiles files;
  files.put("/log", "0123456789");
  const auto end = [&](std::uint64_t from, std::size_t most) {
    return *files.read_end("/log", from, most).value();
  };
  CHECK(end(0, 100) == "0123456789");
  CHECK(end(4, 100) == "456789");
  CHECK(end(4, 3) == "789");
  CHECK(end(8, 3) == "89");
  CHECK(end(10, 3).empty());
  CHECK(end(99, 3).empty());
  CHECK(end(0, 0).empty());
}

TEST_CASE("a file needs its folder, and folders are made with their parents") {
  MemoryFiles files;
  const auto refused = files.replace("/run/state/pids", "1", 0600);
  REQUIRE(!refused.ok());
  CHECK(refused.error().text == "cannot write /run/state/pids: No such file or directory");
  CHECK(!files.append("/run/state/pids", "1", 0600).ok());
  REQUIRE(files.make_folder("/run/state", 0700).ok());
  CHECK(files.replace("/run/state/pids", "1", 0600).ok());
  CHECK(mode_of(files, "/run/state") == 0700);
  CHECK(mode_of(files, "/run") == 0755);
  CHECK(files.make_folder("/run/state", 0777).ok());
  CHECK(mode_of(files, "/run/state") == 0700);
}

TEST_CASE("a file is no folder, and a folder no file") {
  MemoryFiles files;
  files.put("/a/file", "x");
  CHECK(files.make_folder("/a/file", 0700).error().text ==
        "cannot make folder /a/file: Not a directory");
  CHECK(!files.make_folder("/a/file/b", 0700).ok());
  CHECK(files.replace("/a/file/b", "x", 0600).error().text ==
        "cannot write /a/file/b: Not a directory");
  CHECK(files.read("/a").error().text == "cannot read /a: Is a directory");
  CHECK(!files.read_end("/a", 0, 1).ok());
  CHECK(!files.replace("/a", "x", 0600).ok());
  CHECK(!files.append("/a", "x", 0600).ok());
  CHECK(!files.remove("/a").ok());
  CHECK(!files.lock("/a").ok());
  CHECK(!files.replace("", "x", 0600).ok());
  CHECK(!files.make_folder("", 0700).ok());
  CHECK(text_of(files, "/a/file") == "x");
}

TEST_CASE("a folder lists what is directly in it, sorted") {
  MemoryFiles files;
  files.put("/etc/game/servers.json", "");
  files.put("/etc/game/master.json", "");
  files.put("/etc/game/route/chat.json", "");
  files.put("/etc/games", "");
  files.put("/etc/game-old/x", "");
  CHECK(files.list("/etc/game") == Names{"master.json", "route", "servers.json"});
  CHECK(files.list("/etc/game/") == Names{"master.json", "route", "servers.json"});
  CHECK(files.list("/etc") == Names{"game", "game-old", "games"});
  CHECK(files.list("/") == Names{"etc"});
  CHECK(files.list("/etc/games").empty());
}

TEST_CASE("paths may be relative, and one file has one name") {
  MemoryFiles files;
  files.put("config/servers.json", "x");
  files.put("note", "y");
  CHECK(text_of(files, "./config//servers.json") == "x");
  CHECK(text_of(files, "config/../config/servers.json") == "x");
  CHECK(files.list(".") == Names{"config", "note"});
  CHECK(files.list("config") == Names{"servers.json"});
  CHECK(files.replace("other", "z", 0600).ok());
  CHECK(files.all().size() == 3);
  CHECK(files.all().at("config/servers.json").bytes == "x");
}

TEST_CASE("what is removed is gone") {
  MemoryFiles files;
  files.put("/a", "x");
  REQUIRE(files.remove("/a").ok());
  CHECK(!files.read("/a").value());
  CHECK(files.all().empty());
}

TEST_CASE("a lock is held by one at a time, and makes the file") {
  MemoryFiles files;
  auto lock = files.lock("/pid");
  REQUIRE(lock.ok());
  CHECK(*lock != nullptr);
  CHECK(mode_of(files, "/pid") == 0600);
  CHECK(files.lock("/pid").value() == nullptr);
  CHECK(files.lock("/other").value() != nullptr);
  lock->reset();
  CHECK(files.lock("/pid").value() != nullptr);
  CHECK(!files.lock("/absent/pid").ok());
}

TEST_CASE("a lock is of the file, not of its name, and writing keeps it") {
  MemoryFiles files;
  auto first = files.lock("/pid");
  REQUIRE(files.append("/pid", "7", 0600).ok());
  CHECK(files.lock("/pid").value() == nullptr);
  REQUIRE(files.remove("/pid").ok());
  auto second = files.lock("/pid");
  REQUIRE(*second != nullptr);
  first->reset();
  CHECK(files.lock("/pid").value() == nullptr);
  REQUIRE(files.replace("/pid", "8", 0600).ok());
  CHECK(files.lock("/pid").value() != nullptr);
}

TEST_CASE("a lock may outlive the files") {
  Result<std::unique_ptr<net::FileLock>> lock = Error(1, "none yet");
  {
    MemoryFiles files;
    lock = files.lock("/pid");
  }
  CHECK(lock.ok());
}

TEST_CASE("a file that is renamed takes the place of the other, with its mode and its lock") {
  MemoryFiles files;
  files.put("/logs/out", "new", 0600);
  files.put("/logs/out.1", "old", 0644);
  const auto lock = files.lock("/logs/out");
  CHECK(files.rename("/logs/out", "/logs/out.1").ok());
  CHECK(files.list("/logs") == std::vector<std::string>{"out.1"});
  CHECK(**files.read("/logs/out.1") == "new");
  CHECK((*files.status("/logs/out.1"))->mode == 0600);
  CHECK(files.lock("/logs/out.1").value() == nullptr);
  CHECK_FALSE(files.rename("/logs/out", "/logs/out.1").ok());
  CHECK_FALSE(files.rename("/logs/out.1", "/nowhere/out").ok());
  CHECK(files.list("/logs") == std::vector<std::string>{"out.1"});
}
