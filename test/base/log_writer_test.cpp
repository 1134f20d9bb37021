#include "base/log_writer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "log_folder.h"

using namespace shaddock;

namespace {

constexpr std::size_t kRoom = 1000;

// A writer, and what it has complained of.
struct Desk {
  explicit Desk(const std::string& path, std::size_t room = kRoom) {
    auto file = std::make_unique<LogFile>(path, 1 << 20, 2);
    REQUIRE(file->open());
    writer.emplace(std::move(file), room, [this](std::string_view line) {
      const std::lock_guard lock(mutex);
      last = line;
      ++complaints;
    });
  }
  std::string complaint() {
    const std::lock_guard lock(mutex);
    return last;
  }
  std::mutex mutex;
  std::string last;
  std::atomic<int> complaints = 0;
  std::optional<LogWriter> writer;
};

std::string numbered(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) lines += "line " + std::to_string(i) + "\n";
  return lines;
}

}  // namespace

TEST_CASE("Lines are in the file in their order, at the latest at the writer's end") {
  const LogFolder folder;
  {
    Desk desk(folder.file("a.log"), 1 << 20);
    for (int i = 0; i < 1000; ++i) desk.writer->add("line " + std::to_string(i));
    CHECK(desk.writer->lost() == 0);
  }
  CHECK(content(folder.file("a.log")) == numbered(0, 1000));
}

TEST_CASE("As long as nothing can be written the newest lines wait, the oldest are lost") {
  const LogFolder folder;
  const FullPipe pipe(folder.file("a.log"));
  Desk desk(folder.file("a.log"), 1000);
  desk.writer->add("first");
  REQUIRE(before_long([&] { return desk.complaints == 1; }));
  for (int i = 0; i < 1000; ++i) desk.writer->add("line " + std::to_string(i));
  const auto kept = static_cast<int>(1001 - desk.writer->lost());
  CHECK(kept > 90);
  CHECK(kept < 150);
  CHECK(desk.writer->take_lost() == 0);  // not yet over
  std::string text;
  pipe.empty();
  CHECK(before_long([&] { return (text += pipe.empty()).ends_with("line 999\n"); }));
  CHECK(text.substr(text.find("first")) == "first\n" + numbered(1001 - kept, 1000));
  std::uint64_t told = 0;
  CHECK(before_long([&] { return (told = desk.writer->take_lost()) != 0; }));
  CHECK(told == desk.writer->lost());
  CHECK(desk.writer->take_lost() == 0);
}

TEST_CASE("It complains once, not at each try, and names file, reason and loss") {
  Desk desk("/dev/full");
  desk.writer->add("one");
  CHECK(before_long([&] { return desk.complaints == 1; }));
  CHECK(desk.complaint() == "cannot write /dev/full: No space left on device, lines lost: 0");
  const auto since = std::chrono::steady_clock::now();
  desk.writer.reset();  // has tried again, and gave up
  CHECK(desk.complaints == 1);
  CHECK(std::chrono::steady_clock::now() - since < LogWriter::kComplainEach);
}

TEST_CASE("Who is in a hurry finds the line in the file; where nothing can be written it goes on") {
  const LogFolder folder;
  Desk desk(folder.file("a.log"));
  desk.writer->add("one");
  desk.writer->hurry();
  CHECK(before_long([&] { return content(folder.file("a.log")) == "one\n"; }));
  Desk full("/dev/full");
  for (int i = 0; i < 100'000; ++i) {  // of which none may wait for long, or this takes minutes
    full.writer->add("one");
    full.writer->hurry();
  }
  CHECK(full.writer->lost() > 99'000);
}

TEST_CASE("A folder that was removed is made again for the lines that come later") {
  const LogFolder folder;
  Desk desk(folder.file("logs/a.log"));
  desk.writer->add("one");
  CHECK(before_long([&] { return content(folder.file("logs/a.log")) == "one\n"; }));
  std::filesystem::remove_all(folder.file("logs"));
  CHECK(before_long([&] {
    desk.writer->add("more");
    return content(folder.file("logs/a.log")).find("more") != std::string::npos;
  }));
}
