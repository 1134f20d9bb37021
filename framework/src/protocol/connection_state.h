#pragma once

#include <cstdint>

#include "protocol/package.h"

namespace shaddock::protocol {

// What a server does with a package, by the state of the connection:
//
//                 INITED       WAIT_ACK   WORKING     CLOSED
//   HANDSHAKE     handshake *  ignore     ignore      ignore
//   ACK           ignore       ack        ignore      ignore
//   HEARTBEAT     ignore       ignore     heartbeat   ignore
//   DATA          drop         drop       dispatch    ignore
//   KICK, others  close        close      close       ignore
//
//   * the first one; while its answer is being made, further ones are ignored
enum class ConnectionState : std::uint8_t { inited, wait_ack, working, closed };

enum class PackageAction : std::uint8_t {
  handshake,  // process it, then call handshake_answered() or close()
  ack,        // now WORKING: send a heartbeat if there are any
  heartbeat,  // send one back, start the time-out anew
  dispatch,   // decode the message
  drop,       // data before its time: count it
  ignore,
  close,  // the peer breaks the protocol
};

class ConnectionMachine {
 public:
  PackageAction on_package(PackageType type) {
    if (type == PackageType::data && state_ == ConnectionState::working)
      return PackageAction::dispatch;
    return on_other_package(type);
  }
  // The answer that accepts the client is written: its ack may come.
  void handshake_answered();
  void close() { state_ = ConnectionState::closed; }

  ConnectionState state() const { return state_; }
  // Data, heartbeats and kicks go out only in WORKING. The answer to a handshake may always go out
  // before CLOSED.
  bool may_send() const { return state_ == ConnectionState::working; }
  // The longest body that a package may have in this state.
  std::size_t body_limit(std::size_t data_limit = kDataBodyLimit) const {
    return state_ == ConnectionState::inited ? kHandshakeBodyLimit : data_limit;
  }

 private:
  PackageAction on_other_package(PackageType type);
  PackageAction on_handshake();
  PackageAction on_ack();

  ConnectionState state_ = ConnectionState::inited;
  bool answering_ = false;
};

}  // namespace shaddock::protocol
