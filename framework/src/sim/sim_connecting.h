#pragma once

#include <memory>
#include <string_view>

#include "net/network.h"
#include "sim/attachment.h"

namespace shaddock::sim {

class SimConnecting;

// How a kernel tries to connect: it asks, and asks again after 1, 3, 7 ... seconds if the question
// or the answer was lost on a cut path or nobody is there.
//
//   ask -> asked at the other machine -> answered: connected, or refused
class Dial : public std::enable_shared_from_this<Dial> {
 public:
  Dial(std::shared_ptr<Attachment> owner, net::IpAddress called, std::uint16_t port,
       SimConnecting& caller);

  void ask();
  void give_up() { caller_ = nullptr; }

 private:
  void asked(Machine& to);
  void answered(Machine& to, bool accepted);
  void ask_again();
  void connect(Machine& to);
  void deliver(Function<void()> turn);

  const std::shared_ptr<Attachment> owner_;
  const net::IpAddress called_;
  const std::uint16_t port_;
  const Instant began_;
  SimConnecting* caller_;  // null: nobody waits any more
};

// A connection being made, as its program holds it.
class SimConnecting final : public net::Connecting {
 public:
  SimConnecting(const std::shared_ptr<Attachment>& owner, const net::Address& address,
                net::Duration limit, net::Network::OnConnect on_connect);
  ~SimConnecting() override { abandon(); }
  SimConnecting(const SimConnecting&) = delete;
  SimConnecting& operator=(const SimConnecting&) = delete;

  // In turns of the process; each is the last call of all.
  void connected(std::shared_ptr<Connection> connection);
  void fail(std::string_view reason);
  void abandon();

 private:
  std::string_view begin(const std::shared_ptr<Attachment>& owner);

  const std::shared_ptr<Attachment> owner_;
  const net::Address address_;
  net::Network::OnConnect on_connect_;
  net::Timer limit_;
  std::shared_ptr<Dial> dial_;
  std::string_view failure_;  // what to report when the limit is reached
};

}  // namespace shaddock::sim
