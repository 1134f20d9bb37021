#include <csignal>
#include <exception>
#include <utility>

#include "net/guest.h"
#include "net/shared_process.h"
#include "net/uv_files.h"
#include "net/uv_host.h"
#include "sim/memory_files.h"
#include "testing/process_view.h"
#include "testing/spawn_ledger.h"
#include "testing/stage.h"

namespace shaddock::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr net::Duration kLookAgain{1}, kKillLimit{5000};

class RealVisitor final : public Visitor {
 public:
  explicit RealVisitor(std::unique_ptr<ProcessView> view) : view_(std::move(view)) {}
  net::Host& host() override { return view_->host; }
  bool cut() override { return false; }

 private:
  std::unique_ptr<ProcessView> view_;
};

// All of the cluster on one loop of this thread. The processes are guests, the master too: signals
// are the test program's own.
class RealStage final : public Stage {
 public:
  explicit RealStage(StagePlan plan)
      : plan_(std::move(plan)),
        shared_(uv_.host(), net::Isolation::none, main(), net::LocalNetwork::Ports::chosen),
        ledger_(shared_.host().processes,
                [this](const std::string& id) { plan_.tell(id, "ends"); }),
        host_{shared_.host().loop, shared_.host().network, ledger_, shared_.host().files,
              shared_.host().random} {
    for (const auto& [path, text] : plan_.files) memory_.put(path, text, 0600);
  }

  std::chrono::microseconds now() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - beginning_);
  }
  void run_for(net::Duration time) override {
    run_until([] { return false; }, time);
  }
  bool run_until(const std::function<bool()>& condition, net::Duration limit) override;

  void start(const net::Command& command) override {
    const auto on_exit = [this](net::Exit) { master_ended_ = true; };
    master_ = std::make_unique<net::Guest>(host_, main(), command, on_exit, true);
    uv_.host().loop.post([this] { master_->begin(); });
  }
  bool alive(const std::string& id) const override {
    return id == plan_.configuration.master.id ? !master_ended_ : ledger_.alive(id);
  }
  void kill(const std::string& id) override {
    ledger_.kill(id);
    run_until([&] { return !ledger_.alive(id); }, kKillLimit);
  }
  std::unique_ptr<Visitor> invite(const std::string&) override {
    return std::make_unique<RealVisitor>(view_of(shared_.host()));
  }
  std::optional<net::Address> real_address(const net::Address& address) override {
    return shared_.network().real_address(address);
  }

 private:
  std::unique_ptr<ProcessView> view_of(net::Host& host) {
    return std::make_unique<ProcessView>(host, nullptr, memory_, disk_, plan_.folders);
  }
  net::Main main() {
    return [this](net::Host& host, const net::Command& command, Function<void(int)> on_end) {
      const std::string id = id_of(command);
      plan_.tell(id, "starts");
      return std::make_unique<ViewedProgram>(view_of(host), plan_.main_of(id), command,
                                             std::move(on_end));
    };
  }

  const SteadyClock::time_point beginning_ = SteadyClock::now();
  StagePlan plan_;
  net::UvFiles disk_;
  sim::MemoryFiles memory_;
  net::UvHost uv_;
  net::SharedProcess shared_;
  SpawnLedger ledger_;
  net::Host host_;
  bool master_ended_ = false;
  std::unique_ptr<net::Guest> master_;
};

bool RealStage::run_until(const std::function<bool()>& condition, net::Duration limit) {
  if (condition()) return true;
  net::Loop& loop = uv_.host().loop;
  const auto end = SteadyClock::now() + limit;
  bool holds = false;
  std::exception_ptr thrown;  // nothing may be thrown through the loop
  net::Timer timer(loop.timers(), [&] {
    try {
      holds = condition();
    } catch (...) {
      thrown = std::current_exception();
    }
    if (holds || thrown || SteadyClock::now() >= end) return loop.stop();
    timer.start(kLookAgain);
  });
  timer.start(kLookAgain);
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  return holds;
}

}  // namespace

std::unique_ptr<Stage> make_real_stage(StagePlan plan) {
  return std::make_unique<RealStage>(std::move(plan));
}

}  // namespace shaddock::testing
