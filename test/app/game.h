#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/records.h"
#include "net/uv_host.h"

namespace shaddock::app {

// A cluster of tiny_game with a folder and ports of its own: one connector, two chat servers and a
// master. Whatever a test leaves running is killed at its end.
class Game {
 public:
  explicit Game(std::string extra_of_chat_2 = "");
  ~Game();

  struct Ended {
    int code = -1;
    std::string output;
    bool says(std::string_view text) const { return output.find(text) != std::string::npos; }
  };
  // A command that is running, by itself or after wait_for_end() no more.
  struct Running {
    net::ProcessId process;
    std::string output_file;
    std::optional<net::Exit> exit;
  };

  std::shared_ptr<Running> begin(std::vector<std::string> words);
  // Runs the loop until the command has ended.
  Ended end_of(Running& running);
  Ended run(std::vector<std::string> words) { return end_of(*begin(std::move(words))); }
  // Begins `start` and waits until it says ready.
  std::shared_ptr<Running> start(std::vector<std::string> words = {"start"});

  // Runs the loop until the condition holds; false after half a minute.
  bool until(const std::function<bool()>& condition);
  std::string output(const Running& running);

  std::optional<admin::Record> record(const std::string& id,
                                      const std::string& environment = "development");
  // Pids of processes whose records live.
  std::vector<admin::Record> living(const std::string& environment = "development");
  // True when none of them is left; waits for it.
  bool all_gone(const std::vector<admin::Record>& records);
  bool alive(const admin::Record& record) { return host().processes.alive(record.process); }
  void signal(const net::ProcessId& process, int number) {
    host().processes.signal(process, number);
  }

  net::Host& host() { return uv_.host(); }
  const std::string& folder() const { return folder_; }
  std::string config() const { return folder_ + "/config"; }
  int client_port() const { return ports_[0]; }
  int master_port() const { return ports_[3]; }

 private:
  void choose_ports();
  void write_configuration(const std::string& extra_of_chat_2);

  net::UvHost uv_;
  std::string folder_;
  std::vector<int> ports_;
  std::vector<std::shared_ptr<Running>> begun_;
};

}  // namespace shaddock::app
