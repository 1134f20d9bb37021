#include "app/daemon.h"

#include <algorithm>
#include <csignal>
#include <optional>

namespace shaddock::app {
namespace {

constexpr net::Duration kLookAgain{10};

class Watch {
 public:
  Watch(net::Host& host, admin::Records& records, const DaemonSettings& settings)
      : host_(host),
        records_(records),
        settings_(settings),
        look_(host.loop.timers(), [this] { look(); }) {}

  int run() {
    net::Command command;
    command.program = host_.processes.program();
    command.arguments = settings_.arguments;
    command.output_file = settings_.output_file;
    const std::size_t before = written().size();
    auto process = host_.processes.spawn(command, [this](net::Exit exit) { ended(exit); });
    if (!process) {
      settings_.print(process.error().text);
      return 1;
    }
    process_ = *process;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
      host_.processes.on_signal(number, [this] { host_.processes.signal(process_, SIGTERM); });
    look_.start(kLookAgain);
    host_.loop.run();
    if (ready_) {
      settings_.print(*ready_);
      return 0;
    }
    const std::string text = written();
    settings_.print(text.substr(std::min(before, text.size())));
    return code_;
  }

 private:
  std::string written() {
    auto text = host_.files.read(settings_.output_file);
    return text && *text ? std::move(**text) : std::string();
  }

  void look() {
    const auto record = records_.find(settings_.master_id);
    if (record && record->process == process_ && !record->note.empty()) {
      ready_ = record->note;
      host_.loop.stop();
    } else {
      look_.start(kLookAgain);
    }
  }

  void ended(const net::Exit& exit) {
    code_ = exit.signal == 0 && exit.status != 0 ? exit.status : 1;
    host_.loop.stop();
  }

  net::Host& host_;
  admin::Records& records_;
  const DaemonSettings& settings_;
  net::ProcessId process_;
  std::optional<std::string> ready_;
  int code_ = 1;
  net::Timer look_;
};

}  // namespace

int start_daemon(net::Host& host, admin::Records& records, const DaemonSettings& settings) {
  return Watch(host, records, settings).run();
}

}  // namespace shaddock::app
