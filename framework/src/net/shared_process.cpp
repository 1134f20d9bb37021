#include "net/shared_process.h"

#include <utility>

#include "net/loop_door.h"
#include "net/shared_processes.h"

namespace shaddock::net {

struct SharedProcess::Parts {
  Parts(Host& real, Isolation isolation, Main main, LocalNetwork::Ports ports)
      : local(std::make_shared<LocalNetwork>(ports)),
        shared(isolation != Isolation::process),
        attached(local->attach(real.loop, real.network)),
        door(std::make_shared<LoopDoor>(real.loop)),
        processes({real.loop, *attached, real.processes, real.files, real.random},
                  {real.loop, door, local}, isolation, std::move(main)),
        host{real.loop, shared ? *attached : real.network,
             shared ? static_cast<Processes&>(processes) : real.processes, real.files,
             real.random} {}
  ~Parts() { door->close(); }

  const std::shared_ptr<LocalNetwork> local;
  const bool shared;
  const std::unique_ptr<Network> attached;
  const std::shared_ptr<LoopDoor> door;
  SharedProcesses processes;
  Host host;
};

SharedProcess::SharedProcess(Host& real, Isolation isolation, Main main, LocalNetwork::Ports ports)
    : parts_(std::make_unique<Parts>(real, isolation, std::move(main), ports)) {}
SharedProcess::~SharedProcess() = default;

Host& SharedProcess::host() noexcept { return parts_->host; }
LocalNetwork& SharedProcess::network() noexcept { return *parts_->local; }
std::size_t SharedProcess::stuck() const { return parts_->processes.stuck(); }
std::size_t SharedProcess::kill_all() { return parts_->processes.kill_all(); }

}  // namespace shaddock::net
