#pragma once

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/host.h"

// An outside world in memory, with a clock that the test moves.
namespace shaddock::admin {

class FakeLoop final : public net::Loop {
 public:
  std::chrono::system_clock::time_point wall_clock() const override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'795'000'000'000));
  }
  net::TimerWheel& timers() noexcept override { return wheel_; }
  const net::TimerWheel& timers() const noexcept override { return wheel_; }
  void post(Function<void()> work) override { works_.push_back(std::move(work)); }
  void defer(Function<void()> work) override { works_.push_back(std::move(work)); }
  void run() override {}
  void stop() override {}

  // Lets the time pass, a millisecond a turn.
  void pass(net::Duration time) {
    for (auto left = time.count(); left > 0; --left) {
      wheel_.advance(wheel_.now() + net::Duration(1));
      run_works();
    }
  }
  void run_works() {
    while (!works_.empty()) {
      auto works = std::exchange(works_, {});
      for (auto& work : works) work();
    }
  }

 private:
  net::TimerWheel wheel_{net::TimePoint(net::Duration(1'000'000))};
  std::vector<Function<void()>> works_;
};

class FakeProcesses final : public net::Processes {
 public:
  struct Process {
    net::ProcessId id;
    net::Command command;
    Function<void(net::Exit)> on_exit;
    std::vector<int> signals;
  };

  Result<net::ProcessId> spawn(const net::Command& command,
                               Function<void(net::Exit)> on_exit) override {
    const auto& words = command.arguments;
    if (refuse || std::find(words.begin(), words.end(), refused) != words.end())
      return Error(1, "no more processes");
    const net::ProcessId id{next_pid_++, 5000};
    spawned.push_back({id, command, std::move(on_exit), {}});
    living.insert(id.pid);
    return id;
  }
  net::ProcessId self() const override { return {77, 700}; }
  bool alive(const net::ProcessId& id) const override {
    return living.contains(id.pid) && id.start_time == 5000;
  }
  bool signal(const net::ProcessId& id, int number) override {
    if (!alive(id)) return false;
    signals.emplace_back(id.pid, number);
    if (immortal.contains(id.pid)) return true;
    if (number == SIGKILL || !deaf.contains(id.pid)) living.erase(id.pid);
    return true;
  }
  Result<void> watch(const net::ProcessId& id, Function<void()> on_end) override {
    if (!alive(id)) return Error(1, "it is gone");
    watched.emplace(id.pid, std::move(on_end));
    return {};
  }
  net::ProcessUsage usage() const override { return {5 << 20}; }
  std::string program() const override { return "/games/chat"; }
  bool watch_lifeline(Function<void()>) override { return false; }
  void on_signal(int number, Function<void()> callback) override {
    handlers[number].push_back(std::move(callback));
  }

  // The newest process ends.
  void end_last(net::Exit exit) { end(spawned.size() - 1, exit); }
  void end(std::size_t index, net::Exit exit) {
    living.erase(spawned[index].id.pid);
    auto call = std::move(spawned[index].on_exit);
    call(exit);
  }
  // A process that was only watched ends.
  void end_watched(int pid) {
    living.erase(pid);
    watched.extract(pid).mapped()();
  }
  void raise(int number) {
    for (auto& handler : handlers[number]) handler();
  }

  std::vector<Process> spawned;
  std::set<int> living;
  std::set<int> deaf;      // do not end by SIGTERM
  std::set<int> immortal;  // nor by SIGKILL: they wait for a device
  std::vector<std::pair<int, int>> signals;
  std::map<int, Function<void()>> watched;  // by pid
  std::map<int, std::vector<Function<void()>>> handlers;
  bool refuse = false;
  std::string refused = "nobody";  // no process is made with such an argument

 private:
  int next_pid_ = 1000;
};

class FakeFiles final : public net::Files {
 public:
  Result<std::optional<std::string>> read(const std::string& path) override {
    if (!files.contains(path)) return std::optional<std::string>();
    read_whole.insert(path);
    return std::optional(files.at(path));
  }
  Result<std::optional<std::string>> read_end(const std::string& path, std::uint64_t from,
                                              std::size_t most) override {
    if (!files.contains(path)) return std::optional<std::string>();
    const std::string& text = files.at(path);
    const std::size_t begin = std::min<std::size_t>(from, text.size());
    return std::optional(text.substr(std::max(begin, text.size() - std::min(most, text.size()))));
  }
  Result<std::optional<net::FileStatus>> status(const std::string& path) override {
    if (!files.contains(path)) return std::optional<net::FileStatus>();
    return std::optional(net::FileStatus{files.at(path).size(), modes[path]});
  }
  Result<void> replace(const std::string& path, std::string_view bytes, unsigned mode) override {
    files[path] = bytes;
    modes[path] = mode;
    return {};
  }
  Result<void> append(const std::string& path, std::string_view bytes, unsigned) override {
    files[path] += bytes;
    return {};
  }
  Result<void> make_folder(const std::string& path, unsigned mode) override {
    modes[path] = mode;
    return {};
  }
  Result<void> remove(const std::string& path) override {
    files.erase(path);
    return {};
  }
  Result<void> rename(const std::string& path, const std::string& new_path) override {
    auto file = files.extract(path);
    if (!file) return Error(1, "no file " + path);
    files[new_path] = std::move(file.mapped());
    return {};
  }
  std::vector<std::string> list(const std::string& folder) override {
    std::vector<std::string> names;
    for (const auto& [path, text] : files)
      if (path.starts_with(folder + '/')) names.push_back(path.substr(folder.size() + 1));
    return names;
  }
  Result<std::unique_ptr<net::FileLock>> lock(const std::string& path) override {
    if (!locks.insert(path).second) return std::unique_ptr<net::FileLock>();
    return std::unique_ptr<net::FileLock>(std::make_unique<Lock>(*this, path));
  }

  std::map<std::string, std::string> files;
  std::map<std::string, unsigned> modes;
  std::set<std::string> locks, read_whole;

 private:
  struct Lock final : net::FileLock {
    Lock(FakeFiles& files, std::string path) : files(files), path(std::move(path)) {}
    ~Lock() override { files.locks.erase(path); }
    FakeFiles& files;
    std::string path;
  };
};

class FakeNetwork final : public net::Network {
 public:
  Result<std::unique_ptr<net::Listener>> listen(const net::Address&, OnAccept) override {
    return Error(1, "no network here");
  }
  std::unique_ptr<net::Connecting> connect(const net::Address&, net::Duration, OnConnect) override {
    return nullptr;
  }
  Result<std::unique_ptr<net::DatagramSocket>> open_datagrams(const net::Address&,
                                                              net::OnDatagram) override {
    return Error(1, "no network here");
  }
};

class FakeRandom final : public net::Random {
 public:
  void fill(std::span<char> bytes) override {
    for (char& byte : bytes) byte = static_cast<char>(next_++ * 37);
  }

 private:
  unsigned next_ = 1;
};

struct FakeHost {
  FakeLoop loop;
  FakeNetwork network;
  FakeProcesses processes;
  FakeFiles files;
  FakeRandom random;
  net::Host host{loop, network, processes, files, random};
};

}  // namespace shaddock::admin
