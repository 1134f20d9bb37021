#include "protocol/connection_state.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace shaddock::protocol;
using Action = PackageAction;
using State = ConnectionState;

namespace {

ConnectionMachine machine_in(State state) {
  ConnectionMachine machine;
  if (state == State::wait_ack || state == State::working) {
    machine.on_package(PackageType::handshake);
    machine.handshake_answered();
  }
  if (state == State::working) machine.on_package(PackageType::handshake_ack);
  if (state == State::closed) machine.close();
  return machine;
}

}  // namespace

TEST_CASE("every package has one meaning in every state") {
  struct Row {
    PackageType type;
    std::array<Action, 4> actions;  // inited, wait_ack, working, closed
  };
  const std::vector<Row> table = {
      {PackageType::handshake, {Action::handshake, Action::ignore, Action::ignore, Action::ignore}},
      {PackageType::handshake_ack, {Action::ignore, Action::ack, Action::ignore, Action::ignore}},
      {PackageType::heartbeat, {Action::ignore, Action::ignore, Action::heartbeat, Action::ignore}},
      {PackageType::data, {Action::drop, Action::drop, Action::dispatch, Action::ignore}},
      {PackageType::kick, {Action::close, Action::close, Action::close, Action::ignore}},
      {static_cast<PackageType>(0), {Action::close, Action::close, Action::close, Action::ignore}},
      {static_cast<PackageType>(6), {Action::close, Action::close, Action::close, Action::ignore}},
  };
  for (const Row& row : table) {
    for (std::size_t i = 0; i < 4; ++i) {
      CAPTURE(static_cast<int>(row.type));
      CAPTURE(i);
      ConnectionMachine machine = machine_in(static_cast<State>(i));
      REQUIRE(machine.state() == static_cast<State>(i));
      CHECK(machine.on_package(row.type) == row.actions[i]);
    }
  }
}

TEST_CASE("only the ack moves a state by itself") {
  for (int type = 1; type <= 5; ++type) {
    for (const State state : {State::inited, State::wait_ack, State::working, State::closed}) {
      ConnectionMachine machine = machine_in(state);
      machine.on_package(static_cast<PackageType>(type));
      const bool acked = state == State::wait_ack && type == 2;
      CHECK(machine.state() == (acked ? State::working : state));
    }
  }
}

TEST_CASE("while a handshake is being answered others are ignored") {
  ConnectionMachine machine;
  CHECK(machine.on_package(PackageType::handshake) == Action::handshake);
  CHECK(machine.on_package(PackageType::handshake) == Action::ignore);
  CHECK(machine.on_package(PackageType::handshake_ack) == Action::ignore);
  CHECK(machine.on_package(PackageType::data) == Action::drop);
  machine.handshake_answered();
  CHECK(machine.on_package(PackageType::handshake_ack) == Action::ack);
}

TEST_CASE("a handshake answered after the close does not open the connection again") {
  ConnectionMachine machine;
  machine.on_package(PackageType::handshake);
  machine.close();
  machine.handshake_answered();
  CHECK(machine.state() == State::closed);
}

TEST_CASE("data goes out only while working, and the body limit is small before the handshake") {
  for (const State state : {State::inited, State::wait_ack, State::working, State::closed}) {
    const ConnectionMachine machine = machine_in(state);
    CHECK(machine.may_send() == (state == State::working));
    CHECK(machine.body_limit(100000) == (state == State::inited ? 4096 : 100000));
  }
}
