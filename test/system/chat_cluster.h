#pragma once

#include <shaddock/json.h>
#include <shaddock/server_info.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/records.h"
#include "net/isolation.h"
#include "net/uv_host.h"

namespace shaddock::system_test {

// The chat example, or another program, with a temporary folder that holds a copy of its
// configuration, on ports of its own. It is told what to do by its command line, as an operator
// would. At its end everything is stopped, and a process of it that is left fails the test (and is
// killed). One thread; nothing here may be called from a callback of the loop. SHADDOCK_ISOLATION
// says what its servers are: process (default), thread or none.
class ChatCluster {
 public:
  struct Program {
    std::string path;
    Json servers, master;  // what its configuration files hold
  };

  static net::Isolation usual_isolation();

  explicit ChatCluster(std::string environment = "development",
                       net::Isolation isolation = usual_isolation());
  ChatCluster(std::string environment, const Program& program,
              net::Isolation isolation = usual_isolation());
  ~ChatCluster();
  ChatCluster(const ChatCluster&) = delete;
  ChatCluster& operator=(const ChatCluster&) = delete;

  struct Ended {
    int code = -1;  // -1: by a signal, or not in time
    std::string output;
    bool says(std::string_view text) const { return output.find(text) != std::string::npos; }
  };
  // A command under way.
  struct Running {
    net::ProcessId process;
    std::string output_file;
    std::optional<net::Exit> exit;
  };

  std::shared_ptr<Running> begin(std::vector<std::string> words);
  Ended end_of(Running& running);
  Ended run(std::vector<std::string> words) { return end_of(*begin(std::move(words))); }
  std::string output(const Running& running) { return read(running.output_file); }

  void start();  // as a daemon
  std::shared_ptr<Running> start_in_foreground();
  void stop();

  // Runs the loop until the condition holds; false when it does not within the time.
  bool until(const std::function<bool()>& condition, net::Duration patience = kPatience);

  // Everything of this cluster that runs, by what its command line says.
  std::vector<int> processes() const;
  // How many that is, with its seven servers and the master.
  std::size_t all_processes() const { return isolation_ == net::Isolation::process ? 8 : 1; }
  bool all_gone() {
    return until([this] { return processes().empty(); });
  }
  std::optional<admin::Record> record(const std::string& id);
  // Sends SIGKILL and waits until that process is gone.
  void kill(const std::string& id);

  // The servers of one type as they are configured, in order.
  std::vector<ServerInfo> servers(std::string_view type);
  net::Address client_address(std::string_view id);
  net::Address gate() { return client_address("gate-server-1"); }
  int master_port();
  // The free port that stands for this one of the configuration.
  int port(int configured) const;
  int free_port();  // that nobody has
  // Appends a server to both environments: `like` is an entry of that type, whose ports are
  // replaced by new ones.
  void add_server(const std::string& type, const std::string& id);

  std::string config(std::string_view file = {}) const {
    return folder_ + "/config" + (file.empty() ? "" : "/") + std::string(file);
  }
  std::string read(const std::string& path);
  void write(const std::string& path, std::string_view text);
  // Lines of warnings and errors in the logs, and whatever servers wrote beside their logs.
  std::string complaints();

  net::Host& host() { return uv_.host(); }
  const std::string& folder() const { return folder_; }
  const std::string& environment() const { return environment_; }

  static constexpr net::Duration kPatience{60000};

 private:
  void move_ports(Json& value);

  void set_isolation();

  net::UvHost uv_;
  net::Isolation isolation_;
  std::string environment_, program_, folder_;
  std::vector<int> ports_;
  std::vector<std::pair<std::int64_t, int>> moved_;
  std::vector<std::shared_ptr<Running>> begun_;
};

}  // namespace shaddock::system_test
