#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "ground.h"
#include "own_mounts.h"
#include "rows.h"
#include "system/loopback_socket.h"
#include "system/process_figures.h"

namespace shaddock::failures {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using system_test::LoopbackSocket;
using Figures = std::vector<Figure>;

// What a room writes into its log, and what its clients notice of that.
class Diary {
 public:
  explicit Diary(Ground& ground)
      : ground_(ground),
        folder_(ground.cluster().folder() + "/logs/" + ground.cluster().environment()) {}

  const std::string& folder() const { return folder_; }
  std::string file() const { return folder_ + "/room-1.log"; }
  // So many lines of 200 bytes, and how long one of them has taken at most.
  void scribble(int lines) {
    std::optional<client::Answer> answered;
    // Whoever of them is served by that room.
    for (std::size_t client = 0; client < 10; ++client) {
      answered.reset();
      ground_.load().ask(client, "room.roomHandler.scribble",
                         {{"room", "room-1"}, {"lines", lines}},
                         [&](client::Answer answer) { answered = std::move(answer); });
      if (!ground_.cluster().until([&] { return answered.has_value(); }) || answered->code != 200)
        throw std::runtime_error("the room does not answer");
      if (const auto took = answered->body.at("microseconds").as_integer(); took >= 0) {
        longest = std::max(longest, static_cast<double>(took) / 1000);
        return;
      }
    }
    throw std::runtime_error("nobody is served by room-1");
  }
  // Until a new line is there: -1 when that takes too long.
  double resumed(const std::function<std::string()>& content) {
    const auto begin = ground_.now();
    const bool there = ground_.cluster().until(
        [&] { return content().find("scribble") != std::string::npos; }, milliseconds(5000));
    return there ? failures::milliseconds(begin, ground_.now()) : -1;
  }
  std::string read() { return ground_.cluster().read(file()); }

  double longest = 0;  // of all that was scribbled, in milliseconds

