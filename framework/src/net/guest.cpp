#include "net/guest.h"

#include <csignal>
#include <utility>

#include "net/guest_processes.h"

namespace shaddock::net {

// Held by the guest only; what is on its way to it finds it as long as it is there.
struct Guest::State : std::enable_shared_from_this<Guest::State> {
  State(const Host& base, Main to_run, Command words, Function<void(Exit)> ended, bool spawns)
      : processes(base.processes, spawns),
        host{base.loop, base.network, processes, base.files, base.random},
        main(std::move(to_run)),
        command(std::move(words)),
        on_exit(std::move(ended)) {}

  void begin() {
    try {
      program = main(host, command, [here = weak_from_this()](int code) {
        if (const auto self = here.lock()) self->end({code, 0});
      });
    } catch (...) {
      end({0, SIGABRT});
    }
  }

  void deliver(int number) {
    if (over) return;
    if (number == SIGKILL || !processes.deliver(number)) end({0, number});
  }

  void end(Exit exit) {
    if (std::exchange(over, true)) return;
    host.loop.defer([here = weak_from_this(), exit] {
      const auto self = here.lock();
      if (!self) return;
      self->program.reset();
      auto call = std::move(self->on_exit);
      call(exit);
    });
  }

  GuestProcesses processes;
  Host host;
  const Main main;
  const Command command;
  Function<void(Exit)> on_exit;
  std::unique_ptr<Program> program;
  bool over = false;
};

Guest::Guest(const Host& host, Main main, Command command, Function<void(Exit)> on_exit,
             bool spawns)
    : state_(std::make_shared<State>(host, std::move(main), std::move(command), std::move(on_exit),
                                     spawns)) {}
Guest::~Guest() { state_->program.reset(); }

void Guest::begin() {
  if (!state_->over) state_->begin();
}

void Guest::signal(int number) {
  state_->host.loop.post([here = std::weak_ptr<State>(state_), number] {
    if (const auto self = here.lock()) self->deliver(number);
  });
}

}  // namespace shaddock::net
