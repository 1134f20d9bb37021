#include "net/uv_host.h"

#include <uv.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "net/uv_files.h"
#include "net/uv_fine_timer.h"
#include "net/uv_loop.h"
#include "net/uv_network.h"
#include "net/uv_processes.h"

namespace shaddock::net {

namespace {

class SystemRandom final : public Random {
 public:
  void fill(std::span<char> bytes) override {
    // Guessable secrets are worse than none: no way to go on.
    if (uv_random(nullptr, nullptr, bytes.data(), bytes.size(), 0, nullptr) != 0) std::abort();
  }
};

}  // namespace

struct UvHost::Parts {
  UvLoop loop;
  UvNetwork network{loop};
  UvProcesses processes{loop};
  UvFiles files;
  SystemRandom random;
  Host host{loop, network, processes, files, random};
};

UvHost::UvHost() : parts_(std::make_unique<Parts>()) { std::signal(SIGPIPE, SIG_IGN); }
UvHost::~UvHost() = default;
Host& UvHost::host() noexcept { return parts_->host; }

std::unique_ptr<Connecting> UvHost::connect_from(const std::string& source, const Address& address,
                                                 Duration limit, Network::OnConnect on_connect) {
  return parts_->network.connect_from(source, address, limit, std::move(on_connect));
}

std::unique_ptr<FineTimer> UvHost::fine_timer(Function<void()> on_time) {
  return std::make_unique<UvFineTimer>(parts_->loop, std::move(on_time));
}

void UvHost::stay_awake() noexcept { parts_->loop.stay_awake(); }

}  // namespace shaddock::net