 private:
  Ground& ground_;
  const std::string folder_;
};

double occurrences(const std::string& text, std::string_view what) {
  double count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

Figures of_log(Ground& ground, const Diary& diary, double resumed) {
  ground.settle();
  return {{"failed requests", "", ground.failed(), 0},
          {"a line makes its server wait at most", "ms", diary.longest, 10},
          {"lines are written again after", "ms", resumed, 1000}};
}

Figures full_log_disk() {
  const OwnMounts mounts;
  Ground ground;
  Diary diary(ground);
  ground.begin();
  mounts.put_disk(diary.folder(), "64k");
  ground.wait(milliseconds(1100));                   // until it is seen that the file is another
  for (int i = 0; i < 50; ++i) diary.scribble(300);  // never so many that the room is late
  ground.wait(milliseconds(1000));
  mounts.resize_disk(diary.folder(), "16m");
  const double resumed = diary.resumed([&] {
    const std::string text = diary.read();
    return text.substr(std::min<std::size_t>(text.size(), 64 * 1024));
  });
  diary.scribble(1);
  double told = 0;
  ground.cluster().until(
      [&] {
        diary.scribble(1);
        return (told = occurrences(diary.read(), "lines were lost before this lines=")) > 0;
      },
      milliseconds(5000));
  auto figures = of_log(ground, diary, resumed);
  mounts.take_away(diary.folder());
  const std::string said = ground.cluster().read(diary.folder() + "/room-1.out");
  const double complaints = occurrences(said, "cannot write");
  figures.push_back({"the log does not tell how many lines were lost", "", told > 0 ? 0. : 1., 0});
  figures.push_back({"lines about it on stderr", "", complaints == 0 ? -1 : complaints, 1});
  return figures;
}

Figures removed_log_folder() {
  Ground ground;
  Diary diary(ground);
  ground.begin();
  diary.scribble(100);
  fs::remove_all(diary.folder());
  const auto begin = ground.now();
  double resumed = -1;
  ground.cluster().until(
      [&] {
        diary.scribble(1);
        if (!fs::exists(diary.file())) return false;
        resumed = failures::milliseconds(begin, ground.now());
        return true;
      },
      milliseconds(5000));
  return of_log(ground, diary, resumed);
}

// A FIFO in place of the file, whose reader sleeps.
Figures stuck_log_disk() {
  Ground ground;
  Diary diary(ground);
  ground.begin();
  fs::rename(diary.file(), diary.file() + ".was");
  if (::mkfifo(diary.file().c_str(), 0600) != 0) throw std::runtime_error("no FIFO");
  std::fstream reader(diary.file(), std::ios::in | std::ios::out);
  ground.wait(milliseconds(1100));                   // until it is seen that the file is another
  for (int i = 0; i < 50; ++i) diary.scribble(300);  // never so many that the room is late
  char pipe[64 * 1024];
  reader.read(pipe, sizeof pipe);
  const double resumed = diary.resumed([&] {
    std::string line;
    std::getline(reader, line);
    return line;
  });
  return of_log(ground, diary, resumed);
}

// The clock of all servers, as jumping_clock.cpp reads it.
class WallClock {
 public:
  WallClock() : file_((fs::temp_directory_path() / "shaddock-clock-XXXXXX").string()) {
    const int file = ::mkstemp(file_.data());
    if (file < 0) throw std::runtime_error("no file for the clock");
    ::close(file);
    jump_to(0);
    ::setenv("SHADDOCK_CLOCK_FILE", file_.c_str(), 1);
    ::setenv("LD_PRELOAD", JUMPING_CLOCK, 1);
  }
  ~WallClock() {
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("SHADDOCK_CLOCK_FILE");
    fs::remove(file_);
  }
  WallClock(const WallClock&) = delete;
  WallClock& operator=(const WallClock&) = delete;

  void jump_to(std::int64_t seconds) {
    std::fstream file(file_, std::ios::binary | std::ios::in | std::ios::out);
    file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
  }

 private:
  std::string file_;
};

// How far the room's clock is from ours, in seconds.
double distance(Ground& ground) {
  std::optional<double> ahead;
  ground.load().ask(0, "room.roomHandler.clock", Json::object(), [&](const client::Answer& answer) {
    if (answer.code != 200) return;
    const std::chrono::duration<double> own = std::chrono::system_clock::now().time_since_epoch();
    ahead = static_cast<double>(answer.body.at("milliseconds").as_integer()) / 1000 - own.count();
  });
  ground.cluster().until([&] { return ahead.has_value(); });
  return ahead.value_or(0);
}

constexpr const char* kServers[] = {"gate-1", "connector-1", "connector-2", "room-1", "room-2"};

Figures clock_jumps() {
  WallClock clock;
  Ground ground;
  std::vector<std::uint64_t> lives;
  for (const char* id : kServers) lives.push_back(ground.life(id));
  ground.begin();
  for (const std::int64_t seconds : {-3600, 3600, 0}) {
    clock.jump_to(seconds);
    if (std::abs(distance(ground) - static_cast<double>(seconds)) > 60)
      throw NotMeasured("the clocks of these programs cannot be moved");
    ground.wait(milliseconds(4000));  // longer than any silence that is borne
  }
  double replaced = 0;
  for (std::size_t i = 0; i < lives.size(); ++i) replaced += ground.life(kServers[i]) != lives[i];
  ground.settle();
  return {{"failed requests", "", ground.failed(), 0},
          {"connections lost", "", static_cast<double>(ground.load().absences().size()), 0},
          {"servers replaced", "", replaced, 0}};
}

constexpr rlim_t kDescriptors = 256;
constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// Crowds of clients who want to be let in by WebSocket.
struct Crowd {
  explicit Crowd(int port) : port(port) {}
  // Says hello and hears what it is told: 101, 503, or 0 when the connection only ends.
  int come() {
    auto& one = in.emplace_back(std::make_unique<LoopbackSocket>(port));
    one->write(kUpgrade);
    if (one->hears("\r\n\r\n")) return std::atoi(one->heard().c_str() + 9);
    in.pop_back();
    return 0;
  }
  const int port;
  std::vector<std::unique_ptr<LoopbackSocket>> in;
};

void limit_descriptors(int pid, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  if (::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr) != 0)
    throw NotMeasured("the limit of process " + std::to_string(pid) +
                      " cannot be set: " + std::strerror(errno));
}

double cpu_percent(Ground& ground, int pid) {
  const system_test::ProcessFigures figures(pid);
  const auto since = ground.now();
  const double before = figures.cpu_milliseconds();
  ground.wait(milliseconds(2000));
  return (figures.cpu_milliseconds() - before) / failures::milliseconds(since, ground.now()) * 100;
}

// A connector that was started with few descriptors, as with `prlimit --nofile=256`.
void start_with_few(Ground& ground) {
  const auto master = ground.cluster().record("master");
  if (!master) throw std::runtime_error("no master");
  limit_descriptors(master->process.pid, kDescriptors, kDescriptors);
  const auto before = ground.life("connector-1");
  ground.cluster().kill("connector-1");
  if (!ground.cluster().until(
          [&] { return ground.life("connector-1") > before && ground.load().all_in(); }))
    throw std::runtime_error("connector-1 does not come back");
}

Figures too_many_clients() {
  Ground ground;
  start_with_few(ground);
  ground.begin();
  Crowd crowd(ground.cluster().client_address("connector-1").port);
  double in = 0, told = 0, untold = 0;
  for (int i = 0; i < 300; ++i) {
    const int answer = crowd.come();
    ++(answer == 101 ? in : answer == 503 ? told : untold);
  }
  const double cpu = (ground.settle(), cpu_percent(ground, ground.process("connector-1").pid));
  const double failed = ground.failed();
  const auto begin = ground.now();
  crowd.in.clear();
  double again = -1;
  ground.cluster().until(
      [&] {
        if (crowd.come() == 101) again = failures::milliseconds(begin, ground.now());
        return again >= 0;
      },
      milliseconds(5000));
  return {{"surplus clients that are not told 503", "", told == 0 ? -1 : untold, 0},
          {"failed requests of those who are in", "", failed, 0},
          {"processor time of the full connector", "%", cpu, 20},
          {"somebody has gone: the next is in after", "ms", again, 1000}};
}

// The next that this process opens has a higher number than all of these.
rlim_t highest_descriptor(int pid) {
  rlim_t highest = 0;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd"))
    highest = std::max<rlim_t>(highest, std::stoul(entry.path().filename().string()));
  return highest;
}

// Nothing is left at all, although some are kept: the limit is lowered while the server runs.
Figures no_descriptors() {
  Ground ground;
  ground.begin();
  const int pid = ground.process("connector-1").pid;
  rlimit before{};
  ::prlimit(pid, RLIMIT_NOFILE, nullptr, &before);
  limit_descriptors(pid, highest_descriptor(pid) + 1, before.rlim_max);
  Crowd crowd(ground.cluster().client_address("connector-1").port);
  double in = 0;
  for (int i = 0; i < 100; ++i) in += crowd.come() == 101;
  ground.wait(milliseconds(1000));
  ground.settle();
  const double failed = ground.failed(), cpu = cpu_percent(ground, pid);
  limit_descriptors(pid, before.rlim_cur, before.rlim_max);
  const auto begin = ground.now();
  double again = -1;
  ground.cluster().until(
      [&] {
        if (crowd.come() == 101) again = failures::milliseconds(begin, ground.now());
        return again >= 0;
      },
      milliseconds(5000));
  return {{"clients that were let in all the same", "", in, 10},
          {"failed requests of those who are in", "", failed, 0},
          {"processor time of the connector", "%", cpu, 20},
          {"there are some again: a client is in after", "ms", again, 1000}};
}

}  // namespace

std::vector<Row> resource_rows() {
  const auto row = [](const char* id, const char* fault, Figures (*round)()) {
    return Row{id, fault, false, [round](const Means&) { return round(); }};
  };
  return {row("F16", "the disk of the logs is full", full_log_disk),
          row("F16a", "the folder of the logs is removed", removed_log_folder),
          row("F16b", "a log that nothing can be written to", stuck_log_disk),
          row("F17", "the clock jumps by an hour, back and forth", clock_jumps),
          row("F18", "more clients than descriptors", too_many_clients),
          row("F18a", "not one descriptor left", no_descriptors)};
}

}  // namespace shaddock::failures
