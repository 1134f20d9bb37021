#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/micro/benchmarks.h"
#include "bench/micro/hand_cluster.h"
#include "bench/micro/messages.h"

namespace shaddock::micro {

namespace {

using benchmark::State;

constexpr int kConnectors = 3;
constexpr int kTogether = 10;  // pushes in one turn

struct Room {
  explicit Room(Server& of) : server(of) {}
  void join(BackendSession& session, const Nothing&) {
    server.channels().open("room").add(session);
  }
  Server& server;
};

void describe(ServerType, ServerType backend) {
  backend.handler<Room>("room").on<&Room::join>("join");
}

// A room whose members are clients of three connectors.
class Crowd {
 public:
  explicit Crowd(State& state) : cluster_(describe, {}, kConnectors) {
    const auto size = static_cast<std::size_t>(state.range(0));
    for (std::size_t i = 0; i < size; ++i) {
      members_.push_back(&cluster_.join(i % kConnectors));
      cluster_.ask(*members_[i], "backend.room.join", "{}");
    }
    room_ = cluster_.backend().channels().find("room");
    if (room_ == nullptr || room_->size() != size) throw std::logic_error("not all are in");
  }

  void push() { room_->push("onSay", what_); }
  void carry() {
    for (std::size_t i = 0; i < kConnectors; ++i) {
      wires_[i].clear();
      cluster_.cable(i).dialler->take(wires_[i]);
    }
  }
  void deliver() {
    for (std::size_t i = 0; i < kConnectors; ++i) cluster_.cable(i).listener->give(wires_[i]);
  }
  void hand_to_members() { cluster_.take_from(members_, kTogether * kAnswerBody.size()); }

 private:
  HandCluster cluster_;
  std::vector<HandStream*> members_;
  Channel* room_ = nullptr;
  const Echo what_{200, "012345678901234567890"};
  std::array<std::string, kConnectors> wires_;
};

void from_backend(State& state) {
  Crowd crowd(state);
  while (state.KeepRunningBatch(kTogether)) {
    for (int i = 0; i < kTogether; ++i) crowd.push();
    state.PauseTiming();
    crowd.carry();
    crowd.deliver();
    crowd.hand_to_members();
    state.ResumeTiming();
  }
  state.counters["per member"] =
      benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void to_clients(State& state) {
  Crowd crowd(state);
  while (state.KeepRunningBatch(kTogether)) {
    state.PauseTiming();
    for (int i = 0; i < kTogether; ++i) crowd.push();
    crowd.carry();
    state.ResumeTiming();
    crowd.deliver();
    state.PauseTiming();
    crowd.hand_to_members();
    state.ResumeTiming();
  }
  state.counters["per member"] =
      benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

void add_push() {
  for (const int members : {10, 100, 1000}) {
    benchmark::RegisterBenchmark("push/a room to the links of 3 connectors", from_backend)
        ->Arg(members);
    benchmark::RegisterBenchmark("push/3 connectors to the queues of their clients", to_clients)
        ->Arg(members);
  }
}

}  // namespace shaddock::micro
