#include "app/top_command.h"

#include <csignal>
#include <optional>

#include "admin/top_table.h"
#include "app/terminal.h"

namespace shaddock::app {
namespace {

constexpr net::Duration kPeriod{1000}, kLookForKey{50};

class Top {
 public:
  Top(const CommandContext& context, admin::Console& console)
      : context_(context),
        console_(console),
        keys_(context.host.loop.timers(), [this] { look_for_key(); }) {
    // Rates need two looks, so the first is not shown where nothing replaces it.
    const bool live = !context.line.json && Terminal::is_there();
    skip_ = !live;
    left_ = context.line.rounds != 0 ? context.line.rounds : live || context.line.json ? 0 : 1;
    if (live) begin_screen();
  }

  int run() {
    net::Loop& loop = context_.host.loop;
    for (const int number : {SIGINT, SIGTERM})
      context_.host.processes.on_signal(number, [this] { end(admin::exit_code::kFine); });
    console_.watch(
        kPeriod, [this](std::vector<admin::RowMessage> rows) { look(std::move(rows)); },
        [this](int code) { end(code); });
    loop.run();
    return code_;
  }
  // Before anything else is printed.
  ~Top() { terminal_.reset(); }

 private:
  void begin_screen() {
    terminal_.emplace();
    keys_.start(kLookForKey);
  }

  void look(std::vector<admin::RowMessage> rows) {
    std::vector<std::optional<std::uint64_t>> cpu;
    for (const admin::RowMessage& row : rows)
      cpu.push_back(admin::cpu_time(context_.host.files, row.pid));
    table_.look(std::move(rows), cpu, context_.host.loop.now());
    if (std::exchange(skip_, false)) return;
    show();
    if (left_ != 0 && --left_ == 0) end(admin::exit_code::kFine);
  }

  void show() {
    if (context_.line.json)
      context_.outlets.print(table_.json().dump());
    else if (terminal_)
      terminal_->show(table_.text() + "\nq ends\n");
    else
      context_.outlets.print(table_.text());
  }

  void look_for_key() {
    while (const auto key = terminal_->key())
      if (*key == 'q') end(admin::exit_code::kFine);
    keys_.start(kLookForKey);
  }

  void end(int code) {
    code_ = code;
    context_.host.loop.stop();
  }

  const CommandContext& context_;
  admin::Console& console_;
  admin::TopTable table_;
  std::optional<Terminal> terminal_;
  net::Timer keys_;
  bool skip_ = false;
  std::size_t left_ = 0;  // rounds; 0: no end
  int code_ = admin::exit_code::kOther;
};

}  // namespace

int run_top(const CommandContext& context, admin::Console& console) {
  std::signal(SIGPIPE, SIG_DFL);  // whoever reads this may have had enough
  return Top(context, console).run();
}

}  // namespace shaddock::app
