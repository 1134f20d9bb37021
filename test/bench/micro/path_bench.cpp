#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/micro/benchmarks.h"
#include "bench/micro/hand_cluster.h"
#include "bench/micro/messages.h"
#include "bench/micro/plain_client.h"

namespace shaddock::micro {

namespace {

using benchmark::State;

constexpr std::size_t kClients = 100;
constexpr std::size_t kMessages = kClients * kInFlight;
constexpr std::size_t kRead = 64 * 1024;  // what one read of a link brings at most

const ServerInfo& by_room(const Session& session, const ServerList& servers) {
  return dispatch(session.get("rid"), servers);
}

void describe(ServerType connector, ServerType backend) {
  connector.handler("entry").on("login", [](FrontendSession& session, const Text&) {
    session.bind("somebody").then([](Result<void>) {});
    session.set("rid", "room-7");
    return Echo{};
  });
  connector.handler("echoHandler").on("echo", [](FrontendSession&, const Text& text) {
    return Echo{200, text.msg};
  });
  backend.handler("echoHandler").on("echo", [](BackendSession&, const Text& text) {
    return Echo{200, text.msg};
  });
}

// A hundred clients with ten requests each, carried from stretch to stretch. One of them is
// measured, the others run while the clock stands.
class Path {
 public:
  explicit Path(std::string_view route)
      : cluster_(describe, [](Settings& s) { s.route("backend", Router(by_room)); }),
        requests_(PlainClient::requests(kInFlight, route, kRequestBody)) {
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back(&cluster_.join());
      cluster_.ask(*clients_[i], "connector.entry.login", R"({"msg":"hi"})");
    }
  }

  // The connector's, for what clients have sent.
  void requests() {
    for (HandStream* client : clients_) {
      read_ = requests_;
      client->give(read_);
    }
  }
  void carry_to_backend() { take(connector_end()); }
  void backend() { give(backend_end()); }
  void carry_back() { take(backend_end()); }
  void answers() { give(connector_end()); }
  void hand_to_clients() { cluster_.take_from(clients_, kInFlight * kAnswerBody.size()); }
  // From what the backend has written.
  void finish() {
    carry_back();
    answers();
    hand_to_clients();
  }

 private:
  // The smaller id dials: the backend's.
  HandStream& backend_end() { return *cluster_.cable().dialler; }
  HandStream& connector_end() { return *cluster_.cable().listener; }

  void take(HandStream& from) {
    wire_.clear();
    from.take(wire_);
  }
  void give(HandStream& to) {
    for (std::size_t at = 0; at < wire_.size(); at += kRead)
      to.give({wire_.data() + at, std::min(kRead, wire_.size() - at)});
  }

  HandCluster cluster_;
  std::vector<HandStream*> clients_;
  const std::string requests_;
  std::string read_, wire_;
};

template <class Before, class Measured, class After>
void run(State& state, const Before& before, const Measured& measured, const After& after) {
  while (state.KeepRunningBatch(kMessages)) {
    state.PauseTiming();
    before();
    state.ResumeTiming();
    measured();
    state.PauseTiming();
    after();
    state.ResumeTiming();
  }
}

void requests(State& state) {
  Path path(kRoute);
  run(
      state, [] {}, [&] { path.requests(); },
      [&] {
        path.carry_to_backend();
        path.backend();
        path.finish();
      });
}

void backend(State& state) {
  Path path(kRoute);
  run(
      state,
      [&] {
        path.requests();
        path.carry_to_backend();
      },
      [&] { path.backend(); }, [&] { path.finish(); });
}

void answers(State& state) {
  Path path(kRoute);
  run(
      state,
      [&] {
        path.requests();
        path.carry_to_backend();
        path.backend();
        path.carry_back();
      },
      [&] { path.answers(); }, [&] { path.hand_to_clients(); });
}

void local(State& state) {
  Path path("connector.echoHandler.echo");
  run(
      state, [] {}, [&] { path.requests(); }, [&] { path.hand_to_clients(); });
}

}  // namespace

void add_path(Budget& budget) {
  budget.stretch(100, "connector: packages of clients to frames for the backend", requests);
  budget.stretch(101, "backend: frames to frames of answers", backend);
  budget.stretch(102, "connector: frames of answers to packages for clients", answers);
  benchmark::RegisterBenchmark("path/a local request, packages to packages", local);
}

}  // namespace shaddock::micro
