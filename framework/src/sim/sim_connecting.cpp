#include "sim/sim_connecting.h"

#include <string>
#include <utility>

#include "sim/binding.h"
#include "sim/connection.h"
#include "sim/sim_stream.h"

namespace shaddock::sim {

Dial::Dial(std::shared_ptr<Attachment> owner, net::IpAddress called, std::uint16_t port,
           SimConnecting& caller)
    : owner_(std::move(owner)),
      called_(called == kEvery || called == kEveryV4 ? kLoopback : called),
      port_(port),
      began_(owner_->fabric().schedule.now()),
      caller_(&caller) {}

void Dial::ask() {
  if (caller_ == nullptr) return;
  Fabric& fabric = owner_->fabric();
  Machine* to = fabric.machines.reached(owner_->machine(), called_);
  if (to == nullptr) return ask_again();
  const PathState& there = fabric.paths.between(owner_->machine().name, to->name);
  if (there.cut) return ask_again();
  fabric.schedule.after(travel(there.path, fabric.dice),
                        [self = shared_from_this(), to] { self->asked(*to); });
}

void Dial::asked(Machine& to) {
  if (caller_ == nullptr) return;
  Fabric& fabric = owner_->fabric();
  const PathState& back = fabric.paths.between(to.name, owner_->machine().name);
  if (back.cut || fabric.paths.between(owner_->machine().name, to.name).cut) return ask_again();
  const bool accepted = to.listening.find(called_, port_) != nullptr;
  fabric.schedule.after(travel(back.path, fabric.dice), [self = shared_from_this(), &to, accepted] {
    self->answered(to, accepted);
  });
}

void Dial::answered(Machine& to, bool accepted) {
  if (caller_ == nullptr) return;
  Fabric& fabric = owner_->fabric();
  if (fabric.paths.between(to.name, owner_->machine().name).cut) return ask_again();
  if (accepted) return connect(to);
  fabric.hash.add(fabric.schedule.now(), port_, kRefused);
  deliver([self = shared_from_this()] {
    if (self->caller_ != nullptr) self->caller_->fail(kRefused);
  });
}

// A kernel has no more to do with who waits than to wake him up: he may have given up by then.
void Dial::connect(Machine& to) {
  const auto port = owner_->machine().listening.lend();
  if (!port) {
    return deliver([self = shared_from_this()] {
      if (self->caller_ != nullptr) self->caller_->fail(kNotAvailable);
    });
  }
  auto connection = std::make_shared<Connection>(
      owner_, Connection::Ends{owner_->machine(), *port, to, called_, port_});
  connection->open();
  deliver([self = shared_from_this(), connection] {
    if (self->caller_ == nullptr) return connection->close(0, false);
    self->caller_->connected(connection);
  });
}

void Dial::ask_again() {
  Schedule& schedule = owner_->fabric().schedule;
  constexpr Instant kSecond{1'000'000};
  Instant next = kSecond;
  while (began_ + next <= schedule.now()) next = 2 * next + kSecond;
  schedule.at(began_ + next, [self = shared_from_this()] { self->ask(); });
}

void Dial::deliver(Function<void()> turn) { owner_->process().deliver(std::move(turn)); }

SimConnecting::SimConnecting(const std::shared_ptr<Attachment>& owner, const net::Address& address,
                             net::Duration limit, net::Network::OnConnect on_connect)
    : owner_(owner),
      address_(address),
      on_connect_(std::move(on_connect)),
      limit_(owner->process().loop().timers(), [this] { fail(failure_); }),
      failure_(begin(owner)) {
  owner_->connecting.push_back(this);
  // The limit's callback reports what is wrong already: connect() never calls back from inside.
  limit_.start(failure_ == kTimedOut ? limit : net::Duration(0));
}

std::string_view SimConnecting::begin(const std::shared_ptr<Attachment>& owner) {
  if (address_.port < 0 || address_.port > 65535) return kInvalid;
  const auto ip = ip_of(address_.host);
  if (!ip || address_.host.empty()) return kUnknownName;
  dial_ = std::make_shared<Dial>(owner, *ip, static_cast<std::uint16_t>(address_.port), *this);
  dial_->ask();
  return kTimedOut;
}

void SimConnecting::connected(std::shared_ptr<Connection> connection) {
  const auto owner = owner_;
  abandon();
  owner->fabric().tell(owner->process(), "connected to " + net::to_string(address_));
  auto call = std::move(on_connect_);
  call(std::unique_ptr<net::Stream>(std::make_unique<SimStream>(std::move(connection), 0)));
}

void SimConnecting::fail(std::string_view reason) {
  const auto owner = owner_;
  abandon();
  std::string text = "cannot connect to " + net::to_string(address_) + ": " + std::string(reason);
  owner->fabric().tell(owner->process(), text);
  auto call = std::move(on_connect_);
  call(Error(code::kFailed, std::move(text)));
}

void SimConnecting::abandon() {
  limit_.stop();
  if (dial_) dial_->give_up();
  dial_.reset();
  std::erase(owner_->connecting, this);
}

}  // namespace shaddock::sim
