#include "net/uv_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "net/temporary_folder.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

std::string content(UvFiles& files, const std::string& path) {
  auto text = files.read(path);
  REQUIRE(text.ok());
  REQUIRE(text->has_value());
  return **text;
}

}  // namespace

TEST_CASE("A file that is not there is nothing, and one that cannot be read an error") {
  const TemporaryFolder folder;
  UvFiles files;
  auto nothing = files.read(folder.path("a"));
  REQUIRE(nothing.ok());
  CHECK_FALSE(nothing->has_value());
  auto error = files.read(folder.path(""));
  REQUIRE_FALSE(error.ok());
  CHECK(error.error().text.find(folder.path("")) != std::string::npos);
}

TEST_CASE("Of a large file the end can be read, from a place on and no more than asked for") {
  const TemporaryFolder folder;
  UvFiles files;
  const std::string path = folder.path("a");
  CHECK_FALSE(files.read_end(path, 0, 10)->has_value());
  CHECK_FALSE(files.status(path)->has_value());
  REQUIRE(files.replace(path, "0123456789", 0640));
  CHECK(**files.read_end(path, 0, 100) == "0123456789");
  CHECK(**files.read_end(path, 0, 3) == "789");
  CHECK(**files.read_end(path, 8, 3) == "89");
  CHECK(**files.read_end(path, 10, 3) == "");
  CHECK(**files.read_end(path, 1'000'000, 3) == "");
  CHECK((*files.status(path))->size == 10);
  CHECK((*files.status(path))->mode == 0640);
  CHECK_FALSE(files.read_end(folder.path(""), 0, 10).ok());
  CHECK_FALSE(files.status(path + "/b").ok());
}

TEST_CASE("A file is replaced as a whole, with its mode, and nothing is left beside it") {
  const TemporaryFolder folder;
  UvFiles files;
  std::string large(100'000, 'x');
  large[50'000] = '\0';
  CHECK(files.replace(folder.path("secret"), "old", 0600).ok());
  CHECK(files.replace(folder.path("secret"), large, 0640).ok());
  CHECK(content(files, folder.path("secret")) == large);
  CHECK(mode_of(folder.path("secret")) == 0640);
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"secret"});
}

TEST_CASE("A replacement that fails leaves the old file and no other") {
  const TemporaryFolder folder;
  UvFiles files;
  REQUIRE(files.make_folder(folder.path("taken"), 0700).ok());
  REQUIRE(files.append(folder.path("taken/inside"), "x", 0600).ok());
  const auto result = files.replace(folder.path("taken"), "new", 0600);
  REQUIRE_FALSE(result.ok());
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"taken"});
  CHECK_FALSE(files.replace(folder.path("missing/file"), "new", 0600).ok());
}

TEST_CASE("What a replacement left that was killed is gone with the next one") {
  const TemporaryFolder folder;
  UvFiles files;
  REQUIRE(files.append(folder.path("record.new"), "half of what was going to be", 0644).ok());
  REQUIRE(files.replace(folder.path("record"), "whole", 0600).ok());
  CHECK(content(files, folder.path("record")) == "whole");
  CHECK(mode_of(folder.path("record")) == 0600);
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"record"});
}

TEST_CASE("Many that replace one file at the same time each write it whole") {
  const TemporaryFolder folder;
  const std::string path = folder.path("record");
  std::vector<std::thread> writers;
  for (const char letter : {'a', 'b', 'c', 'd'})
    writers.emplace_back([&path, letter] {
      UvFiles files;
      for (int i = 0; i < 20; ++i)
        if (!files.replace(path, std::string(10'000 + 100 * i, letter), 0600)) std::abort();
    });
  for (auto& writer : writers) writer.join();
  UvFiles files;
  const std::string text = content(files, path);
  CHECK(text == std::string(11'900, text.front()));
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"record"});
}

TEST_CASE("A file that is renamed takes the place of the other; one that is missing does not") {
  const TemporaryFolder folder;
  UvFiles files;
  REQUIRE(files.append(folder.path("out"), "new", 0600).ok());
  REQUIRE(files.append(folder.path("out.1"), "old", 0600).ok());
  CHECK(files.rename(folder.path("out"), folder.path("out.1")).ok());
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"out.1"});
  CHECK(content(files, folder.path("out.1")) == "new");
  CHECK_FALSE(files.rename(folder.path("out"), folder.path("out.1")).ok());
}

TEST_CASE("Appending makes the file and adds to its end") {
  const TemporaryFolder folder;
  UvFiles files;
  CHECK(files.append(folder.path("log"), "one ", 0600).ok());
  CHECK(files.append(folder.path("log"), "two", 0600).ok());
  CHECK(content(files, folder.path("log")) == "one two");
  CHECK(mode_of(folder.path("log")) == 0600);
  CHECK_FALSE(files.append(folder.path("missing/log"), "x", 0600).ok());
}

TEST_CASE("Folders are made with their parents, and only the last gets the mode") {
  const TemporaryFolder folder;
  UvFiles files;
  CHECK(files.make_folder(folder.path("a/b/c"), 0700).ok());
  CHECK(files.make_folder(folder.path("a/b/c"), 0700).ok());
  CHECK(mode_of(folder.path("a/b/c")) == 0700);
  CHECK(mode_of(folder.path("a/b")) != 0700);
  CHECK(files.append(folder.path("file"), "x", 0600).ok());
  CHECK_FALSE(files.make_folder(folder.path("file"), 0700).ok());
  CHECK_FALSE(files.make_folder(folder.path("file/below"), 0700).ok());
}

TEST_CASE("Names are listed in order; a folder that is not there is empty") {
  const TemporaryFolder folder;
  UvFiles files;
  for (const char* name : {"b", "a", "c"}) CHECK(files.append(folder.path(name), "", 0600).ok());
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"a", "b", "c"});
  CHECK(files.remove(folder.path("b")).ok());
  CHECK(files.remove(folder.path("b")).ok());
  CHECK(files.list(folder.path("")) == std::vector<std::string>{"a", "c"});
  CHECK(files.list(folder.path("missing")).empty());
}

TEST_CASE("A lock is held by one at a time and free again when its holder is gone") {
  const TemporaryFolder folder;
  UvFiles files;
  auto first = files.lock(folder.path("lock"));
  REQUIRE(first.ok());
  REQUIRE(*first != nullptr);
  auto second = files.lock(folder.path("lock"));
  REQUIRE(second.ok());
  CHECK(*second == nullptr);
  first->reset();
  auto third = files.lock(folder.path("lock"));
  REQUIRE(third.ok());
  CHECK(*third != nullptr);
  CHECK_FALSE(files.lock(folder.path("missing/lock")).ok());
}
