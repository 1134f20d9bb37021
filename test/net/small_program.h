#pragma once

#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "net/program.h"

namespace shaddock::net {

// What the programs of a test say, from whatever thread.
class Notes {
 public:
  void add(const std::string& note) {
    const std::lock_guard lock(mutex_);
    ++notes_[note];
  }
  int count(const std::string& note) const {
    const std::lock_guard lock(mutex_);
    const auto found = notes_.find(note);
    return found == notes_.end() ? 0 : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> notes_;
};

// A program that does what the words of its command line say, one after the other:
//
//   polite   ends with 7 on SIGTERM            throws   lets an exception out of main
//   quick    ends with 3 at once               spawns   notes why it may not
//   thread   notes whether it is on `home`     listens  answers "echo" on kServed
//   asks     asks there, notes the answer      hangs    waits for the lock `hold` in a turn
class SmallProgram final : public Program, private StreamEvents {
 public:
  struct World {
    Notes notes;
    std::mutex hold;
    std::thread::id home = std::this_thread::get_id();
  };
  inline static const Address kServed{"127.0.0.1", 3150};

  static Main main(World& world) {
    return [&world](Host& host, const Command& command, Function<void(int)> on_end) {
      return std::unique_ptr<Program>(new SmallProgram(world, host, command, std::move(on_end)));
    };
  }
  ~SmallProgram() override {
    world_.notes.add("destroyed");
    if (thread_ != std::this_thread::get_id()) world_.notes.add("destroyed elsewhere");
    if (inside_) world_.notes.add("destroyed from inside");
  }

 private:
  SmallProgram(World& world, Host& host, const Command& command, Function<void(int)> on_end)
      : world_(world), host_(host), end_(std::move(on_end)) {
    world_.notes.add("begun");
    for (const std::string& word : command.arguments) follow(word);
  }

  void follow(const std::string& word) {
    if (word == "polite") obey();
    if (word == "quick") leave(3);
    if (word == "throws") throw std::runtime_error("as told");
    if (word == "thread" && thread_ == world_.home) world_.notes.add("at home");
    if (word == "spawns") spawn();
    if (word == "listens") listen();
    if (word == "asks") ask();
    if (word == "hangs") host_.loop.post([this] { hang(); });
  }
  void obey() {
    for (const int number : {SIGTERM, SIGKILL})  // of which the second cannot be caught
      host_.processes.on_signal(number, [this] { leave(7); });
  }
  void leave(int code) {
    inside_ = true;
    end_(code);
    inside_ = false;
  }
  void hang() {
    world_.notes.add("hangs");
    const std::lock_guard lock(world_.hold);
  }
  void spawn() {
    const auto spawned = host_.processes.spawn({"/bin/true", {}, "/dev/null"}, {});
    world_.notes.add(spawned.ok() ? "spawned" : spawned.error().text);
  }
  void listen() {
    auto opened = host_.network.listen(kServed, [this](std::unique_ptr<Stream> stream) {
      stream_ = std::move(stream);
      stream_->write("echo");
    });
    world_.notes.add(opened.ok() ? "listens" : opened.error().text);
    if (opened.ok()) listener_ = std::move(*opened);
  }
  void ask() {
    connecting_ = host_.network.connect(kServed, Duration(5000), [this](auto result) {
      if (!result.ok()) return world_.notes.add("refused");
      stream_ = std::move(*result);
      stream_->set_events(*this);
    });
  }
  void on_bytes(std::span<char> bytes) override {
    world_.notes.add("heard " + std::string(bytes.data(), bytes.size()));
  }
  void on_end() override { world_.notes.add("heard the end"); }

  World& world_;
  Host& host_;
  Function<void(int)> end_;
  const std::thread::id thread_ = std::this_thread::get_id();
  bool inside_ = false;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<Connecting> connecting_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace shaddock::net
