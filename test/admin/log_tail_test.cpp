#include "admin/log_tail.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

using Lines = std::vector<std::string>;

struct Trial {
  Lines last(std::size_t count) {
    const auto lines = tail.last(count);
    REQUIRE(lines);
    REQUIRE(*lines);
    return **lines;
  }

  FakeFiles files;
  LogTail tail{files, "/logs/chat-server-1.log"};
  std::string& log = files.files["/logs/chat-server-1.log"];
};

TEST_CASE("the last lines of a file, oldest first") {
  Trial trial;
  trial.log = "one\ntwo\n\nfour\n";
  CHECK(trial.last(2) == Lines{"", "four"});
  CHECK(trial.last(9) == Lines{"one", "two", "", "four"});
  CHECK(trial.last(0).empty());
  trial.log.clear();
  CHECK(trial.last(9).empty());
}

TEST_CASE("a file that is not there is told") {
  FakeFiles files;
  LogTail tail(files, "/logs/chat-server-9.log");
  const auto lines = tail.last(5);
  REQUIRE(lines);
  CHECK_FALSE(*lines);
  CHECK(tail.more().empty());
}

TEST_CASE("as much of a long file is read as the lines need") {
  Trial trial;
  for (int i = 0; i < 3000; ++i) trial.log += std::to_string(i) + std::string(100, '.') + '\n';
  const Lines lines = trial.last(2000);
  REQUIRE(lines.size() == 2000);
  CHECK(lines.front().starts_with("1000."));
  CHECK(lines.back().starts_with("2999."));
}

TEST_CASE("what is written behind them follows, whole lines only") {
  Trial trial;
  trial.log = "one\ntw";
  CHECK(trial.last(9) == Lines{"one"});
  CHECK(trial.tail.unfinished() == "tw");
  CHECK(trial.tail.more().empty());
  trial.log += "o\nthree\nfo";
  CHECK(trial.tail.more() == Lines{"two", "three"});
  trial.log += "ur\n";
  CHECK(trial.tail.more() == Lines{"four"});
  CHECK(trial.tail.unfinished().empty());
}

TEST_CASE("no line is lost or shown twice when the file turns over") {
  Trial trial;
  trial.log = "one\ntwo\n";
  CHECK(trial.last(1) == Lines{"two"});
  trial.files.files["/logs/chat-server-1.1.log"] = trial.log + "three\n";
  trial.log = "4\n";
  CHECK(trial.tail.more() == Lines{"three", "4"});
  trial.log += "five\n";
  CHECK(trial.tail.more() == Lines{"five"});
}

TEST_CASE("the last words in an output that was put aside are shown") {
  FakeFiles files;
  LogTail tail(files, "/logs/chat-server-1.out");
  files.files["/logs/chat-server-1.out"] = "one\n";
  REQUIRE(tail.last(9).ok());
  files.files["/logs/chat-server-1.out.1"] = "one\nit died\n";
  files.files["/logs/chat-server-1.out"] = "2\n";
  CHECK(tail.more() == Lines{"it died", "2"});
}

TEST_CASE("a file that was truncated is read from its beginning") {
  Trial trial;
  trial.log = "one\ntwo\n";
  CHECK(trial.last(9).size() == 2);
  trial.log = "3\n";
  CHECK(trial.tail.more() == Lines{"3"});
}

TEST_CASE("nothing of a file moves a terminal's cursor, and no line is longer than is fit") {
  Trial trial;
  trial.log = "a\x1b[2Jb\n" + std::string(LogTail::kLongest + 5, 'x') + "\n";
  const Lines lines = trial.last(2);
  CHECK(lines[0] == "a [2Jb");
  CHECK(lines[1].size() == LogTail::kLongest);
}

}  // namespace
}  // namespace shaddock::admin
