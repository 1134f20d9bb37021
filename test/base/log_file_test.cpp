#include "base/log_file.h"

#include <doctest/doctest.h>

#include "log_folder.h"

using namespace shaddock;

namespace {

constexpr std::size_t kLarge = 1 << 20;

}  // namespace

TEST_CASE("Full files are turned over and only so many are kept") {
  const LogFolder folder;
  LogFile file(folder.file("a.log"), 1000, 3);
  REQUIRE(file.open());
  for (int i = 0; i < 200; ++i) {
    const std::string line = "some text to fill the file n=" + std::to_string(i) + "\n";
    REQUIRE(file.write(line) == line.size());
  }
  CHECK(folder.files() == 3);
  CHECK(content(folder.file("a.log")).size() <= 1000);
  CHECK(content(folder.file("a.1.log")).size() <= 1000);
  CHECK(content(folder.file("a.1.log")).size() > 900);
  CHECK(content(folder.file("a.log")).ends_with("n=199\n"));
}

TEST_CASE(
    "A file that is full already is turned over by the next process; a line longer than a file "
    "fits") {
  const LogFolder folder;
  const std::string line(300, 'x');
  for (int i = 0; i < 2; ++i) {
    LogFile file(folder.file("a.log"), 200, 2);
    REQUIRE(file.open());
    CHECK(file.write(line) == 300);
  }
  CHECK(content(folder.file("a.log")) == line);
  CHECK(content(folder.file("a.1.log")) == line);
  CHECK(folder.files() == 2);
}

TEST_CASE("A file whose folder was taken away is begun anew, in a new folder") {
  const LogFolder folder;
  LogFile file(folder.file("logs/a.log"), kLarge, 2);
  REQUIRE(file.open());
  CHECK(file.write("one\n") == 4);
  file.look();
  CHECK(file.write("two\n") == 4);
  CHECK(content(folder.file("logs/a.log")) == "one\ntwo\n");
  std::filesystem::remove_all(folder.file("logs"));
  file.look();
  CHECK(file.write("three\n") == 6);
  CHECK(content(folder.file("logs/a.log")) == "three\n");
}

TEST_CASE("A file that another took the place of is left to whoever has it") {
  const LogFolder folder;
  LogFile file(folder.file("a.log"), kLarge, 2);
  REQUIRE(file.open());
  CHECK(file.write("one\n") == 4);
  std::filesystem::rename(folder.file("a.log"), folder.file("b.log"));
  file.look();
  CHECK(file.write("two\n") == 4);
  CHECK(content(folder.file("b.log")) == "one\n");
  CHECK(content(folder.file("a.log")) == "two\n");
}

TEST_CASE("A full disk takes nothing and says so") {
  LogFile file("/dev/full", kLarge, 2);
  REQUIRE(file.open());
  CHECK(file.write("line\n") == 0);
  CHECK(file.fault() == "No space left on device");
  file.look();
  CHECK(file.write("line\n") == 0);
}

TEST_CASE("A pipe that nobody reads is not waited for, and goes on where it stopped") {
  const LogFolder folder;
  const FullPipe pipe(folder.file("a.log"));
  LogFile file(folder.file("a.log"), kLarge, 2);
  REQUIRE(file.open());
  CHECK(file.write("line\n") == 0);
  CHECK(file.fault() == "Resource temporarily unavailable");
  CHECK(pipe.empty().size() > 4096);
  const std::string long_line(200'000, 'a');
  const std::size_t taken = file.write(long_line);
  CHECK(taken > 0);
  CHECK(taken < long_line.size());
  CHECK(pipe.empty() == long_line.substr(0, taken));
}

TEST_CASE("A file that cannot be opened says why") {
  LogFile file("/dev/null/a.log", kLarge, 2);
  CHECK_FALSE(file.open());
  CHECK(file.fault() == "Not a directory");
  CHECK(file.write("line\n") == 0);
}
