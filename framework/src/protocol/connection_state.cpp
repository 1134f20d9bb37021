#include "protocol/connection_state.h"

namespace shaddock::protocol {

PackageAction ConnectionMachine::on_other_package(PackageType type) {
  if (state_ == ConnectionState::closed) return PackageAction::ignore;
  const bool working = state_ == ConnectionState::working;
  switch (type) {
    case PackageType::data:
      return PackageAction::drop;
    case PackageType::heartbeat:
      return working ? PackageAction::heartbeat : PackageAction::ignore;
    case PackageType::handshake:
      return on_handshake();
    case PackageType::handshake_ack:
      return on_ack();
    case PackageType::kick:
      break;
  }
  return PackageAction::close;
}

PackageAction ConnectionMachine::on_handshake() {
  if (state_ != ConnectionState::inited || answering_) return PackageAction::ignore;
  answering_ = true;
  return PackageAction::handshake;
}

PackageAction ConnectionMachine::on_ack() {
  if (state_ != ConnectionState::wait_ack) return PackageAction::ignore;
  state_ = ConnectionState::working;
  return PackageAction::ack;
}

void ConnectionMachine::handshake_answered() {
  if (state_ == ConnectionState::inited) state_ = ConnectionState::wait_ack;
}

}  // namespace shaddock::protocol
